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
        with html.div().classes('call-said').props('role=status') as self._latest:
            self._who = Words(tag='p').classes('quiet')
            self._text = Words(tag='p').classes('call-said-text user-text')
        with html.dialog().classes('call-chat') as self._panel:
            with html.div().classes('call-chat-top'):
                heading = html.h2('Chat')
                icon_button('close', 'Close the chat').on('click', self.close)
            self._conversation.build()
        self._panel.props['aria-labelledby'] = heading.html_id
        self._panel.on('keydown.escape', self.close)
        self._engine.on('chat', self.toggle)
        self._show_unread()

    def toggle(self) -> None:
        """Open what is closed, and close what is open."""
        if self._is_open:
            self.close()
            return
        self._set_open(True)
        self._panel.run_method('show')  # beside the call, which goes on
        self._conversation.form.focus()

    def close(self) -> None:
        """Hide it; the keyboard goes back to where it was."""
        if self._is_open:
            self._set_open(False)
            self._panel.run_method('close')

    def show_latest(self, is_alone: bool) -> None:
        """Show large what was written last and is not read yet, to one who is alone; to others it is only said."""
        self._latest.classes(add='' if is_alone else 'hidden-words', remove='hidden-words' if is_alone else '')

    def _set_open(self, is_open: bool) -> None:
        self._is_open = is_open
        self._engine.props['chatting'] = is_open
        self._show_unread()

    def _show_unread(self) -> None:
        if self._is_open:
            messages.mark_read(self._appointment.id, self._seat)
        number = messages.unread(self._appointment.id, self._seat)
        self._engine.props['unread'] = number
        theirs = [said.text for said in self._conversation.shown if said.seat != self._seat]
        self._who.set_text(f'{self._person} writes:' if number and theirs else '')
        self._text.set_text(theirs[-1] if number and theirs else '')
