"""`/appointment/{key}`: what the customer booked, kept true, and what is asked before it is moved or cancelled."""

import asyncio
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import html, ui

from db import Appointment
from pages import live, times
from pages.asking import ask
from pages.components import mail_words
from pages.components.appointment_card import AppointmentCard
from pages.components.cancel_dialog import CancelDialog
from pages.components.reschedule_dialog import RescheduleDialog
from pages.layout import FOCUS_IF_LOST, frame
from services import appointments, availability, events, handling, mail_states, outbox, reps
from services.handling import Details
from services.slots import Slot
from services.times import Reader

TICK_SECONDS = 15


async def page(request: Request, key: str) -> None:
    details = await ask(handling.by_key, key)
    appointment = details.appointment
    reader = times.reader_of(request) or Reader(ZoneInfo(appointment.time_zone), appointment.clock, times.language_of(request))
    shown = AppointmentView(key, details, reader)
    live.on(events.OutboxChanged, shown.on_mail)
    live.on(events.AppointmentChange, shown.on_changed)
    live.on(events.TimeChange, shown.on_time)
    live.on(events.CallChange, shown.on_ended)
    live.on(events.KindChanged, shown.on_kind)
    live.on(events.RepChanged, shown.on_rep)
    with frame('Your appointment'):
        with html.div().classes('card narrow'):
            await shown.show()
        shown.build_dialogs()
    ui.timer(TICK_SECONDS, shown.tick)


class AppointmentView:
    """The appointment as its customer sees it."""

    def __init__(self, key: str, details: Details, reader: Reader) -> None:
        self.key, self.details, self.reader = key, details, reader
        self._news = ''
        self._turn = asyncio.Lock()  # held while reading and showing, so that what happens between is not missed
        self._moving = RescheduleDialog(find=self._slots, count=self._count, on_move=self._move)
        self._cancelling = CancelDialog(on_cancel=self._cancel)

    @property
    def appointment(self) -> Appointment:
        return self.details.appointment

    async def show(self) -> None:
        async with self._turn:
            await self._read()
            self.build()

    def build_dialogs(self) -> None:
        """What opens above the page."""
        self._moving.build()
        self._cancelling.build()

    @ui.refreshable_method
    def build(self) -> None:
        self._card = AppointmentCard(
            self.key, self.details, self.reader, news=self._news, on_reschedule=self._ask_when, on_cancel=self._ask_why
        )
        self._card.build()

    def tick(self) -> None:
        """Show what has become true by time alone."""
        if self._card.is_outdated:
            self.build.refresh()

    async def on_mail(self, event: events.OutboxChanged) -> None:
        """The mail was sent, or was not: only its sentence changes."""
        if event.appointment_id == self.appointment.id:
            async with self._turn:
                mail = await ask(mail_states.of, self.appointment.id, *outbox.NEWS)
                self.details = replace(self.details, mail=mail)
                self._card.show_mail(mail)

    async def on_changed(self, event: events.AppointmentChange) -> None:
        """Somebody moved the appointment, handed it over or cancelled it."""
        if event.appointment_id != self.appointment.id:
            return
        async with self._turn:
            await self._read()
            self._news = await self._words_for(event)
            self._moving.close()
            self._cancelling.close()
            self.build.refresh()
            ui.run_javascript(FOCUS_IF_LOST)

    async def on_ended(self, event: events.CallChange) -> None:
        """The rep has ended the call for both, or lets it be joined again."""
        if event.appointment_id == self.appointment.id:
            await self._show_again()

    async def on_kind(self, event: events.KindChanged) -> None:
        """A kind of appointment is not what it was."""
        if event.kind_id == self.details.kind.id:
            await self._show_again()

    async def on_rep(self, event: events.RepChanged) -> None:
        """A rep is not called what they were, or lives in another zone."""
        if event.rep_id == self.details.rep.id:
            await self._show_again()

    async def on_time(self, event: events.TimeChange) -> None:
        """Somebody took or freed some time."""
        await self._moving.on_time(event)

    async def _show_again(self) -> None:
        async with self._turn:
            await self._read()
            self.build.refresh()
            ui.run_javascript(FOCUS_IF_LOST)

    async def _read(self) -> None:
        self.details = await ask(handling.details, await ask(appointments.get, self.appointment.id))

    @property
    def _rep_name(self) -> str:
        return reps.display_name(self.details.rep)

    async def _words_for(self, event: events.AppointmentChange) -> str:
        """What has happened; a cancelling is told with the appointment itself."""
        if isinstance(event, events.AppointmentRescheduled):
            who = 'You have' if event.by == outbox.CUSTOMER else f'{self._rep_name} has'
            return f'{who} moved this appointment. Before, it was on {self.reader.moment(event.earlier_starts_at)}.'
        if isinstance(event, events.AppointmentHandedOver):
            earlier = await ask(reps.get, event.earlier_rep_id)  # what was shown before may have been read after it happened
            return f'{self._rep_name} will talk to you instead of {reps.display_name(earlier)}. The time stays the same.'
        return ''

    async def _ask_when(self) -> None:
        await self._moving.ask(self.appointment, self.details.kind, self.reader, theirs=self._card.for_rep)

    def _ask_why(self) -> None:
        told = mail_words.both_are_told(self._rep_name)
        sentence = f'{self.reader.moment(self.appointment.starts_at)} will be free for others. {told}'
        self._cancelling.ask(self.appointment, sentence, other=self._rep_name)

    async def _slots(self, appointment: Appointment, day: date) -> list[Slot]:
        return await ask(availability.slots_to_move, appointment, day, self.reader.zone, is_bound=True)

    async def _count(self, appointment: Appointment, first: date, last: date) -> dict[date, int]:
        return await ask(availability.free_to_move_per_day, appointment, first, last, self.reader.zone, is_bound=True)

    async def _move(self, appointment: Appointment, starts_at: datetime) -> None:
        """The key is looked at again: it may have been revoked since the page was opened."""
        await ask(handling.reschedule_by_key, self.key, starts_at, seen=appointment.calendar_sequence)

    async def _cancel(self, appointment: Appointment, reason: str) -> None:
        await ask(handling.cancel_by_key, self.key, reason, seen=appointment.calendar_sequence)
