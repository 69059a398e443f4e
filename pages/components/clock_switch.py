"""Twelve or twenty-four hours."""

from collections.abc import Awaitable, Callable

from nicegui import html


class ClockSwitch:
    """Calls `on_change` with 12 or 24."""

    def __init__(self, hours: int, *, on_change: Callable[[int], Awaitable[None]]) -> None:
        self._hours, self._on_change = hours, on_change

    def build(self) -> None:
        with html.span().classes('switch').props('role=group aria-label=Clock'):
            self._buttons = {hours: self._button(hours) for hours in (12, 24)}
        self._draw()

    def _button(self, hours: int) -> html.button:
        button = html.button(f'{hours} h').classes('switch-choice').props(f'type=button aria-label="{hours} h clock"')
        return button.on('click', lambda: self._choose(hours))

    async def _choose(self, hours: int) -> None:
        self._hours = hours
        self._draw()
        await self._on_change(hours)

    def _draw(self) -> None:
        for hours, button in self._buttons.items():
            button.props['aria-pressed'] = 'true' if hours == self._hours else 'false'
