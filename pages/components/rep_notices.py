"""What the rep must know before anything else: what their account lacks, and which mails are not delivered."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import html, ui

from db import Rep
from services import reps
from services.mail_states import Undelivered
from services.outbox import CUSTOMER, HAND_OVER, RELEASE, RESCHEDULE
from services.times import Reader

MISSING = {'name': 'your name', 'email': 'your email address', 'password': 'a password'}
NO_ADDRESS = ' You have no address yet, so you are not told by mail of new appointments.'
MAILS = {RESCHEDULE: 'new time', HAND_OVER: 'hand-over', RELEASE: 'hand-over'}  # what others are called, is their kind
SHOWN = 3


class RepNotices:
    """`on_time` gets the start of an appointment to be shown, `on_send_again` the row number of one whose mails are to be tried again."""

    def __init__(
        self,
        rep: Rep,
        reader: Reader,
        undelivered: list[Undelivered],
        *,
        on_time: Callable[[datetime], Awaitable[None]],
        on_send_again: Callable[[int], Awaitable[None]],
    ) -> None:
        self.rep, self.reader, self.undelivered = rep, reader, undelivered
        self._on_time, self._on_send_again = on_time, on_send_again

    @ui.refreshable_method
    def build(self) -> None:
        with html.div().classes('rep-notices').props('role=status'):
            if missing := reps.missing(self.rep):
                with html.p().classes('notice'):
                    html.span(f'Please give {_listed([MISSING[field] for field in missing])} on ')
                    ui.link('your account page', '/account')
                    html.span('.' + (NO_ADDRESS if 'email' in missing else ''))
            problems = self._problems()
            for mails in problems[:SHOWN]:
                self._problem(mails)
            if len(problems) > SHOWN:
                html.p(f'{len(problems) - SHOWN} more have not been delivered.').classes('problem')

    def show(self, rep: Rep, reader: Reader, undelivered: list[Undelivered]) -> None:
        """Show what is the case now."""
        if (rep, reader, undelivered) != (self.rep, self.reader, self.undelivered):
            self.rep, self.reader, self.undelivered = rep, reader, undelivered
            self.build.refresh()

    def _problems(self) -> list[list[Undelivered]]:
        """The mails that were not delivered; those that say the same to both sides together."""
        found: dict[tuple[int, str, bool], list[Undelivered]] = {}
        for mail in self.undelivered:
            found.setdefault((mail.appointment_id, mail.kind, mail.is_given_up), []).append(mail)
        return list(found.values())

    def _problem(self, mails: list[Undelivered]) -> None:
        mail, whom = mails[0], [mail.customer if mail.recipient == CUSTOMER else 'you' for mail in mails]
        with html.div().classes('problem'):
            html.span(f'The {MAILS.get(mail.kind, mail.kind)} to {_listed(whom)} about ')
            self._link(self.reader.moment(mail.starts_at), lambda: self._on_time(mail.starts_at))
            html.span(' could not be delivered. ' if mail.is_given_up else ' could not be sent yet. We keep trying.')
            if mail.is_given_up:
                self._link('Send again', lambda: self._on_send_again(mail.appointment_id))

    def _link(self, words: str, handler: Callable[[], Awaitable[None]]) -> None:
        html.button(words).classes('link-button').props('type=button').on('click', handler)


def _listed(words: list[str]) -> str:
    """`a, b and c`."""
    return ' and '.join([', '.join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
