"""The messages of an appointment below its facts, for the rep: read and written before the call and, if they are kept, read after it."""

from collections.abc import Awaitable, Callable

from nicegui import html
from nicegui.element import Element

from db import Appointment
from pages.components.conversation import Conversation
from services import calls, clock, messages
from services.times import Reader
from services.video.base import REP

LATE = 'I am five minutes late.'


class PaneMessages:
    """There while the call is open, and as long as something that was written is known.

    `viewer_id`: the rep who looks; `may_write`: as `Conversation` wants it.
    """

    def __init__(self, appointment: Appointment, reader: Reader, *, viewer_id: int, may_write: Callable[[], Awaitable[bool]]) -> None:
        self._appointment = appointment
        self._conversation = Conversation(
            appointment.id,
            REP,
            person=appointment.name,
            time=reader.time,
            may_write=may_write,
            author=viewer_id,
            on_news=self.tick,
            suggestions=[LATE],
        )

    def build(self) -> None:
        with html.section().classes('card pane-messages') as self._section:
            heading = html.h2('Messages')
            self._conversation.build()
        self._section.props['aria-labelledby'] = heading.html_id
        self.tick()

    def come_first(self, above: Element) -> None:
        """Stand right below this element of the same column while the rep has not read everything."""
        if messages.unread(self._appointment.id, REP) and above.parent_slot:
            self._section.move(target_index=above.parent_slot.children.index(above) + 1)

    def tick(self) -> None:
        """Show what has become true by time alone."""
        is_open = calls.state(self._appointment, clock.now()) == 'open'
        self._conversation.open_form(is_open)
        self._section.set_visibility(is_open or bool(self._conversation.shown))
