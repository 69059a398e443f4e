"""What a rep lets their waiting customers read: that they are there, or away."""

from collections.abc import Awaitable, Callable

from nicegui import html

from pages.components.form import EMIT_VALUE
from pages.components.words import Words

AVAILABLE, AWAY = 'available', 'away'


class OwnStatus:
    """`on_away` gets whether they are away from now on."""

    def __init__(self, *, on_away: Callable[[bool], Awaitable[None]]) -> None:
        self._on_away = on_away
        self._shown: tuple[bool, bool] | None = None

    def build(self) -> None:
        with html.div().classes('own-status') as self._status:
            label = html.label('Your status').classes('hidden-words')
            html.span().classes('own-status-dot').props('aria-hidden=true')
            self._select = html.select()
            with self._select:
                self._here = Words(tag='option').props(f'value={AVAILABLE}')
                Words('Away', tag='option').props(f'value={AWAY}')
        label.props['for'] = self._select.html_id
        self._select.on('change', lambda event: self._choose(str(event.args)), js_handler=EMIT_VALUE)

    def show(self, *, is_away: bool, is_in_call: bool) -> None:
        """Show how it is. Who is in a call is that by itself, and may say for later that they are away."""
        if (is_away, is_in_call) == self._shown:
            return
        self._shown = is_away, is_in_call
        self._here.set_text('In a call' if is_in_call else 'Available')
        self._select.props['value'] = AWAY if is_away else AVAILABLE
        self._status.props['data-state'] = 'away' if is_away else 'in-call' if is_in_call else 'here'

    async def _choose(self, value: str) -> None:
        self._shown = None  # the browser shows what was chosen; what is so is shown next, should that have failed
        await self._on_away(value == AWAY)
