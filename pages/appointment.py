"""`/appointment/{key}`: what the customer booked, what became of the mail, and the way to the call, the calendar, and out of it."""

import asyncio
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import html, ui

from db import Appointment, Rep
from pages import live, times
from pages.asking import ask, succeeds
from pages.components.confirmation import Confirmation
from pages.components.icon import icon
from pages.components.words import Words
from pages.layout import frame
from services import appointments, calls, clock, events, outbox, reps
from services.outbox import MailState
from services.times import Reader


async def page(request: Request, key: str) -> None:
    appointment = await ask(appointments.by_key, 'manage', key)
    rep = await ask(reps.get, appointment.rep_id)
    reader = times.reader_of(request) or Reader(ZoneInfo(appointment.time_zone), appointment.clock)
    shown = AppointmentView(key, appointment, rep, reader)
    live.on(events.OutboxChanged, shown.on_changed)
    live.on(events.AppointmentCancelled, shown.on_changed)
    with frame('Your appointment'), html.div().classes('card narrow'):
        await shown.show()


class AppointmentView:
    """The appointment as its customer sees it."""

    def __init__(self, key: str, appointment: Appointment, rep: Rep, reader: Reader) -> None:
        self.key, self.appointment, self.rep, self.reader = key, appointment, rep, reader
        self._mail: MailState | None = None
        self._turn = asyncio.Lock()  # held while reading and showing, so that what happens between is not missed

    async def show(self) -> None:
        async with self._turn:
            await self._read()
            self.build()

    @ui.refreshable_method
    def build(self) -> None:
        self._head()
        self._facts()
        with html.div().classes('buttons'):
            if self._is_cancelled or self._is_over:
                ui.link('Book a new appointment', '/').classes('button primary')
            else:
                self._ways()
        if not (self._is_cancelled or self._is_over):
            is_open = calls.state(self.appointment, clock.now()) == 'open'
            html.p('The call is open.' if is_open else 'The call opens one hour before.').classes('quiet small')

    async def on_changed(self, event: events.OutboxChanged | events.AppointmentCancelled) -> None:
        """The mail was sent, or was not: only its sentence changes. Or somebody cancelled."""
        if event.appointment_id != self.appointment.id:
            return
        async with self._turn:
            before = self.appointment.status
            await self._read()
            if self.appointment.status == before:
                self._mail_words.set_text(self._mail_sentence())
            else:
                self.build.refresh()

    async def _read(self) -> None:
        self.appointment = await ask(appointments.get, self.appointment.id)
        self._mail = await ask(outbox.mail_state, self.appointment.id, outbox.CANCELLATION if self._is_cancelled else outbox.CONFIRMATION)

    @property
    def _is_cancelled(self) -> bool:
        return self.appointment.status == appointments.CANCELLED

    @property
    def _is_over(self) -> bool:
        return appointments.is_over(self.appointment, clock.now())

    def _head(self) -> None:
        mark = html.div().classes('done-mark bad' if self._is_cancelled else 'done-mark')
        with mark:
            icon('event_busy' if self._is_cancelled else 'check')
        with html.div():
            html.h1(self._title())
            self._mail_words = Words(self._mail_sentence(), tag='p').classes('quiet').props('role=status')

    def _title(self) -> str:
        if self._is_cancelled:
            return 'This appointment is cancelled'
        return 'This appointment is over' if self._is_over else 'Scheduling successful'

    def _mail_sentence(self) -> str:
        if self._mail is None or (self._is_over and not self._is_cancelled):
            return ''
        address, what = self.appointment.email, 'saying so' if self._is_cancelled else 'with everything below'
        return {
            'waiting': f'A mail {what} is on its way to {address}.',
            'trying': f'A mail {what} could not be sent to {address} yet. We keep trying.',
            'sent': f'A mail {what} has been sent to {address}.',
            'failed': f'The mail to {address} could not be delivered. Please keep the address of this page.',
        }[self._mail.state]

    def _facts(self) -> None:
        with html.div().classes('box appointment-facts'):
            html.h2(self.reader.span(self.appointment.starts_at, appointments.ends_at(self.appointment)))
            html.p(self._zones()).classes('quiet')
            with html.ul().classes('facts'):
                self._fact('videocam', 'Video call with', reps.display_name(self.rep))
                if self.appointment.comment:
                    self._fact('notes', '', self.appointment.comment)

    def _fact(self, picture: str, lead: str, text: str) -> None:
        with html.li():
            icon(picture)
            html.span(f'{lead} {text}'.strip()).classes('user-text')

    def _zones(self) -> str:
        """`Tokyo time · 11:00 AM for Riley in Berlin`; the second half only when the rep's clocks differ."""
        theirs = self.reader.of_other(self.appointment.starts_at, Reader(ZoneInfo(self.rep.time_zone)), self.rep.name)
        return ' · '.join(filter(None, (f'{self.reader.place()} time', theirs)))

    def _ways(self) -> None:
        chat = appointments.key('chat', self.appointment)
        ui.link('Join the call', f'/chat/{chat}').classes('button primary')
        ui.link('Add to calendar', f'/appointment/{self.key}/calendar.ics').classes('button').props('download')
        html.button('Cancel appointment').classes('button danger').props('type=button').on('click', self._cancel)

    async def _cancel(self) -> None:
        asked = Confirmation(
            'Cancel this appointment?',
            f'{self.reader.moment(self.appointment.starts_at)} will be free for others. You both get a mail.',
            yes='Cancel appointment',
            no='Keep it',
        )
        if await asked.given():
            await succeeds(_cancel, self.key)


def _cancel(key: str) -> None:
    """The key is looked at again: it may have been revoked since the page was opened."""
    appointments.cancel(appointments.by_key('manage', key).id)
