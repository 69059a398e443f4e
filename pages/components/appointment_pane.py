"""One appointment as the rep sees it: when, who, what about, the mail, and what can be done."""

import json
from collections.abc import Awaitable, Callable
from urllib.parse import quote
from zoneinfo import ZoneInfo

from nicegui import html, ui
from nicegui.events import GenericEventArguments

from pages.components.colleague_in_call import ColleagueInCall
from pages.components.icon import icon
from pages.components.rep_badge import RepBadge
from pages.components.words import Words
from services import appointments, calls, clock, invitations, seats, settings
from services.handling import Details
from services.mail_states import MailState
from services.times import Reader, from_now
from services.video.base import CUSTOMER

COPY = """() => (navigator.clipboard ? navigator.clipboard.writeText(%s) : Promise.reject()).then(() => emit(true), () => emit(false))"""
COPIED_SECONDS = 5
KEPT = 'The {} is in the mailbox here: no mail server is set.'
Handler = Callable[[], Awaitable[None] | None]


class AppointmentPane:
    """Keeps itself true: `tick` from time to time, `show_presence` and `show_mail` when the page hears of a change.

    `is_shared`: there are several reps, so it says with whom, and can be handed over. `acts`: what its buttons do, by their words.
    `viewer_id`: the rep who looks · `heading`: the last of what stands above the facts.
    """

    def __init__(
        self,
        details: Details,
        reader: Reader,
        *,
        is_shared: bool,
        acts: dict[str, Handler],
        viewer_id: int,
        on_start: Handler,
        on_send_again: Handler,
    ) -> None:
        self.details, self.appointment, self.reader = details, details.appointment, reader
        self._customer = Reader(ZoneInfo(self.appointment.time_zone))
        self._is_shared, self._acts, self._viewer_id = is_shared, acts, viewer_id
        self._on_start, self._on_send_again = on_start, on_send_again
        self._link = invitations.chat_link(self.appointment)

    def build(self) -> None:
        self._presence = Words(tag='p').classes('tag').props('role=status')
        ColleagueInCall(self.appointment.id, self._viewer_id).build()
        html.h1(self.reader.moment(self.appointment.starts_at)).props('tabindex=-1')
        self.heading = self._when = Words(tag='p').classes('quiet')
        with html.dl().classes('card rep-facts'):
            self._facts()
        with html.div().classes('buttons'):
            self._buttons()
        self._below = Words(tag='p').classes('quiet small user-text').props('role=status')
        self.show_mail(self.details.mail)
        self.tick()

    def tick(self) -> None:
        """Show what has become true by time alone."""
        now = clock.now()
        theirs = self.reader.of_other(self.appointment.starts_at, self._customer, self.appointment.name.split(' ')[0])
        self._when.set_text(' · '.join(filter(None, (f'{self.appointment.minutes} minutes', self._distance(), theirs))))
        self._start.set_visibility(calls.state(self.appointment, now) == 'open')
        for button in self._changing:
            button.set_visibility(not appointments.is_over(self.appointment, now))
        self.show_presence()

    def show_presence(self) -> None:
        """Show whether the customer is in the call right now."""
        is_there = CUSTOMER in seats.who_is_there(self.appointment.id)
        is_open = calls.state(self.appointment, clock.now()) == 'open'
        self._presence.set_text(f'{self.appointment.name} is {"in the call right now" if is_there else "not in the call"}')
        self._presence.classes(add='good' if is_there else '', remove='' if is_there else 'good')
        self._presence.set_visibility(is_there or is_open)

    def show_mail(self, mail: MailState | None) -> None:
        """Show what became of the last mail about it to the customer."""
        self._mail_words.set_text(self._mail_sentence(mail))
        self._send_again.set_visibility(mail is not None and mail.state == 'failed')

    def _facts(self) -> None:
        with self._fact('Name'):
            html.strong(self.appointment.name)
        with self._fact('Email'):
            ui.link(self.appointment.email, f'mailto:{quote(self.appointment.email)}')
        with self._fact('What'):
            html.span(self.details.kind.name)
        if self._is_shared:
            with self._fact('With'):
                RepBadge(self.details.rep)
        if self.appointment.comment:
            with self._fact('Comment'):
                html.span(self.appointment.comment)
        for question, answer in self.details.answers:
            with self._fact(question, is_long=True):
                html.span(answer)
        with self._fact('Mail'):
            self._mail_words = Words().props('role=status')
            self._send_again = html.button('Send again').classes('link-button').props('type=button').on('click', self._on_send_again)

    def _fact(self, name: str, *, is_long: bool = False) -> html.dd:
        width = 'rep-fact-long' if is_long else ''
        html.dt(name).classes(f'user-text {width}')
        return html.dd().classes(f'user-text {width}')

    def _buttons(self) -> None:
        with html.button().classes('button primary').props('type=button').on('click', self._on_start) as self._start:
            icon('videocam')
            html.span('Start chat')
        with html.button().classes('button').props('type=button') as copy:
            self._copy_icon = Words('content_copy').classes('icon').props('aria-hidden=true')
            self._copy_words = Words("Copy the customer's link")
        copy.on('click', self._say_copied, js_handler=COPY % json.dumps(self._link))
        self._changing = [html.button(words).classes('button').props('type=button').on('click', act) for words, act in self._acts.items()]
        self._changing[-1].classes('danger')

    def _say_copied(self, event: GenericEventArguments) -> None:
        """A page that is not https has no clipboard: there the link is shown."""
        if not event.args:
            self._below.set_text(f'Your browser does not let us copy. This is the link: {self._link}')
            return
        self._show_copied('check', 'Copied')
        with self._copy_words:
            ui.timer(COPIED_SECONDS, lambda: self._show_copied('content_copy', "Copy the customer's link"), once=True)

    def _show_copied(self, picture: str, words: str) -> None:
        self._copy_icon.set_text(picture)
        self._copy_words.set_text(words)
        self._below.set_text("The customer's link is copied." if words == 'Copied' else '')

    def _distance(self) -> str:
        now, starts_at, ends_at = clock.now(), self.appointment.starts_at, appointments.ends_at(self.appointment)
        if ends_at <= now:
            return f'ended {from_now(ends_at - now)}'
        if self.appointment.ended_at:
            return ''  # the end of its call is told by itself
        return f'{"starts" if now < starts_at else "started"} {from_now(starts_at - now)}'

    def _mail_sentence(self, mail: MailState | None) -> str:
        what = 'mail about the change' if self.appointment.calendar_sequence else 'confirmation'
        if mail is None:
            return f'There is no {what} to send.'
        at = self.reader.moment(mail.at)
        return {
            'waiting': f'The {what} is on its way.',
            'trying': f'The {what} could not be sent yet. Next try {at}. ({mail.error})',
            'sent': f'{what.capitalize()} sent {at}' if settings.current().sends_mail else KEPT.format(what),
            'failed': f'The {what} could not be delivered. ({mail.error})',
        }[mail.state]
