"""The button with which a rep goes to the next call, and whose that is."""

from collections.abc import Awaitable, Callable

from nicegui import html

from pages.components.icon import icon
from pages.components.words import Words


class NextCall:
    """`show` says whose call is next. While there is none, the button is off and the words say why."""

    def __init__(self, *, on_call: Callable[[], Awaitable[None]]) -> None:
        self._on_call = on_call
        self._is_working = False

    def build(self) -> None:
        with html.button().classes('button primary').props('type=button').on('click', self._call) as self._button:
            icon('videocam')
            html.span('Call next')
        self._words = Words(tag='p').classes('quiet small user-text')
        self._button.props['disabled'] = True
        self._button.props['aria-describedby'] = self._words.html_id

    def show(self, words: str, *, is_there: bool) -> None:
        """Show whose call is next, or why there is none."""
        self._words.set_text(words)
        if self._button.props.get('disabled') == is_there:
            self._button.props['disabled'] = not is_there

    async def _call(self) -> None:
        if self._is_working:
            return  # two quick clicks
        self._is_working = True
        try:
            await self._on_call()
        finally:
            self._is_working = False
