"""What a page is told of the other side of its call."""

from collections.abc import Callable
from typing import Any

from pages.components.heard import heard
from services import places, seats


class CallPeer:
    """Tells that the other side came in and left, in turn: one who loads the page again did neither, a colleague takes their place.

    `on_devices` gets whether their `microphone`, `camera` and `screen` are on, when that has changed.
    """

    def __init__(self, *, on_joined: Callable[[], object], on_left: Callable[[], object], on_devices: Callable[..., object]) -> None:
        self._on_joined, self._on_left, self._on_devices = on_joined, on_left, on_devices
        self.forget()

    def forget(self) -> None:
        """This side is outside, and knows of nobody."""
        self._told: places.Place | None = None
        self._devices: dict[str, Any] = {}

    def look(self, place: places.Place | None) -> None:
        """See who sits opposite of this place; of none, nobody can be seen yet."""
        other = seats.other_than(place) if place else None
        if other is None:
            return
        if self._told and self._told.rep_id != other.rep_id:
            self.left()
        before, self._told = self._told, other
        if before is None:
            self._on_joined()

    def left(self) -> None:
        """They have left."""
        self.forget()
        self._on_left()

    def switched(self, devices: dict[str, Any]) -> None:
        """This is what they say they have on; it may be anything."""
        now = heard(devices, microphone=bool, camera=bool, screen=bool)
        if now != self._devices:
            self._devices = now
            self._on_devices(**now)
