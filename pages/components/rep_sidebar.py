"""The day as a list of times beside the main area, one rep's or everyone's. A live change touches the rows it is about."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from nicegui import html, ui

from db import Rep
from pages.components.date_navigator import DateNavigator
from pages.components.rep_desk import RepDesk
from pages.components.rep_filter import RepFilter
from pages.components.sidebar_row import SidebarRow
from pages.components.words import Words
from services.agenda import Entry
from services.times import Reader

# What matters most comes below two rows before it, the first of them whole; again when what stands above the list grows, until the
# viewer does something. The page may not be there yet; on a phone all of it scrolls, on a desk the list does.
SCROLL = """{
    const ROWS_BEFORE = 2;
    const find = () => [...document.querySelectorAll('.rep-day .rep-row')];
    const show = () => {
        const rows = find();
        if (!rows.length) return; // another day is on its way
        const chosen = rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
        const past = rows.findLastIndex((row) => row.matches('.rep-past'));
        const index = chosen < 0 ? Math.min(past + 1, rows.length - 1) : chosen;
        const is_below = rows[index].getBoundingClientRect().bottom > innerHeight;
        if (index > ROWS_BEFORE || is_below) rows[Math.max(index - ROWS_BEFORE, 0)].scrollIntoView();
    };
    const begin = (tries) => {
        if (!find().length) return tries && setTimeout(begin, 50, tries - 1);
        const keeping = new ResizeObserver(show);
        keeping.observe(document.querySelector('.rep-day'));
        for (const act of ['wheel', 'pointerdown', 'keydown']) addEventListener(act, () => keeping.disconnect(), { once: true });
    };
    begin(100);
}"""
Handler = Awaitable[None] | None
Place = tuple[datetime, int]  # a time of the list, and which one it is of those that start then


class RepSidebar:
    """`on_day` gets the day that is chosen, `on_entry` the time, `on_whose` the rep to show or None for everyone. `desk` stands above.

    The page answers with `show`, `offer` and `update`.
    """

    def __init__(
        self,
        reader: Reader,
        desk: RepDesk,
        *,
        on_day: Callable[[date], Handler],
        on_entry: Callable[[Entry], Handler],
        on_whose: Callable[[int | None], Handler],
    ) -> None:
        self.reader, self.desk = reader, desk
        self._on_day, self._on_entry, self._on_whose = on_day, on_entry, on_whose
        self._rows: dict[Place, SidebarRow] = {}
        self._entries: list[Entry] = []
        self._team: Mapping[int, Rep] = {}
        self._whose: int | None = None
        self._chosen: tuple[datetime | None, int] = (None, 0)

    def build(self) -> None:
        with html.div().classes('rep-sidebar'):
            self.desk.build()
            self._filter = RepFilter(on_change=self._on_whose)
            self._filter.build()
            with html.nav().classes('rep-day').props('aria-label="Times of the day"'):
                self._build_day()

    def _build_day(self) -> None:
        self._navigator = DateNavigator(date.min, reader=self.reader, on_change=self._on_day)
        self._navigator.build()
        self._summary = Words(tag='p').classes('rep-summary quiet small').props('role=status')
        self._list = html.ol().classes('rep-times')

    def show(self, day: date, whose: int | None, chosen: tuple[datetime | None, int]) -> None:
        """From the next `update` on, show this day of this rep or of everyone, with the time `(start, rep)` marked."""
        self._day, self._whose, self._chosen = day, whose, chosen
        self._navigator.show(day, reader=self.reader)

    def offer(self, team: Mapping[int, Rep], *, is_filtered: bool) -> None:
        """Word the reps as they are now; with `is_filtered`, let one of them be chosen."""
        self._team = team
        self._filter.show(team if is_filtered else {}, self._whose)

    def change_reader(self, reader: Reader) -> None:
        """From the next `update` on, word all times for this reader."""
        self.reader = reader
        self._drop_rows()

    def update(self, entries: list[Entry]) -> None:
        """Show these entries: only the rows that changed are touched."""
        places, is_new = _places(entries), not self._rows
        if not any(place in self._rows for place in places):
            self._drop_rows()
            is_new = True
        for place in self._rows.keys() - set(places):
            self._rows.pop(place).element.delete()
        for index, (place, entry) in enumerate(zip(places, entries, strict=True)):
            self._show_row(index, place, entry)
        self._entries = entries
        self._count()
        if is_new:
            ui.run_javascript(SCROLL)

    def age(self, now: datetime) -> None:
        """Show what has become true by time alone: free times have begun, calls are open."""
        self.update([replace(e, state='past') if e.state == 'free' and e.starts_at <= now else e for e in self._entries])
        for row in self._rows.values():
            row.show_standing()

    def show_standing(self, appointment_id: int) -> None:
        """Show how it stands now with the customer of this appointment."""
        for row in self._rows.values():
            if row.entry.appointment_id == appointment_id:
                row.show_standing()

    def focus(self, chosen: tuple[datetime | None, int]) -> None:
        """Put the keyboard on the row of this time."""
        for row in self._rows.values():
            if self._is_at(row.entry, chosen):
                row.button.run_method('focus')

    def _drop_rows(self) -> None:
        self._rows = {}
        self._list.clear()

    def _show_row(self, index: int, place: Place, entry: Entry) -> None:
        row = self._rows.get(place)
        if row is None:
            with self._list:
                row = self._rows[place] = SidebarRow(self.reader.time(entry.starts_at), on_click=self._on_entry)
            if self._list.default_slot.children.index(row.element) != index:
                row.element.move(target_index=index)
        row.show(entry, [self._team[rep_id] for rep_id in entry.rep_ids if rep_id in self._team] if self._whose is None else [])
        row.mark(self._is_at(entry, self._chosen))

    def _is_at(self, entry: Entry, chosen: tuple[datetime | None, int]) -> bool:
        """Whether this is the time of that rep; in one rep's list each time is theirs."""
        at, of = chosen
        return entry.starts_at == at and (entry.rep_ids == () or of in entry.rep_ids)

    def _count(self) -> None:
        booked = sum(entry.state == 'booked' for entry in self._entries)
        many = {0: 'No appointments', 1: '1 appointment'}.get(booked, f'{booked} appointments')
        noon = datetime(self._day.year, self._day.month, self._day.day, 12, tzinfo=self.reader.zone)
        self._summary.set_text(f'{many if self._entries else "No working hours"} · {self.reader.place_and_offset(noon)} time')


def _places(entries: list[Entry]) -> list[Place]:
    """The place of each entry, in their order."""
    seen: Counter[datetime] = Counter()
    places = []
    for entry in entries:
        places.append((entry.starts_at, seen[entry.starts_at]))
        seen[entry.starts_at] += 1
    return places
