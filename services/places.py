"""A seat in a call as one occupant has it, and what an occupant is told."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final, Literal, ParamSpec, Protocol, TypeVar

from services.line_quality import Quality
from services.video.base import Seat

log = logging.getLogger(__name__)

P = ParamSpec('P')
T = TypeVar('T')

How = Literal['hung_up', 'silent', 'replaced', 'ended', 'closed']
HUNG_UP: Final = 'hung_up'
SILENT: Final = 'silent'
REPLACED: Final = 'replaced'
ENDED: Final = 'ended'
CLOSED: Final = 'closed'


class Occupant(Protocol):
    """Somebody in a call, and what they are told."""

    def peer_joined(self, meeting: str, talked: timedelta) -> None:
        """The other seat is taken. What the two tell each other from now on carries this meeting's name.

        `talked`: how long they have talked before it.
        """

    def peer_left(self, *, hung_up: bool) -> None:
        """The other seat is empty: its occupant hung up, or was silent for too long and may come back."""

    def peer_returned(self) -> bool:
        """The other seat, given up for silence, is taken again. Whether the two are connected still; otherwise they meet anew."""

    def signalled(self, signal: dict[str, Any]) -> None:
        """The other seat says this."""

    def line_judged(self, quality: Quality) -> None:
        """How good the line is for this side."""

    def give_way(self, is_sparing: bool, /) -> None:
        """The line is too poor for this side's picture, or good enough again."""

    def found_no_way(self) -> None:
        """The two browsers do not find each other, however often they try."""

    def put_out(self, how: How) -> None:
        """The seat is no longer theirs: somebody newer has it (`REPLACED`), the rep ended the call, or its time is over (`CLOSED`)."""


def new_key() -> str:
    """What to tell a place by."""
    return secrets.token_hex(16)


@dataclass(eq=False)
class Place:
    """A seat as one occupant has it, from taking to leaving.

    `since`: from when on somebody has sat there, but for moments · `closes_at`: until when, at the latest ·
    `key` tells it from others of the same seat · `rep_id`: the rep who sits there, who may be a colleague of the appointment's ·
    `talked`: how long the two have been there together, up to this meeting, which began at `met_at`.
    """

    appointment_id: int
    seat: Seat
    occupant: Occupant
    since: datetime
    engine: str = ''
    closes_at: datetime | None = None
    key: str = field(default_factory=new_key)
    rep_id: int | None = None
    talked: timedelta = timedelta()
    met_at: datetime | None = None
    visit: str = field(default_factory=lambda: secrets.token_hex(16))
    meeting: str = ''
    heard_at: float = 0
    is_page_gone: bool = False
    signals: int = 0
    signals_since: float = field(default_factory=monotonic)

    def pause(self, now: datetime) -> None:
        """Count what was talked since the two met: they part, or meet anew."""
        if self.met_at:
            self.talked += now - self.met_at
        self.met_at = None


def tell(word: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What an occupant answers to this. One whose page fails over it is logged, and keeps nobody else from hearing: None."""
    try:
        return word(*args, **kwargs)
    except Exception:
        log.exception('A page failed over what happened in its call')
        return None
