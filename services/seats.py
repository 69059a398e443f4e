"""Who sits in which call right now.

A call has two seats. Who sits on them is known in memory only, and on the event loop only: all of this is quick and belongs there.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final, Literal, ParamSpec, Protocol

from services import clock, events
from services.line_quality import Quality
from services.video.base import CUSTOMER, REP, Seat

log = logging.getLogger(__name__)

P = ParamSpec('P')

BEAT_SECONDS = 5  # a browser that sits in a call is asked for a sign of life this often
QUIET_SECONDS = 7  # a beat, and some time for it on the way
SILENCE_SECONDS = 12  # with `reap` every two seconds, a silent seat is noticed within 15
RELOAD_SECONDS = 6  # so long a page may be gone that is only being loaded again; one that was closed is noticed within 8
RETURN = timedelta(seconds=30)  # who comes back within this has not come anew
REMEMBERED = timedelta(days=1)  # so long it is known here that somebody was in a call and left

How = Literal['hung_up', 'silent', 'replaced', 'ended', 'closed']
HUNG_UP: Final = 'hung_up'
SILENT: Final = 'silent'
REPLACED: Final = 'replaced'
ENDED: Final = 'ended'
CLOSED: Final = 'closed'


class Occupant(Protocol):
    """Somebody in a call, and what they are told."""

    def peer_joined(self, meeting: str) -> None:
        """The other seat is taken. What the two tell each other from now on carries this meeting's name."""

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


@dataclass(eq=False)
class Place:
    """A seat as one occupant has it, from taking to leaving.

    `key` tells it from others of the same seat · `since`: from when on somebody has sat there, but for moments.
    """

    appointment_id: int
    seat: Seat
    occupant: Occupant
    engine: str
    closes_at: datetime | None
    since: datetime
    key: str
    visit: str = field(default_factory=lambda: secrets.token_hex(16))
    meeting: str = ''
    heard_at: float = 0
    is_page_gone: bool = False
    signals: int = 0
    signals_since: float = field(default_factory=monotonic)


@dataclass(frozen=True)
class Standing:
    """How a call stands for its customer: they have not come, wait alone, talk, or left; and since when."""

    state: Literal['nobody', 'waiting', 'talking', 'left']
    since: datetime | None = None


_places: dict[tuple[int, Seat], Place] = {}
_left: dict[tuple[int, Seat], tuple[datetime, datetime]] = {}  # from when until when somebody had this seat, who has left it

_together: dict[int, datetime] = {}  # since when the two of an appointment's call have known each other


def take(
    appointment_id: int, seat: Seat, occupant: Occupant, *, engine: str = '', closes_at: datetime | None = None, key: str = ''
) -> Place:
    """The seat, taken until `closes_at` at the latest. The newest wins: whoever had it is told."""
    previous = _places.get((appointment_id, seat))
    place = Place(appointment_id, seat, occupant, engine, closes_at, _since(appointment_id, seat), key or new_key())
    if previous:
        _publish_left(previous, REPLACED)
    _sit_down(place)
    if previous:
        tell(previous.occupant.put_out, REPLACED)
    return place


def new_key() -> str:
    """What to tell a place by that is going to be taken."""
    return secrets.token_hex(16)


def is_taken_elsewhere(appointment_id: int, seat: Seat, key: str) -> bool:
    """Whether somebody has the seat now, at another place than the one with this key."""
    place = _places.get((appointment_id, seat))
    return place is not None and place.key != key


def beat(place: Place) -> None:
    """Note that the occupant's browser is alive. One whose seat was given up takes it again; if somebody else has it, they are told."""
    place.heard_at, place.is_page_gone = monotonic(), False
    if is_taken_elsewhere(place.appointment_id, place.seat, place.key):
        tell(place.occupant.put_out, REPLACED)
    elif not is_seated(place):
        place.visit, place.since = secrets.token_hex(16), _since(place.appointment_id, place.seat)
        _sit_down(place, is_return=True)


def leave(place: Place) -> None:
    """Give the seat up for good."""
    _stand_up(place, HUNG_UP)


def page_gone(place: Place) -> None:
    """Note that the occupant's page is gone: unless it is being loaded again, and takes the seat again, `reap` gives the seat up soon."""
    place.heard_at, place.is_page_gone = monotonic(), True


def put_out(appointment_id: int) -> None:
    """Empty both seats: the call has been ended."""
    _together.pop(appointment_id, None)
    for seat in (REP, CUSTOMER):
        if place := _places.get((appointment_id, seat)):
            _put_out(place, ENDED)


