"""`/appointment/{key}`: what the customer booked, what became of the mail, and the ways to call, calendar, another time, and out of it."""

import asyncio
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import html, ui

from db import Appointment
from pages import live, times
from pages.asking import ask
from pages.components.cancel_dialog import CancelDialog
from pages.components.icon import icon
from pages.components.reschedule_dialog import RescheduleDialog
from pages.components.words import Words
from pages.layout import FOCUS_IF_LOST, frame
from services import appointment_changes, appointments, availability, calls, clock, events, handling, invitations, kinds, outbox, reps
from services.handling import Details
from services.slots import Slot
from services.times import Reader, duration

TICK_SECONDS = 15


async def page(request: Request, key: str) -> None:
    details = await ask(handling.by_key, key)
    appointment = details.appointment
    reader = times.reader_of(request) or Reader(ZoneInfo(appointment.time_zone), appointment.clock, times.language_of(request))
    shown = AppointmentView(key, details, reader)
    live.on(events.OutboxChanged, shown.on_mail)
    for kind in events.APPOINTMENT_CHANGES:
        live.on(kind, shown.on_changed)
    for kind in (events.TimeTaken, events.TimeFreed):
        live.on(kind, shown.on_time)
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
        self._drawn = self._ways_now()
        self._head()
        self._facts()
        if self._is_cancelled or self._is_over:
            with html.div().classes('buttons'):
                ui.link('Book a new appointment', kinds.path(self.details.kind)).classes('button primary')
        else:
            self._ways()

    def tick(self) -> None:
        """Show what has become true by time alone."""
        if self._drawn != self._ways_now():
            self.build.refresh()

    async def on_mail(self, event: events.OutboxChanged) -> None:
        """The mail was sent, or was not: only its sentence changes."""
        if event.appointment_id == self.appointment.id:
            async with self._turn:
                mail = await ask(outbox.mail_state, self.appointment.id, *outbox.NEWS)
                self.details = replace(self.details, mail=mail)
                self._mail_words.set_text(self._mail_sentence())

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

    async def on_kind(self, event: events.KindChanged) -> None:
        """A kind of appointment is not what it was."""
        if event.kind_id == self.details.kind.id:
            await self._show_again()

    async def on_rep(self, event: events.RepChanged) -> None:
        """A rep is not called what they were, or lives in another zone."""
        if event.rep_id == self.details.rep.id:
            await self._show_again()

    async def on_time(self, event: events.TimeTaken | events.TimeFreed) -> None:
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
    def _is_cancelled(self) -> bool:
        return self.appointment.status == appointments.CANCELLED

    @property
    def _is_over(self) -> bool:
        return appointments.is_over(self.appointment, clock.now())

    @property
    def _rep_name(self) -> str:
        return reps.display_name(self.details.rep)

    def _ways_now(self) -> tuple[object, ...]:
        """What decides which ways out of here there are."""
        can_change = appointment_changes.can_change(self.appointment, self.details.kind)
        return calls.state(self.appointment, clock.now()), self._is_over, can_change

    async def _words_for(self, event: events.AppointmentChange) -> str:
        """What has happened; a cancelling is told with the appointment itself."""
        if isinstance(event, events.AppointmentRescheduled):
            who = 'You have' if event.by == outbox.CUSTOMER else f'{self._rep_name} has'
            return f'{who} moved this appointment. Before, it was on {self.reader.moment(event.earlier_starts_at)}.'
        if isinstance(event, events.AppointmentHandedOver):
            earlier = await ask(reps.get, event.earlier_rep_id)  # what was shown before may have been read after it happened
            return f'{self._rep_name} will talk to you instead of {reps.display_name(earlier)}. The time stays the same.'
        return ''

    def _head(self) -> None:
        mark = html.div().classes('done-mark bad' if self._is_cancelled else 'done-mark')
        with mark:
            icon('event_busy' if self._is_cancelled else 'check')
        with html.div():
            html.h1(self._title()).props('tabindex=-1')
            self._mail_words = Words(self._mail_sentence(), tag='p').classes('quiet').props('role=status')
        html.p('' if self._is_cancelled else self._news).classes('notice').props('role=status')

    def _title(self) -> str:
        if self._is_cancelled:
            return 'This appointment is cancelled'
        if self._is_over:
            return 'This appointment is over'
        return 'Your appointment' if self.appointment.calendar_sequence else 'Scheduling successful'

    def _mail_sentence(self) -> str:
        mail = self.details.mail
        if mail is None or (self._is_over and not self._is_cancelled):
            return ''
        address, what = self.appointment.email, 'saying so' if self._is_cancelled else 'with everything below'
        return {
            'waiting': f'A mail {what} is on its way to {address}.',
            'trying': f'A mail {what} could not be sent to {address} yet. We keep trying.',
            'sent': f'A mail {what} has been sent to {address}.',
            'failed': f'The mail to {address} could not be delivered. Please keep the address of this page.',
        }[mail.state]

    def _facts(self) -> None:
        with html.div().classes('box appointment-facts'):
            html.h2(self.reader.span(self.appointment.starts_at, appointments.ends_at(self.appointment)))
            html.p(self._zones()).classes('quiet')
            with html.ul().classes('facts'):
                if self._is_cancelled:
                    self._fact('event_busy', self._who_cancelled())
                self._fact('videocam', f'{self.details.kind.name} with {self._rep_name}')
                if self.appointment.comment:
                    self._fact('notes', self.appointment.comment)
                for question, answer in self.details.answers:
                    self._fact('help_outline', answer, lead=question)

    def _fact(self, picture: str, text: str, *, lead: str = '') -> None:
        with html.li():
            icon(picture)
            with html.div().classes('user-text'):
                if lead:
                    html.p(lead).classes('quiet small')
                html.span(text)

    def _who_cancelled(self) -> str:
        who = 'You have' if self.appointment.cancelled_by == outbox.CUSTOMER else f'{self._rep_name} has'
        return f'{who} cancelled it.' + (f' “{self.appointment.cancel_reason}”' if self.appointment.cancel_reason else '')

    def _zones(self) -> str:
        """`Tokyo time · 11:00 AM for Riley in Berlin`; the second half only when the rep's clocks differ."""
        return ' · '.join(filter(None, (f'{self.reader.place()} time', self._for_rep(self.appointment.starts_at))))

    def _for_rep(self, instant: datetime) -> str:
        return self.reader.of_other(instant, Reader(ZoneInfo(self.details.rep.time_zone)), self.details.rep.name)

    def _ways(self) -> None:
        can_change, is_open = (
            appointment_changes.can_change(self.appointment, self.details.kind),
            calls.state(self.appointment, clock.now()) == 'open',
        )
        with html.div().classes('buttons'):
            ui.link('Join the call', f'/chat/{appointments.key("chat", self.appointment)}').classes('button primary')
            if can_change:
                html.button('Reschedule').classes('button').props('type=button').on('click', self._ask_when)
                html.button('Cancel appointment').classes('button danger').props('type=button').on('click', self._ask_why)
        with html.p().classes('quiet small'):
            html.span('The call is open. ' if is_open else 'The call opens one hour before. ')
            ui.link('Check camera, microphone and connection', '/check', new_tab=True)
        html.p(self._until_when(can_change)).classes('small')
        self._calendars()

    def _until_when(self, can_change: bool) -> str:
        """Until when it can be changed, if that ends before the appointment does; what to do when that is past."""
        if not self.details.kind.change_notice_minutes:
            return ''
        until = self.reader.moment(appointment_changes.changeable_until(self.appointment, self.details.kind))
        if can_change:
            return f'You can move or cancel it until {until}.'
        notice = duration(self.details.kind.change_notice_minutes)
        return f'It could be moved or cancelled until {notice} before it begins, which was {until}. Please answer the mail instead.'

    def _calendars(self) -> None:
        about = self.appointment, self.details.rep, self.details.kind.name
        with html.p().classes('calendar-links'):
            html.span('Add to calendar:')
            ui.link('Google', invitations.google_link(*about), new_tab=True)
            ui.link('Outlook', invitations.outlook_link(*about), new_tab=True)
            ui.link('Calendar file (.ics)', f'/appointment/{self.key}/calendar.ics').props('download')

    async def _ask_when(self) -> None:
        await self._moving.ask(self.appointment, self.details.kind, self.reader, theirs=self._for_rep)

    def _ask_why(self) -> None:
        sentence = f'{self.reader.moment(self.appointment.starts_at)} will be free for others. You both get a mail.'
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
