"""`/`: walk through the days, pick a free slot, say who you are."""

import asyncio
from datetime import date, datetime
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import html, ui

from db import Kind, Rep
from pages import live, times
from pages.asking import ask
from pages.components.booking_dialog import BookingDialog
from pages.components.date_navigator import DateNavigator
from pages.components.icon import icon
from pages.components.slot_grid import SlotGrid
from pages.components.zone_chooser import ZoneChooser
from pages.layout import frame
from services import appointments, availability, booking_form, clock, events, kinds, questions, reps
from services.errors import SlotTaken
from services.slots import Slot
from services.times import Reader, duration


async def page(request: Request, day: str = '') -> None:
    with frame('Schedule your appointment'):
        reader = times.reader_of(request)
        if reader is None:
            skeleton = html.div().classes('card booking skeleton').props('aria-busy=true aria-label="The times are being loaded"')
            await ui.context.client.connected()
            reader = await times.ask_reader(request)
            if ui.context.client.is_deleted:
                return  # it never came alive: a robot, or a link preview
            skeleton.delete()
        kind, rep = await ask(kinds.default), await ask(reps.first)
        shown = BookingView(kind, rep, reader, _wanted(kind, day, reader))
        live.on(events.TimeTaken, shown.on_taken)
        live.on(events.TimeFreed, shown.on_freed)
        live.on(events.RepChanged, shown.on_rep_changed)
        await shown.build()
    ui.on('went_back', lambda event: shown.show_day(_wanted(kind, parse_qs(event.args[1:]).get('day', [''])[0], shown.reader)))
    ui.timer(15, lambda: shown.grid.age(clock.now()))


def _wanted(kind: Kind, day: str, reader: Reader) -> date:
    """The day asked for, moved between today and the horizon; today when it is none."""
    first, last = availability.first_and_last_day(kind, reader.zone)
    try:
        return min(max(date.fromisoformat(day), first), last)
    except ValueError:
        return first


class BookingView:
    """The card: what is booked, the day, its slots, and the dialog that books one.

    Whoever reads slots and shows them has the `turn` meanwhile, so that what happens between is neither missed nor overwritten.
    """

    def __init__(self, kind: Kind, rep: Rep, reader: Reader, day: date) -> None:
        self.kind, self.rep, self.reader, self.day = kind, rep, reader, day
        self._turn = asyncio.Lock()

    async def build(self) -> None:
        async with self._turn:
            self._build(await self._slots())

    def _build(self, slots: list[Slot]) -> None:
        first, last = availability.first_and_last_day(self.kind, self.reader.zone)
        self.navigator = DateNavigator(self.day, first=first, last=last, on_change=self._go_to)
        self.grid = SlotGrid(slots, self.reader, on_choose=self._ask_who)
        self.zone = ZoneChooser(self.reader, self._noon(slots), on_change=self._change_zone)
        self.dialog = BookingDialog(self.reader, on_book=self._book)
        with html.div().classes('card booking'):
            with html.section().classes('booking-what').props('aria-label="What you book"'):
                self._describe()
            with html.section().classes('booking-when').props('aria-label="Times"'):
                html.h1('Schedule your appointment')
                html.p('Pick a time. You will get a mail with the link.').classes('quiet')
                self.navigator.build()
                self.grid.build()
        self.dialog.build()

    async def show_day(self, day: date) -> None:
        """Show another day, without a new entry in the browser's history."""
        self.day = day
        async with self._turn:
            if self.day != day:
                return  # another one was chosen meanwhile
            slots = await self._slots()
            first, last = availability.first_and_last_day(self.kind, self.reader.zone)
            self.navigator.show(day, first=first, last=last)
            self.grid.show(slots, self.reader)
            self.zone.show(self.reader, self._noon(slots))

    async def on_taken(self, event: events.TimeTaken) -> None:
        """Somebody took some time: only what it covers changes."""
        async with self._turn:
            if event.rep_id != self.rep.id or not self.grid.covers(event.from_at, event.until_at):
                return
            self.grid.take(event.from_at, event.until_at)
            if self.dialog.starts_at and event.from_at <= self.dialog.starts_at < event.until_at:
                self.dialog.say_taken(SlotTaken.sentence)

    async def on_freed(self, event: events.TimeFreed) -> None:
        """Some time is free again."""
        async with self._turn:
            if event.rep_id == self.rep.id and self.grid.covers(event.from_at, event.until_at):
                self.grid.update(await self._slots())

    async def on_rep_changed(self, event: events.RepChanged) -> None:
        """The rep's zone or hours may be others now."""
        async with self._turn:
            if event.rep_id == self.rep.id:
                self.rep = await ask(reps.get, self.rep.id)
                self.grid.update(await self._slots())

    def _describe(self) -> None:
        html.p(self.rep.name).classes('quiet')
        html.h2('Video call')
        with html.ul().classes('facts'):
            for picture, words in (('schedule', duration(self.kind.minutes)), ('videocam', 'In your browser, no account')):
                with html.li():
                    icon(picture)
                    html.span(words)
            with html.li():
                icon('public')
                self.zone.build()

    async def _slots(self) -> list[Slot]:
        return await ask(availability.slots_on, self.kind.id, self.day, self.reader.zone)

    def _noon(self, slots: list[Slot]) -> datetime:
        """An instant of the day shown, to name the zone's offset by."""
        return slots[0].starts_at if slots else datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=self.reader.zone)

    async def _go_to(self, day: date) -> None:
        ui.navigate.history.push(f'/?day={day.isoformat()}')
        await self.show_day(day)

    async def _change_zone(self, name: str) -> None:
        times.remember_zone(name)
        self.reader = Reader(ZoneInfo(name), self.reader.clock)
        self.dialog.reader = self.reader
        await self.show_day(_wanted(self.kind, self.day.isoformat(), self.reader))

    async def _ask_who(self, starts_at: datetime) -> None:
        self.dialog.open(starts_at, await ask(questions.of, self.kind.id))

    async def _book(self, starts_at: datetime, fields: dict[str, str]) -> None:
        """Book, and go to the appointment.

        :raises ProductError: what the dialog shows
        """
        key = await ask(_book, self.kind.id, starts_at, fields, self.reader)
        ui.navigate.to(f'/appointment/{key}')


def _book(kind_id: int, starts_at: datetime, fields: dict[str, str], reader: Reader) -> str:
    """The manage key of the new appointment."""
    customer, answers = booking_form.checked(kind_id, fields, reader.zone.key, reader.clock)
    return appointments.key('manage', appointments.book(kind_id, starts_at, customer, answers=answers))
