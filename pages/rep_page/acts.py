"""What a rep does about an appointment on their page: move it, hand it over, cancel it, each in a dialog of its own."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from db import Appointment, Rep
from pages.asking import ask
from pages.components import mail_words
from pages.components.appointment_pane import Handler
from pages.components.cancel_dialog import CancelDialog
from pages.components.hand_over_dialog import HandOverDialog
from pages.components.reschedule_dialog import RescheduleDialog
from services import appointment_changes, availability, events, handling
from services.handling import Details
from services.slots import Slot
from services.times import Reader


class RepActs:
    """`who()` answers with the rep who looks, asked again each time; None when their sign-in has ended."""

    def __init__(self, reader: Reader, *, who: Callable[[], Awaitable[Rep | None]]) -> None:
        self.reader, self._who = reader, who
        self._moving = RescheduleDialog(find=self._slots, count=self._count, on_move=self._move)
        self._handing_over = HandOverDialog(on_hand_over=self._hand_over)
        self._cancelling = CancelDialog(on_cancel=self._cancel)

    def build(self) -> None:
        for dialog in (self._moving, self._handing_over, self._cancelling):
            dialog.build()

    def offered(self, details: Details, *, to_others: bool) -> dict[str, Handler]:
        """What can be done about it, by its words. `to_others`: there are others whose it could be."""
        acts: dict[str, Handler] = {'Reschedule': lambda: self.ask_when(details)}
        if to_others:
            acts['Hand over'] = lambda: self.ask_to_whom(details)
        acts['Cancel appointment'] = lambda: self.ask_why(details)
        return acts

    async def ask_when(self, details: Details) -> None:
        """Ask for another time, and move it there."""
        appointment = details.appointment
        customer = Reader(ZoneInfo(appointment.time_zone))
        first_name = appointment.name.split(' ')[0]
        await self._moving.ask(
            appointment, details.kind, self.reader, theirs=lambda instant: self.reader.of_other(instant, customer, first_name)
        )

    async def ask_to_whom(self, details: Details) -> None:
        """Ask for another rep who is free then, and hand it over."""
        appointment = details.appointment
        free = await ask(appointment_changes.free_reps, appointment)
        self._handing_over.ask(appointment, self.reader.moment(appointment.starts_at), free)

    def ask_why(self, details: Details) -> None:
        """Ask whether, and why, and cancel it."""
        appointment = details.appointment
        told = mail_words.is_told(f'{appointment.name} is', appointment.name)
        sentence = f'{self.reader.moment(appointment.starts_at)} will be free for others. {told}'
        self._cancelling.ask(appointment, sentence, other=appointment.name)

    async def on_time(self, event: events.TimeChange) -> None:
        """Somebody took or freed some time."""
        await self._moving.on_time(event)

    def stop(self) -> None:
        """Ask no more: the appointment is not what it was."""
        for dialog in (self._moving, self._handing_over, self._cancelling):
            dialog.close()

    async def _slots(self, appointment: Appointment, day: date) -> list[Slot]:
        return await ask(availability.slots_to_move, appointment, day, self.reader.zone, is_bound=False)

    async def _count(self, appointment: Appointment, first: date, last: date) -> dict[date, int]:
        return await ask(availability.free_to_move_per_day, appointment, first, last, self.reader.zone, is_bound=False)

    async def _move(self, appointment: Appointment, starts_at: datetime) -> None:
        if rep := await self._who():
            await ask(handling.reschedule, rep, appointment.id, starts_at, seen=appointment.calendar_sequence)

    async def _hand_over(self, appointment: Appointment, rep_id: int) -> None:
        if rep := await self._who():
            await ask(handling.hand_over, rep, appointment.id, rep_id, seen=appointment.calendar_sequence)

    async def _cancel(self, appointment: Appointment, reason: str) -> None:
        if rep := await self._who():
            await ask(handling.cancel, rep, appointment.id, reason, seen=appointment.calendar_sequence)
