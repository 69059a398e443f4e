"""The lines between the two sides of running calls: how good they are, whose picture gives way, and who has to meet again.

It is used on the event loop only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final
from weakref import WeakKeyDictionary

from services import events, line_quality, seats
from services.line_quality import LineJudge
from services.places import Place, tell
from services.video import BACKENDS

CONNECTED: Final = 'connected'
FIRST_SECONDS, AGAIN_SECONDS = 8, 10  # what the browsers get for the first connection, and to mend one by themselves
TRIES = 3
SOONEST_SECONDS, LONGEST_SECONDS = 1, 10  # between two samples: what comes sooner is passed over, what comes later counts as this


@dataclass(eq=False)
class _Line:
    """One side's line in one meeting. `overdue_at`: from when on they should meet again, unless it stands by then."""

    meeting: str
    measured_at: float
    overdue_at: float | None = None
    tries: int = 0
    is_hopeless: bool = False
    judge: LineJudge = field(default_factory=LineJudge)


_lines: WeakKeyDictionary[Place, _Line] = WeakKeyDictionary()


def stands(place: Place, state: str) -> None:
    """Take in how this side's line stands, as a state of an RTCPeerConnection."""
    line = _of(place)
    if state == CONNECTED:
        line.overdue_at, line.tries, line.is_hopeless = None, 0, False
    elif line.overdue_at is None and not line.is_hopeless and _is_met_by_signals(place):
        line.overdue_at = monotonic() + AGAIN_SECONDS


def measured(place: Place, reported: Any) -> None:
    """Take in what this side's browser says of its line. The other side's picture gives way, or comes back, when that is due."""
    line = _of(place)
    seconds = monotonic() - line.measured_at
    if seconds < SOONEST_SECONDS or not seats.is_seated(place) or (sample := line_quality.read(reported)) is None:
        return
    line.measured_at += seconds
    seconds, gave_way = min(seconds, LONGEST_SECONDS), line.judge.gives_way
    line.judge.hear(sample, seconds)
    quality = line.judge.quality
    events.publish(events.LineJudged(place.appointment_id, place.visit, quality, round(seconds), sample.is_relayed))
    tell(place.occupant.line_judged, quality)
    if line.judge.gives_way != gave_way and (other := seats.other_than(place)):
        tell(other.occupant.give_way, line.judge.gives_way)


def watch() -> None:
    """Let those meet again who do not find each other, and tell them when that is in vain. To be called every second."""
    for pair in seats.pairs():
        lines = [_of(place) for place in pair]
        due = [line.overdue_at for line in lines if line.overdue_at is not None]
        if due and monotonic() >= min(due):
            _try_again(pair, lines)


def _try_again(pair: Sequence[Place], lines: Sequence[_Line]) -> None:
    tries = max(line.tries for line in lines) + 1
    if tries <= TRIES:
        seats.meet_again(pair[0])
        for place in pair:
            _of(place).tries = tries
        return
    for place, line in zip(pair, lines, strict=True):
        line.overdue_at, line.is_hopeless = None, True
        tell(place.occupant.found_no_way)


def _of(place: Place) -> _Line:
    """The line of the meeting that this place is in now. Where the two find each other by signals, it has to stand before long."""
    line = _lines.get(place)
    if line is None or line.meeting != place.meeting:
        line = _lines[place] = _Line(place.meeting, measured_at=monotonic())
        if place.meeting and _is_met_by_signals(place):
            line.overdue_at = monotonic() + FIRST_SECONDS
    return line


def _is_met_by_signals(place: Place) -> bool:
    return any(kind.is_met_by_signals for kind in BACKENDS if kind.name == place.engine)
