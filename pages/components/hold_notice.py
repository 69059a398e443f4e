"""Whether the time asked about is kept for the viewer: its last minute is counted down, and it can be kept again."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from nicegui import html, ui

from pages.components.words import Words
from services import clock

LAST_MINUTE = timedelta(minutes=1)
LAST = 'This time is kept for you for less than a minute more:'
LOST = 'This time is not kept for you any more. You can still schedule it, as long as nobody else does.'
REFUSED = 'This time is not kept for you, as several are being booked from where you are. You can schedule it, as long as nobody else does.'


class HoldNotice:
    """Calls `on_again` when the viewer wants the time to be kept for another while."""

    def __init__(self, *, on_again: Callable[[], Awaitable[None] | None]) -> None:
        self._on_again = on_again
        self._expires_at: datetime | None = None

    def build(self) -> None:
        with html.div().classes('hold-notice') as self._box:  # never hidden: what is said in it would not be heard when it appears
            with html.p():
                self._sentence = Words().props('role=status')
                self._countdown = Words().props('role=timer')
            self._again = html.button('Keep it for five minutes').classes('link-button').props('type=button')
            self._again.on('click', self._on_again)
        self._timer = ui.timer(1, self._tick, active=False)
        self.clear()

    def clear(self) -> None:
        """Say nothing: nothing is kept, or it is not known yet."""
        self._show('', None)

    def show_kept(self, expires_at: datetime) -> None:
        """It is kept until then; this is said in the last minute."""
        self._show('', expires_at)
        self._tick()

    def show_lost(self) -> None:
        """It is not kept any more."""
        self._show(LOST, None)

    def show_refused(self) -> None:
        """It could not be kept, and asking again would not help."""
        self._show(REFUSED, None)

    def _show(self, sentence: str, expires_at: datetime | None) -> None:
        self._expires_at = expires_at
        self._box.props['data-held'] = expires_at.isoformat() if expires_at else ''
        self._sentence.set_text(sentence)
        self._countdown.set_text('')
        self._draw()
        self._timer.active = expires_at is not None

    def _draw(self) -> None:
        """Make much of it while it says something."""
        is_said = bool(self._sentence.text)
        self._box.classes(add='notice' if is_said else '', remove='' if is_said else 'notice')
        self._again.set_visibility(is_said)

    def _tick(self) -> None:
        left = self._expires_at - clock.now() if self._expires_at else timedelta()
        if left <= timedelta():
            self.show_lost()
        elif left < LAST_MINUTE:
            self._sentence.set_text(LAST)
            self._countdown.set_text(f' 0:{left.seconds:02}')
            self._draw()
