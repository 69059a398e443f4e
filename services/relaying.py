"""What the browsers of the two sides of a call tell each other, handed on from seat to seat within bounds."""

from time import monotonic
from typing import Any

from services import seats, signals
from services.places import Place, tell

SIGNAL_MAX = 64_000  # characters
SIGNALS_MAX, SIGNALS_SECONDS = 300, 10  # a connection takes about thirty


def relay(place: Place, signal: Any) -> None:
    """Hand this to the other seat of the same call; dropped when it is one too many, too large, or left over from an earlier meeting."""
    if not _is_in_time(place):
        return
    other, said = seats.other_than(place), signals.read(signal)
    if other and said and _is_of_this_meeting(place, said) and signals.length(said) <= SIGNAL_MAX:
        tell(other.occupant.signalled, said)


def _is_of_this_meeting(place: Place, signal: dict[str, Any]) -> bool:
    """Whether a signal was meant for who sits opposite now."""
    return seats.is_seated(place) and signal['meeting'] == place.meeting


def _is_in_time(place: Place) -> bool:
    """Whether the place has not yet sent all it may send in these seconds."""
    now = monotonic()
    if now - place.signals_since > SIGNALS_SECONDS:
        place.signals, place.signals_since = 0, now
    place.signals += 1
    return place.signals <= SIGNALS_MAX
