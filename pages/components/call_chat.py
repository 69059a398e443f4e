"""The messages of a call: beside the pictures while they are open; while they are closed, a mark and what was written last."""

from collections.abc import Awaitable, Callable

from nicegui import html

from db import Appointment
from pages.components.call_engine import CallEngine
from pages.components.conversation import Conversation
from pages.components.icon_button import icon_button
from pages.components.words import Words
from services import messages
from services.times import Reader
from services.video.base import CUSTOMER, REP, Seat


class CallChat:
    """Opens and closes by the engine's button. `person`: the name of the other side; `may_write`: asked before each message."""

    def __init__(
        self,
        appointment: Appointment,
        seat: Seat,
        person: str,
        *,
        reader: Reader,
        engine: CallEngine,
        may_write: Callable[[], Awaitable[bool]] | None,
    ) -> None:
        self._appointment, self._seat, self._person, self._engine = appointment, seat, person, engine
        names = {seat: 'You', REP if seat == CUSTOMER else CUSTOMER: person}
        self._conversation = Conversation(
            appointment.id, seat, names=names, time=reader.time, may_write=may_write, on_news=self._show_unread
        )
        self._is_open = False

    def build(self) -> None:
        self._latest = Words(tag='p').classes('call-said user-text').props('role=status')
        with html.dialog().classes('call-chat') as self._panel:
            with html.div().classes('call-chat-top'):
                heading = html.h2('Chat')
                icon_button('close', 'Close the chat').on('click', self.close)
            self._conversation.build()
        self._panel.props['aria-labelledby'] = heading.html_id
        self._panel.on('keydown.escape', self.close)
        self._engine.on('chat', self.toggle)
        self._show_unread()

    def rename(self, person: str) -> None:
        """Let this person be the other side from now on."""
        self._person = person
        self._conversation.rename(person)

    def toggle(self) -> None:
        """Open what is closed, and close what is open."""
        self._set_open(not self._is_open)

    def close(self) -> None:
        """Hide it; the keyboard goes back to where it was."""
        if self._is_open:
            self._set_open(False)

    def enter(self) -> None:
        """The call is entered: what was written last stands there where a picture is missing, and is said to screen readers only."""
        self._latest.classes(add='hidden-words')

    def leave(self) -> None:
        """The call is left."""
        self._latest.classes(remove='hidden-words')
        self.close()

    def _set_open(self, is_open: bool) -> None:
        self._is_open = is_open
        self._engine.props['chatting'] = is_open
        self._panel.run_method('show' if is_open else 'close')  # not a modal dialog: the call goes on beside it
        if is_open:
            self._conversation.form.focus()

    def _show_unread(self) -> None:
        number = messages.unread(self._appointment.id, self._seat)
        theirs = [said.text for said in self._conversation.shown if said.seat != self._seat]
        latest = theirs[-1] if number and theirs else ''
        self._engine.props['unread'], self._engine.props['said'] = number, latest
        self._latest.set_text(latest and f'{self._person} writes: {latest}')
