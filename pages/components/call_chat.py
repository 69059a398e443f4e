"""The messages of a call: beside the pictures while they are open; while they are closed, a mark and what was written last."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from nicegui import html

from db import Appointment
from pages.components.call_engine import CallEngine
from pages.components.conversation import Conversation
from pages.components.icon_button import icon_button
from pages.components.linked_text import LinkedText
from services import clock, messages
from services.messages import Said
from services.times import Reader
from services.video.base import Seat

NEWS = timedelta(minutes=30)


class CallChat:
    """Opens and closes by the engine's button.

    `person`: the name of the other side; `rep_id`: the rep who writes here, None for the customer; `may_write`: as `Conversation` wants it.
    """

    def __init__(
        self,
        appointment: Appointment,
        seat: Seat,
        person: str,
        *,
        reader: Reader,
        engine: CallEngine,
        rep_id: int | None,
        may_write: Callable[[], Awaitable[bool]] | None,
    ) -> None:
        self._appointment, self._seat, self._engine = appointment, seat, engine
        self._time = reader.time
        self._conversation = Conversation(
            appointment.id,
            seat,
            person=person,
            time=reader.time,
            may_write=may_write,
            author=rep_id,
            on_news=self._show_unread,
        )
        self._is_open = self._is_inside = False
        self._news_from = clock.now() - NEWS  # what was written earlier is none

    def build(self) -> None:
        with html.p().classes('call-said user-text').props('role=status') as self._said:
            self._latest = LinkedText()
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
        self._is_inside = True
        self._said.classes(add='hidden-words')
        self._show_unread()

    def leave(self) -> None:
        """The call is left; what was written until then is no news any more."""
        if self._is_inside:
            self._news_from = clock.now()
        self._is_inside = False
        self._said.classes(remove='hidden-words')
        self._show_unread()
        self.close()

    def _set_open(self, is_open: bool) -> None:
        self._is_open = is_open
        self._engine.props['chatting'] = is_open
        self._panel.run_method('show' if is_open else 'close')  # not a modal dialog: the call goes on beside it
        if is_open:
            self._conversation.form.focus()

    def _show_unread(self) -> None:
        self._engine.props['unread'] = messages.unread(self._appointment.id, self._seat)
        latest = self._news()
        by, text = (f'{self._conversation.who(latest)} wrote at {self._time(latest.said_at)}:', latest.text) if latest else ('', '')
        self._engine.props['said-by'], self._engine.props['said'] = by, text
        self._latest.show(f'{by} {text}'.strip(), has_links=not self._is_inside)  # in the call it is not seen, so no link could be

    def _news(self) -> Said | None:
        """What the other side wrote last, if that is news and not read yet."""
        theirs = [said for said in self._conversation.shown if said.seat != self._seat and said.said_at >= self._news_from]
        return theirs[-1] if theirs and messages.unread(self._appointment.id, self._seat) else None
