"""Who sits in a call of a test, in the place of a page."""

from datetime import timedelta
from typing import Any

from services.line_quality import Quality
from services.places import How


class Nobody:
    """Somebody who does not care."""

    def peer_joined(self, meeting: str, talked: timedelta) -> None: ...
    def peer_left(self, *, hung_up: bool) -> None: ...
    def peer_returned(self) -> bool:
        return False

    def signalled(self, signal: dict[str, Any]) -> None: ...
    def line_judged(self, quality: Quality) -> None: ...
    def give_way(self, is_sparing: bool, /) -> None: ...
    def found_no_way(self) -> None: ...
    def put_out(self, how: How) -> None: ...


class Recorder(Nobody):
    """Somebody who writes down what they are `told`, and how long they have `talked` before.

    `is_connected`: what they say when the other one returns.
    """

    is_connected = False

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.meeting = ''
        self.talked = timedelta()

    def peer_joined(self, meeting: str, talked: timedelta) -> None:
        self.told.append('joined')
        self.meeting, self.talked = meeting, talked

    def peer_left(self, *, hung_up: bool) -> None:
        self.told.append('hung up' if hung_up else 'silent')

    def peer_returned(self) -> bool:
        return self.is_connected

    def signalled(self, signal: dict[str, Any]) -> None:
        self.told.append(signal)

    def line_judged(self, quality: Quality) -> None:
        self.told.append(quality)

    def give_way(self, is_sparing: bool, /) -> None:
        self.told.append('pause' if is_sparing else 'go on')

    def found_no_way(self) -> None:
        self.told.append('no way')

    def put_out(self, how: How) -> None:
        self.told.append(how)
