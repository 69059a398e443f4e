"""The dialog in which an appointment gets another time: the days and their slots as where it was booked, then old and new side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from nicegui import html

from db import Appointment, Kind
from pages.components.call_warning import call_warning
from pages.components.date_navigator import DateNavigator
from pages.components.dialog import Dialog
from pages.components.slot_grid import SlotGrid
from pages.components.words import Words
from pages.components.work_form import WorkForm
from services import availability
from services.errors import SlotTaken
from services.events import TimeChange
from services.slots import Slot
from services.times import Reader

CHOOSE, CONFIRM = 'Choose a new time', 'Move the appointment to this time?'


class RescheduleDialog:
    """`find(appointment, day)` answers with that day's slots, `count(appointment, first, last)` with how many are free on each day;
    `on_move(appointment, starts_at)` moves it; its expected errors are shown.

    Whoever reads slots and shows them has the `_turn` meanwhile, so that what happens between is neither missed nor overwritten.
    """

    def __init__(
        self,
        *,
        find: Callable[[Appointment, date], Awaitable[list[Slot]]],
        count: Callable[[Appointment, date, date], Awaitable[Mapping[date, int]]],
        on_move: Callable[[Appointment, datetime], Awaitable[None]],
    ) -> None:
        self._find, self._count, self._on_move = find, count, on_move
        self._appointment: Appointment | None = None
        self._chosen: datetime | None = None
        self._turn = asyncio.Lock()

    def build(self) -> None:
        self._dialog = Dialog(fills_phone=True, on_close=self._forget)

    async def ask(self, appointment: Appointment, kind: Kind, reader: Reader, *, theirs: Callable[[datetime], str]) -> None:
        """Ask for another time of this appointment, beginning with the day it is on; `theirs` words an instant for the other side."""
        self._reader, self._theirs = reader, theirs
        first, last = availability.first_and_last_day(kind, reader.zone)
        self._day = min(max(reader.date_of(appointment.starts_at), first), last)
        async with self._turn:
            slots = await self._slots(appointment)
            self._appointment, self._chosen = appointment, None  # not before: the last closing may become known while the slots are read
            self._fill(appointment, slots, first, last)
        self._dialog.open()

    def close(self) -> None:
        """Ask no more."""
        self._forget()
        self._dialog.close()

    async def on_time(self, event: TimeChange) -> None:
        """Somebody took or freed some time: show what that changes."""
        async with self._turn:
            appointment = self._appointment
            if appointment is None or event.rep_id != appointment.rep_id:
                return
            slots = await self._slots(appointment)
            if self._appointment is appointment:
                self._grid.update(slots)
                if any(slot.starts_at == self._chosen and slot.state != 'free' for slot in slots):
                    self._form.show(problem=SlotTaken.sentence)

    def _fill(self, appointment: Appointment, slots: list[Slot], first: date, last: date) -> None:
        self._dialog.clear()
        with self._dialog.content():
            self._heading = Words(CHOOSE, tag='h2').props('tabindex=-1')
            self._dialog.name_by(self._heading)
            call_warning(appointment)
            with html.div().classes('moving-slots') as self._choosing:
                html.p(f'Now: {self._span(appointment, appointment.starts_at)}').classes('quiet')
                count = partial(self._count, appointment)
                self._navigator = DateNavigator(self._day, first=first, last=last, reader=self._reader, count=count, on_change=self._go_to)
                self._navigator.build()
                self._grid = SlotGrid(slots, self._reader, on_choose=self._choose)
                self._grid.build()
                with html.div().classes('buttons'):
                    html.button('Close').classes('button').props('type=button').on('click', self._dialog.close)
            with html.div() as self._confirming:
                self._confirm(appointment)
        self._confirming.set_visibility(False)

    def _confirm(self, appointment: Appointment) -> None:
        with html.dl().classes('box moving-times'):
            html.dt('Now')
            html.dd(self._span(appointment, appointment.starts_at)).classes('moving-from')
            html.dt('New')
            with html.dd():
                self._new = Words(tag='strong')
                self._new_for_them = Words(tag='p').classes('quiet small')
        self._form = WorkForm('Move it', 'Moving…', on_sent=lambda _typed: self._move(appointment))
        with self._form.build():
            pass
        self._form.add_way_out('Another time', self._choose_again)

    async def _slots(self, appointment: Appointment) -> list[Slot]:
        """The day's slots, without the appointment's own time."""
        return [slot for slot in await self._find(appointment, self._day) if slot.starts_at != appointment.starts_at]

    async def _go_to(self, day: date) -> None:
        self._day = day
        async with self._turn:
            if self._appointment and self._day == day:
                slots = await self._slots(self._appointment)
                self._navigator.show(day)
                self._grid.show(slots, self._reader)

    def _choose(self, starts_at: datetime) -> None:
        if self._appointment is None:
            return
        self._chosen = starts_at
        self._new.set_text(self._span(self._appointment, starts_at))
        self._new_for_them.set_text(self._theirs(starts_at))
        self._form.show()
        self._show_step(confirming=True)

    def _choose_again(self) -> None:
        self._chosen = None
        self._show_step(confirming=False)

    def _show_step(self, *, confirming: bool) -> None:
        self._choosing.set_visibility(not confirming)
        self._confirming.set_visibility(confirming)
        self._heading.set_text(CONFIRM if confirming else CHOOSE)
        self._heading.run_method('focus')

    async def _move(self, appointment: Appointment) -> str:
        if self._chosen:
            await self._on_move(appointment, self._chosen)
            self.close()
        return ''

    def _forget(self) -> None:
        self._appointment = None

    def _span(self, appointment: Appointment, starts_at: datetime) -> str:
        return self._reader.span(starts_at, starts_at + timedelta(minutes=appointment.minutes))
