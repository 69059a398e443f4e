"""The button with which a rep goes to the next call, and whose that is."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import html

from pages.components.icon import icon
from pages.components.stopwatch import Stopwatch
from pages.components.words import Words


class NextCall:
    """`show` says whose call is next. While there is none to go to, the button is off and the words say why."""

    def __init__(self, *, on_call: Callable[[], Awaitable[None]]) -> None:
        self._on_call = on_call
        self._is_working = False

    def build(self) -> None:
        with html.button().classes('button primary').props('type=button').on('click', self._call) as self._button:
            icon('videocam')
            html.span('Call next')
        with html.p().classes('quiet small user-text') as about:
            self._words = Words()
            self._waits = Stopwatch()
        self._waits.set_visibility(False)
        self._button.props['disabled'] = True
        self._button.props['aria-describedby'] = about.html_id

    def show(self, words: str, *, is_there: bool, since: datetime | None = None, is_quiet: bool = False) -> None:
        """Show whose call is next, and `since` when they wait, or why there is none. `is_quiet`: something else is to be done now."""
        self._words.set_text(words)
        self._waits.set_visibility(since is not None)
        if since:
            self._waits.count_from(since)
        self._button.classes(add='' if is_quiet else 'primary', remove='primary' if is_quiet else '')
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