def reap() -> None:
    """Give up the seats of those who have been silent for too long, or whose time is over. To be called every two seconds."""
    now = clock.now()
    for place in list(_places.values()):
        if place.closes_at and now >= place.closes_at:
            _put_out(place, CLOSED)
        elif monotonic() - place.heard_at > (RELOAD_SECONDS if place.is_page_gone else SILENCE_SECONDS):
            _stand_up(place, SILENT)
    for seat, (_came_at, left_at) in list(_left.items()):
        if now - left_at > REMEMBERED:
            del _left[seat]
            _together.pop(seat[0], None)


def meet_again(place: Place) -> None:
    """Let both begin their connection anew, under a new name: the first try came to nothing."""
    if is_seated(place):
        _introduce(place)


def other_than(place: Place) -> Place | None:
    """The place opposite, if somebody sits there."""
    return _places.get((place.appointment_id, CUSTOMER if place.seat == REP else REP))


def pairs() -> list[tuple[Place, Place]]:
    """The two places, the rep's first, of every call in which both sit."""
    return [(place, other) for place in _places.values() if place.seat == REP and (other := other_than(place))]


def who_is_there(appointment_id: int) -> frozenset[Seat]:
    """The seats of this appointment's call that are taken right now."""
    return frozenset(seat for seat in (REP, CUSTOMER) if (appointment_id, seat) in _places)


def is_seated(place: Place) -> bool:
    """Whether nobody has taken this place away, and it was not given up."""
    return _places.get((place.appointment_id, place.seat)) is place


def together_for(appointment_id: int) -> timedelta:
    """How long ago the two first met in this call, whatever they have done since; nothing when they have not."""
    now = clock.now()
    return now - _together.get(appointment_id, now)


def calls_of(seat: Seat) -> frozenset[int]:
    """The appointments in whose calls this seat is taken right now."""
    return frozenset(appointment_id for appointment_id, taken in list(_places) if taken == seat)  # a list: threads ask this too


def is_quiet(appointment_id: int) -> bool:
    """Whether the customer, who has the seat, may be gone: the page is, or nothing was heard of it for longer than a beat takes."""
    place = _places.get((appointment_id, CUSTOMER))
    return place is not None and (place.is_page_gone or monotonic() - place.heard_at > QUIET_SECONDS)


def standing(appointment_id: int) -> Standing:
    """How this appointment's call stands for its customer."""
    customer, rep = _places.get((appointment_id, CUSTOMER)), _places.get((appointment_id, REP))
    if customer and rep:
        return Standing('talking', max(customer.since, rep.since))
    if customer:
        return Standing('waiting', customer.since)
    _came_at, left_at = _left.get((appointment_id, CUSTOMER), (None, None))
    return Standing('left', left_at) if left_at else Standing('nobody')


def customer_since(appointment_id: int) -> datetime | None:
    """From when on this appointment's customer has been in its call, but for moments; nothing when they are not there."""
    place = _places.get((appointment_id, CUSTOMER))
    return place.since if place else None


def _since(appointment_id: int, seat: Seat) -> datetime:
    """From when on whoever takes this seat now has been there."""
    if place := _places.get((appointment_id, seat)):
        return place.since
    now = clock.now()
    came_at, left_at = _left.get((appointment_id, seat), (now, now))
    return came_at if now - left_at <= RETURN else now


def _sit_down(place: Place, *, is_return: bool = False) -> None:
    place.heard_at = monotonic()
    _places[place.appointment_id, place.seat] = place
    events.publish(events.SeatTaken(place.appointment_id, place.seat, place.visit, place.engine))
    if not (is_return and _know_each_other(place)):
        _introduce(place)


def _know_each_other(place: Place) -> bool:
    """Whether the two go on as they were: pictures do not go through the server, and may never have stopped."""
    other = other_than(place)
    return other is not None and other.meeting == place.meeting and all(one.occupant.peer_returned() for one in (place, other))


def _introduce(place: Place) -> None:
    if other := other_than(place):
        _together.setdefault(place.appointment_id, clock.now())
        place.meeting = other.meeting = secrets.token_hex(8)
        for one in (place, other):
            tell(one.occupant.peer_joined, one.meeting)


def tell(word: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Tell an occupant. One whose page fails over it is logged, and keeps nobody else from hearing."""
    try:
        word(*args, **kwargs)
    except Exception:
        log.exception('A page failed over what happened in its call')


def _put_out(place: Place, how: How) -> None:
    _stand_up(place, how)
    tell(place.occupant.put_out, how)


def _stand_up(place: Place, how: How) -> None:
    if not is_seated(place):
        return
    del _places[place.appointment_id, place.seat]
    _left[place.appointment_id, place.seat] = place.since, clock.now()
    _publish_left(place, how)
    if other := other_than(place):
        tell(other.occupant.peer_left, hung_up=how != SILENT)


def _publish_left(place: Place, how: How) -> None:
    heard_at = clock.now() - timedelta(seconds=monotonic() - place.heard_at)
    events.publish(events.SeatLeft(place.appointment_id, place.seat, place.visit, how, heard_at))
