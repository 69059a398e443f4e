"""Who sits in which call right now.

A call has two seats. Who sits on them is known in memory only, and changed on the event loop only: all of this is quick and belongs there.
`place_of`, `taken` and `who_is_there` may be read from anywhere.
"""

import secrets
from datetime import datetime, timedelta
from time import monotonic

from services import clock, events
from services.places import CLOSED, ENDED, HUNG_UP, REPLACED, SILENT, How, Occupant, Place, new_key, tell
from services.video.base import CUSTOMER, REP, Seat

BEAT_SECONDS = 5  # a browser that sits in a call is asked for a sign of life this often
SILENCE_SECONDS = 12  # with `reap` every two seconds, a silent seat is noticed within 15
RELOAD_SECONDS = 6  # so long a page may be gone that is only being loaded again; one that was closed is noticed within 8
RETURN = timedelta(seconds=30)  # who comes back within this has not come anew
REMEMBERED = timedelta(days=1)  # so long it is known here that somebody was in a call and left

_places: dict[tuple[int, Seat], Place] = {}
_left: dict[
    tuple[int, Seat], tuple[datetime, datetime, str]
] = {}  # from when until when somebody had this seat, who left it last; their key


def take(
    appointment_id: int,
    seat: Seat,
    occupant: Occupant,
    *,
    engine: str = '',
    closes_at: datetime | None = None,
    key: str = '',
    rep_id: int | None = None,
    talked: timedelta = timedelta(),
) -> Place:
    """The seat, taken; the rest is as `Place` says. The newest wins: whoever had it is told."""
    previous = place_of(appointment_id, seat)
    place = Place(appointment_id, seat, occupant, _since(appointment_id, seat), engine, closes_at, key or new_key(), rep_id, talked)
    if previous:
        _publish_left(previous, REPLACED)
    _sit_down(place)
    if previous:
        tell(previous.occupant.put_out, REPLACED)
    return place


def is_taken_elsewhere(appointment_id: int, seat: Seat, key: str) -> bool:
    """Whether somebody has the seat now, at another place than the one with this key."""
    place = place_of(appointment_id, seat)
    return place is not None and place.key != key


def beat(place: Place) -> None:
    """Note that the occupant's browser is alive. One whose seat was given up takes it again; if somebody had it since, they are told."""
    place.heard_at, place.is_page_gone = monotonic(), False
    if is_seated(place):
        return
    if _was_taken_after(place):
        tell(place.occupant.put_out, REPLACED)
    else:
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
    for seat in (REP, CUSTOMER):
        if place := place_of(appointment_id, seat):
            _put_out(place, ENDED)


def reap() -> None:
    """Give up the seats of those who have been silent for too long, or whose time is over. To be called every two seconds."""
    now = clock.now()
    for place in list(_places.values()):
        if place.closes_at and now >= place.closes_at:
            _put_out(place, CLOSED)
        elif monotonic() - place.heard_at > (RELOAD_SECONDS if place.is_page_gone else SILENCE_SECONDS):
            _stand_up(place, SILENT)
    for seat, (_came_at, left_at, _key) in list(_left.items()):
        if now - left_at > REMEMBERED:
            del _left[seat]


def meet_again(place: Place) -> None:
    """Let both begin their connection anew, under a new name: the first try came to nothing."""
    if is_seated(place):
        _introduce(place)


def place_of(appointment_id: int, seat: Seat) -> Place | None:
    """The place of whoever has this seat right now."""
    return _places.get((appointment_id, seat))


def other_than(place: Place) -> Place | None:
    """The place opposite, if somebody sits there."""
    return place_of(place.appointment_id, CUSTOMER if place.seat == REP else REP)


def taken(seat: Seat) -> list[Place]:
    """The places of all who have this seat in their calls right now."""
    return [place for place in list(_places.values()) if place.seat == seat]  # a copy at once: threads ask this too


def pairs() -> list[tuple[Place, Place]]:
    """The two places, the rep's first, of every call in which both sit."""
    return [(place, other) for place in taken(REP) if (other := other_than(place))]


def who_is_there(appointment_id: int) -> frozenset[Seat]:
    """The seats of this appointment's call that are taken right now."""
    return frozenset(seat for seat in (REP, CUSTOMER) if (appointment_id, seat) in _places)


def is_seated(place: Place) -> bool:
    """Whether nobody has taken this place away, and it was not given up."""
    return place_of(place.appointment_id, place.seat) is place


def left_at(appointment_id: int, seat: Seat) -> datetime | None:
    """When whoever had this seat last left it; nothing when that was long ago."""
    _came_at, left_at, _key = _left.get((appointment_id, seat), (None, None, ''))
    return left_at


def _was_taken_after(place: Place) -> bool:
    """Whether somebody else has, or had, the seat that this place was."""
    _came_at, _left_at, key = _left.get((place.appointment_id, place.seat), (None, None, place.key))
    return key != place.key or is_taken_elsewhere(place.appointment_id, place.seat, place.key)


def _since(appointment_id: int, seat: Seat) -> datetime:
    """From when on whoever takes this seat now has been there."""
    if place := place_of(appointment_id, seat):
        return place.since
    now = clock.now()
    came_at, left_at, _key = _left.get((appointment_id, seat), (now, now, ''))
    return came_at if now - left_at <= RETURN else now


def _sit_down(place: Place, *, is_return: bool = False) -> None:
    place.heard_at = monotonic()
    _places[place.appointment_id, place.seat] = place
    events.publish(events.SeatTaken(place.appointment_id, place.seat, place.visit, place.engine, place.rep_id))
    if not (is_return and _know_each_other(place)):
        _introduce(place)


def _know_each_other(place: Place) -> bool:
    """Whether the two go on as they were: pictures do not go through the server, and may never have stopped."""
    other = other_than(place)
    if other is None or other.meeting != place.meeting or not all(tell(one.occupant.peer_returned) for one in (place, other)):
        return False
    place.met_at = other.met_at = clock.now()
    return True


def _introduce(place: Place) -> None:
    if other := other_than(place):
        _begin_meeting(place, other)
        for one in (place, other):
            tell(one.occupant.peer_joined, one.meeting, one.talked)


def _begin_meeting(place: Place, other: Place) -> None:
    """Both go on counting from the same: who has been there all the time, or has read it last, knows of more."""
    now = clock.now()
    for one in (place, other):
        one.pause(now)
    place.talked = other.talked = max(place.talked, other.talked)
    place.met_at = other.met_at = now
    place.meeting = other.meeting = secrets.token_hex(8)


def _put_out(place: Place, how: How) -> None:
    _stand_up(place, how)
    tell(place.occupant.put_out, how)


def _stand_up(place: Place, how: How) -> None:
    if not is_seated(place):
        return
    del _places[place.appointment_id, place.seat]
    _left[place.appointment_id, place.seat] = place.since, clock.now(), place.key
    _publish_left(place, how)
    if other := other_than(place):
        for one in (place, other):
            one.pause(clock.now())
        tell(other.occupant.peer_left, hung_up=how != SILENT)


def _publish_left(place: Place, how: How) -> None:
    heard_at = clock.now() - timedelta(seconds=monotonic() - place.heard_at)
    events.publish(events.SeatLeft(place.appointment_id, place.seat, place.visit, how, heard_at))
