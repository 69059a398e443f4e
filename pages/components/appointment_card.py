"""An appointment as its customer sees it: what is booked, what became of the mail, and the ways to call, calendar, another time and out."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from nicegui import html, ui

from pages.components.icon import icon
from pages.components.words import Words
from services import appointment_changes, appointments, calls, clock, invitations, kinds, outbox, reps, settings
from services.handling import Details
from services.mail_states import MailState
from services.times import Reader, duration

Handler = Callable[[], Awaitable[None] | None]


class AppointmentCard:
    """Shows `details` to this `reader` as they are now; `news`: what has just happened · `key`: opens the calendar file.

    `on_reschedule`, `on_cancel`: the customer wants to.
    """

    def __init__(self, key: str, details: Details, reader: Reader, *, news: str, on_reschedule: Handler, on_cancel: Handler) -> None:
        self._key, self._details, self._reader, self._news = key, details, reader, news
        self._on_reschedule, self._on_cancel = on_reschedule, on_cancel
        self._appointment = details.appointment
        self._rep_name = reps.display_name(details.rep)
        self._how, self._is_over, self._can_change = self._stands = self._stands_now()
        self._is_cancelled = self._how == 'cancelled'

    def build(self) -> None:
        self._head()
        self._facts()
        if self._is_over or self._how in ('cancelled', 'ended'):
            with html.div().classes('buttons'):
                ui.link('Book a new appointment', kinds.path(self._details.kind)).classes('button primary')
        else:
            self._ways()

    @property
    def is_outdated(self) -> bool:
        """Whether time alone has made something else true."""
        return self._stands != self._stands_now()

    def show_mail(self, mail: MailState | None) -> None:
        """Show what became of the last mail about it."""
        self._mail_words.set_text(self._mail_sentence(mail))

    def for_rep(self, instant: datetime) -> str:
        """`11:00 AM for Riley in Berlin`; nothing where the rep's clocks show the same."""
        return self._reader.of_other(instant, Reader(ZoneInfo(self._details.rep.time_zone)), self._details.rep.name)

    def _stands_now(self) -> tuple[calls.State, bool, bool]:
        """How its call stands, whether it is over, whether it can be changed: that decides which ways there are."""
        now, can_change = clock.now(), appointment_changes.can_change(self._appointment, self._details.kind)
        return calls.state(self._appointment, now), appointments.is_over(self._appointment, now), can_change

    def _head(self) -> None:
        with html.div().classes('done-mark bad' if self._is_cancelled else 'done-mark'):
            icon('event_busy' if self._is_cancelled else 'check')
        with html.div():
            html.h1(self._title()).props('tabindex=-1')
            self._mail_words = Words(self._mail_sentence(self._details.mail), tag='p').classes('quiet').props('role=status')
        html.p('' if self._is_cancelled else self._news).classes('notice').props('role=status')

    def _title(self) -> str:
        if self._is_cancelled:
            return 'This appointment is cancelled'
        if self._is_over:
            return 'This appointment is over'
        if self._how == 'ended':
            return 'This call has ended'
        return 'Your appointment' if self._appointment.calendar_sequence else 'Scheduling successful'

    def _mail_sentence(self, mail: MailState | None) -> str:
        if mail is None or ((self._is_over or self._how == 'ended') and not self._is_cancelled):
            return ''
        keep = '' if self._is_cancelled else ' Please keep the address of this page.'
        if not settings.current().sends_mail:
            return f'This site sends no mails.{keep}'
        address, what = self._appointment.email, 'saying so' if self._is_cancelled else 'with everything below'
        return {
            'waiting': f'A mail {what} is on its way to {address}.',
            'trying': f'A mail {what} could not be sent to {address} yet. We keep trying.',
            'sent': f'A mail {what} has been sent to {address}.',
            'failed': f'The mail to {address} could not be delivered.{keep}',
        }[mail.state]

    def _facts(self) -> None:
        with html.div().classes('box appointment-facts'):
            html.h2(self._reader.span(self._appointment.starts_at, appointments.ends_at(self._appointment)))
            html.p(' · '.join(filter(None, (f'{self._reader.place()} time', self.for_rep(self._appointment.starts_at))))).classes('quiet')
            with html.ul().classes('facts'):
                if self._is_cancelled:
                    self._fact('event_busy', self._who_cancelled())
                elif self._appointment.ended_at:
                    self._fact('call_end', f'The call was ended at {self._reader.time(self._appointment.ended_at)}.')
                self._fact('videocam', f'{self._details.kind.name} with {self._rep_name}')
                if self._appointment.comment:
                    self._fact('notes', self._appointment.comment)
                for question, answer in self._details.answers:
                    self._fact('help_outline', answer, lead=question)

    def _fact(self, picture: str, text: str, *, lead: str = '') -> None:
        with html.li():
            icon(picture)
            with html.div().classes('user-text'):
                if lead:
                    html.p(lead).classes('quiet small')
                html.span(text)

    def _who_cancelled(self) -> str:
        who = 'You have' if self._appointment.cancelled_by == outbox.CUSTOMER else f'{self._rep_name} has'
        return f'{who} cancelled it.' + (f' “{self._appointment.cancel_reason}”' if self._appointment.cancel_reason else '')

    def _ways(self) -> None:
        with html.div().classes('buttons'):
            ui.link('Join the call', f'/chat/{appointments.key("chat", self._appointment)}').classes('button primary')
            if self._can_change:
                html.button('Reschedule').classes('button').props('type=button').on('click', self._on_reschedule)
                html.button('Cancel appointment').classes('button danger').props('type=button').on('click', self._on_cancel)
        with html.p().classes('quiet small'):
            html.span('The call is open. ' if self._how == 'open' else 'The call opens one hour before. ')
            ui.link('Check camera, microphone and connection', '/check', new_tab=True)
        html.p(self._until_when()).classes('small')
        self._calendars()

    def _until_when(self) -> str:
        """Until when it can be changed, if that ends before the appointment does; what to do when that is past."""
        if not self._details.kind.change_notice_minutes:
            return ''
        until = self._reader.moment(appointment_changes.changeable_until(self._appointment, self._details.kind))
        if self._can_change:
            return f'You can move or cancel it until {until}.'
        notice = duration(self._details.kind.change_notice_minutes)
        return f'It could be moved or cancelled until {notice} before it begins, which was {until}. {appointment_changes.instead()}'

    def _calendars(self) -> None:
        about = self._appointment, self._details.rep, self._details.kind.name
        with html.p().classes('calendar-links'):
            html.span('Add to calendar:')
            ui.link('Google', invitations.google_link(*about), new_tab=True)
            ui.link('Outlook', invitations.outlook_link(*about), new_tab=True)
            ui.link('Calendar file (.ics)', f'/appointment/{self._key}/calendar.ics').props('download')
