"""The rep's day as a list of times beside the main area. A live change touches the one row it is about."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime

from nicegui import html, ui

from pages.components.date_navigator import DateNavigator
from pages.components.words import Words
from services import calls
from services.agenda import Entry
from services.times import Reader
from services.video.base import CUSTOMER, REP

UNBOOKED = {'free': 'free', 'held': 'being booked', 'past': 'not booked'}
SCROLL = """{
    const list = document.querySelector('.rep-sidebar');
    const row = list.querySelector('.rep-row[aria-current=true]') ?? list.querySelector('.rep-row:not(.rep-past)');
    if (row) list.scrollTop = row.offsetTop - list.clientHeight / 3;
}"""
Handler = Awaitable[None] | None


class RepSidebar:
    """`on_day` gets the day that is chosen, `on_time` the start of the row; the page answers with `show`."""

    def __init__(self, reader: Reader, *, on_day: Callable[[date], Handler], on_time: Callable[[datetime], Handler]) -> None:
        self.reader = reader
        self._on_day, self._on_time = on_day, on_time
        self._entries: list[Entry] = []
        self._rows: dict[datetime, Row] = {}
        self._chosen: datetime | None = None

    def build(self, day: date, entries: list[Entry], chosen: datetime | None) -> None:
        self._day, self._entries, self._chosen = day, entries, chosen
        with html.nav().classes('rep-sidebar').props('aria-label="Times of the day"'):
            self._navigator = DateNavigator(day, on_change=self._on_day)
            self._navigator.build()
            self._summary = Words(tag='p').classes('rep-summary quiet small').props('role=status')
            self._list = html.ol().classes('rep-times')
        self._fill()

    def show(self, day: date, entries: list[Entry], chosen: datetime | None) -> None:
        """Show this day and mark the chosen time."""
        self._day = day
        self._navigator.show(day)
        self._choose(chosen)
        self.update(entries)

    def change_reader(self, reader: Reader) -> None:
        """From the next `show` or `update` on, word all times for this reader."""
        self.reader, self._rows = reader, {}

    def update(self, entries: list[Entry]) -> None:
        """Show the same day as it is now: only the rows that changed are touched."""
        changed = [new for old, new in zip(self._entries, entries, strict=False) if old != new]
        self._entries = entries
        if [entry.starts_at for entry in entries] != list(self._rows):
            self._fill()
            return
        for entry in changed:
            self._rows[entry.starts_at].show(entry)
        self._count()

    def age(self, now: datetime) -> None:
        """Mark as past the free times that have begun."""
        self.update([replace(e, state='past') if e.state == 'free' and e.starts_at <= now else e for e in self._entries])

    def show_presence(self, appointment_id: int) -> None:
        """Show who is in the call of this appointment right now."""
        for row in self._rows.values():
            if row.entry.appointment_id == appointment_id:
                row.show_presence()

    def focus(self, at: datetime | None) -> None:
        """Put the keyboard on the row of this time."""
        if at in self._rows:
            self._rows[at].button.run_method('focus')

    def _fill(self) -> None:
        """All rows anew. Not refreshable: a refresh runs later, and the rows are wanted at once."""
        self._list.clear()
        with self._list:
            self._rows = {entry.starts_at: self._row(entry) for entry in self._entries}
        self._choose(self._chosen)
        self._count()
        ui.run_javascript(SCROLL)

    def _row(self, entry: Entry) -> 'Row':
        with html.li():
            row = Row(self.reader.time(entry.starts_at), entry)
        row.button.on('click', lambda: self._on_time(entry.starts_at))
        return row

    def _choose(self, chosen: datetime | None) -> None:
        for at, row in self._rows.items():
            if at in (self._chosen, chosen):
                row.mark(at == chosen)
        self._chosen = chosen

    def _count(self) -> None:
        booked = sum(entry.state == 'booked' for entry in self._entries)
        many = {0: 'No appointments', 1: '1 appointment'}.get(booked, f'{booked} appointments')
        noon = datetime(self._day.year, self._day.month, self._day.day, 12, tzinfo=self.reader.zone)
        self._summary.set_text(f'{many if self._entries else "No working hours"} · {self.reader.place_and_offset(noon)} time')


class Row:
    """One time of the day."""

    def __init__(self, time: str, entry: Entry) -> None:
        self.entry = entry
        with html.button().props('type=button') as self.button:
            html.span(time).classes('rep-time')
            self._name = Words().classes('rep-name')
            self._presence = Words().classes('rep-presence')
        self.show(entry)

    def show(self, entry: Entry) -> None:
        """Show what is at this time now."""
        self.entry = entry
        self.button.classes(replace=f'rep-row rep-{entry.state}')
        self._name.set_text(entry.name or UNBOOKED[entry.state])
        self.show_presence()

    def show_presence(self) -> None:
        """Show who is in the call right now."""
        there = calls.who_is_there(self.entry.appointment_id) if self.entry.appointment_id else frozenset()
        words = 'in the call' if {CUSTOMER, REP} <= there else 'waiting' if CUSTOMER in there else ''
        self._presence.set_text(words)
        self._presence.set_visibility(bool(words))

    def mark(self, chosen: bool) -> None:
        """Outline it as the chosen one, or not."""
        self.button.props['aria-current'] = 'true' if chosen else 'false'
