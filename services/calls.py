"""Who may join which call, and when; who sits there now; what the two sides tell each other.

A call has two seats. Who sits on them is known in memory only, and on the event loop only: `admit` waits for the database and the video
platform in threads of its own, everything below it is quick and belongs on the loop.
"""

import asyncio
import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Literal, Protocol

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from db import Appointment, writing
from services import appointments, clock, events, video
from services.errors import CallNotOpen
from services.video.base import CUSTOMER, REP, Seat

State = Literal['early', 'open', 'over', 'cancelled']

AROUND_START = timedelta(minutes=60)  # the call is open so long before and, at least, after the appointment's start
AFTER_END = timedelta(minutes=30)
BEAT_SECONDS = 5  # a browser that sits in a call says so this often
SILENCE_SECONDS = 12  # with `reap` every two seconds, a silent seat is noticed within 15
SIGNAL_MAX_BYTES = 64_000
SIGNALS_MAX, SIGNALS_SECONDS = 300, 10  # a connection takes about thirty

_pool = ThreadPoolExecutor(8, thread_name_prefix='calls')

CLOSED = {
    'early': 'This call is not open yet. It opens an hour before the appointment.',
    'over': 'The time for this call is over.',
    'cancelled': 'This appointment has been cancelled, so there is no call.',
}


def window(appointment: Appointment) -> tuple[datetime, datetime]:
    """From when until when (exclusive) the appointment's call can be joined."""
    closes_at = max(appointment.starts_at + AROUND_START, appointments.ends_at(appointment) + AFTER_END)
    return appointment.starts_at - AROUND_START, closes_at


def state(appointment: Appointment, now: datetime) -> State:
    """Whether the appointment's call can be joined at this instant, or why not. A running call is nobody's business here."""
    opens_at, closes_at = window(appointment)
    if appointment.status == appointments.CANCELLED:
        return 'cancelled'
    if now < opens_at:
        return 'early'
    return 'open' if now < closes_at else 'over'


def ensure_session(appointment_id: int) -> str:
    """The video session of this appointment's call, made if there is none or if it belongs to a key that is no longer used.

    When two make one at once, both get the one that was stored first.

    :raises VideoUnavailable: when the platform does not make one
    """
    backend, appointment = video.backend(), appointments.get(appointment_id)
    if appointment.session_id and appointment.session_key == backend.key:
        return appointment.session_id
    made = backend.create_session()

    def fn(session: Session) -> str | None:
        session.execute(
            update(Appointment)
            .where(Appointment.id == appointment_id, or_(Appointment.session_id.is_(None), Appointment.session_key != backend.key))
            .values(session_id=made, session_key=backend.key)
        )
        return session.scalar(select(Appointment.session_id).where(Appointment.id == appointment_id))

    return writing(fn) or made


async def admit(appointment_id: int, seat: Seat) -> dict[str, Any]:
    """What this seat's browser needs to join now.

    :raises CallNotOpen: when it is too early, too late or cancelled
    :raises VideoUnavailable: when the video platform does not answer
    """
    return await asyncio.get_running_loop().run_in_executor(_pool, _admit, appointment_id, seat)


def _admit(appointment_id: int, seat: Seat) -> dict[str, Any]:
    how = state(appointments.get(appointment_id), clock.now())
    if how != 'open':
        raise CallNotOpen(CLOSED[how])
    return video.backend().credentials(ensure_session(appointment_id), seat)


class Occupant(Protocol):
    """Somebody in a call, and what they are told."""

    def peer_joined(self, meeting: str) -> None:
        """The other seat is taken. What the two tell each other from now on carries this meeting's name."""

    def peer_left(self, *, hung_up: bool) -> None:
        """The other seat is empty: its occupant hung up, or was silent for too long and may come back."""

    def signalled(self, signal: dict[str, Any]) -> None:
        """The other seat says this."""

    def replaced(self) -> None:
        """Somebody newer has this seat."""


@dataclass(eq=False)
class Place:
    """A seat as one occupant has it, from taking to leaving."""

    appointment_id: int
    seat: Seat
    occupant: Occupant
    meeting: str = ''
    heard_at: float = 0
    signals: int = 0
    signals_since: float = field(default_factory=monotonic)


_places: dict[tuple[int, Seat], Place] = {}


def take(appointment_id: int, seat: Seat, occupant: Occupant) -> Place:
    """The seat, taken. The newest wins: whoever had it is told."""
    previous = _places.get((appointment_id, seat))
    place = Place(appointment_id, seat, occupant)
    _sit_down(place)
    if previous:
        previous.occupant.replaced()
    return place


def beat(place: Place) -> None:
    """Note that the occupant's browser is alive. One whose seat was given up takes it again, if nobody else has."""
    place.heard_at = monotonic()
    if (place.appointment_id, place.seat) not in _places:
        _sit_down(place)


def leave(place: Place) -> None:
    """Give the seat up for good."""
    _stand_up(place, hung_up=True)


def reap() -> None:
    """Give up the seats of those who have been silent for too long. To be called every two seconds."""
    for place in list(_places.values()):
        if monotonic() - place.heard_at > SILENCE_SECONDS:
            _stand_up(place, hung_up=False)


def relay(place: Place, signal: Any) -> None:
    """Hand this to the other seat of the same call; dropped when it is too large, one too many, or left over from an earlier meeting."""
    other = _other(place)
    if other and _is_of_this_meeting(place, signal) and _is_small(signal) and _is_in_time(place):
        other.occupant.signalled(signal)


def who_is_there(appointment_id: int) -> frozenset[Seat]:
    """The seats of this appointment's call that are taken right now."""
    return frozenset(seat for seat in (REP, CUSTOMER) if (appointment_id, seat) in _places)


def _sit_down(place: Place) -> None:
    place.heard_at = monotonic()
    _places[place.appointment_id, place.seat] = place
    events.publish(events.SeatTaken(place.appointment_id, place.seat))
    if other := _other(place):
        place.meeting = other.meeting = secrets.token_hex(8)
        for one in (place, other):
            one.occupant.peer_joined(one.meeting)


def _stand_up(place: Place, *, hung_up: bool) -> None:
    if _places.get((place.appointment_id, place.seat)) is not place:
        return
    del _places[place.appointment_id, place.seat]
    events.publish(events.SeatLeft(place.appointment_id, place.seat))
    if other := _other(place):
        other.occupant.peer_left(hung_up=hung_up)


def _other(place: Place) -> Place | None:
    return _places.get((place.appointment_id, CUSTOMER if place.seat == REP else REP))


def _is_of_this_meeting(place: Place, signal: Any) -> bool:
    """Whether a signal, which may be anything, was meant for who sits opposite now."""
    is_seated = _places.get((place.appointment_id, place.seat)) is place
    return is_seated and isinstance(signal, dict) and signal.get('meeting') == place.meeting


def _is_small(signal: dict[str, Any]) -> bool:
    return len(json.dumps(signal)) <= SIGNAL_MAX_BYTES


def _is_in_time(place: Place) -> bool:
    """Whether the place has not yet sent all it may send in these seconds."""
    now = monotonic()
    if now - place.signals_since > SIGNALS_SECONDS:
        place.signals, place.signals_since = 0, now
    place.signals += 1
    return place.signals <= SIGNALS_MAX
