"""The hint, some minutes before, that a running call is going to be closed."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from nicegui import ui
from nicegui.element import Element

from services import clock

HINT = timedelta(minutes=5)


class CallClosing:
    """`say(sentence)` shows it in the call."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._timer: ui.timer | None = None

    def watch(self, call: Element, closes_at: datetime) -> None:
        """Say it in time that this call closes then; at once, when it is about to."""
        self.stop()
        with call:
            left = closes_at - HINT - clock.now()
            self._timer = ui.timer(max(0.0, left.total_seconds()), lambda: self._hint(closes_at), once=True)

    def stop(self) -> None:
        """The call is left."""
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def _hint(self, closes_at: datetime) -> None:
        minutes = max(1, math.ceil((closes_at - clock.now()) / timedelta(minutes=1)))
        self._say(f'This call closes in {minutes} {"minute" if minutes == 1 else "minutes"}.')
