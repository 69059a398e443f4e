"""Which connection to the video platform each seat has, and its cutting: who is put out of a call must not stay in its session.

The browsers name their connections themselves, and the rep's tells of the customer's too, so that cutting it needs no help of theirs. What
they say is used for nothing but cutting.
"""

import json
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services import appointments, clock, events, seats, video
from services.places import SILENT, Place
from services.video.base import CUSTOMER, REP

log = logging.getLogger(__name__)

SEEN_MAX = 50  # in one call
POSSIBLE = re.compile(r'[A-Za-z0-9_-]{1,64}')  # it becomes a part of an address of the platform

_pool = ThreadPoolExecutor(4, thread_name_prefix='connections')
_held: dict[tuple[int, str], tuple[Place, str]] = {}
_seen: dict[int, dict[str, Place]] = {}  # the customers' by the reps' word, and on which place they were then
_stop: list[Callable[[], None]] = []


def start() -> None:
    """Begin to cut what must not go on."""
    _stop.append(events.subscribe(_hear))


def stop() -> None:
    """Undo `start`."""
    while _stop:
        _stop.pop()()


def name(place: Place, connection: str) -> None:
    """Note the connection that the browser on this place says it has; dropped when it cannot be one, or is the other side's.

    Both sides see the names of both connections. A rep's word about their own counts more than the customer's.
    """
    if not seats.is_seated(place) or not POSSIBLE.fullmatch(connection):
        return
    _forget_those_whose_time_is_over()
    other = (place.appointment_id, CUSTOMER if place.seat == REP else REP)
    if other in _held and _held[other][1] == connection:
        if place.seat == CUSTOMER:
            return
        del _held[other]
    _held[place.appointment_id, place.seat] = place, connection


def see(place: Place, connection: str, data: str) -> None:
    """Note a connection to the session that the rep's browser on this place has seen; `data` is what our token for it carries.

    That of a customer who is not in the call, nor only silent, is cut at once: a token is good for some minutes after it was given out.
    """
    if place.seat != REP or not seats.is_seated(place) or not POSSIBLE.fullmatch(connection) or _seat_in(data) != CUSTOMER:
        return
    held, customer = _held.get((place.appointment_id, CUSTOMER)), seats.other_than(place)
    if held and not customer:
        customer = held[0]
    if customer is None:
        _pool.submit(_expel, place.appointment_id, connection)
    elif len(seen := _seen.setdefault(place.appointment_id, {})) < SEEN_MAX:
        seen[connection] = customer


def _seat_in(data: str) -> Any:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return said.get('seat') if isinstance(said, dict) else None


def _hear(event: events.Event) -> None:
    """Cut off who is no more in the call. One who only fell silent is not, until somebody newer has the seat or the call is ended."""
    match event:
        case events.SeatTaken(appointment_id, seat):
            if any(not seats.is_seated(place) for place in _places(appointment_id, seat)):
                _cut(appointment_id, seat)
        case events.SeatLeft(appointment_id, seat, how=how) if how != SILENT:
            _cut(appointment_id, seat)
        case events.CallEnded(appointment_id):
            for side in (REP, CUSTOMER):
                _cut(appointment_id, side)


def _places(appointment_id: int, seat: str) -> list[Place]:
    """The places whose connections are known."""
    held, seen = _held.get((appointment_id, seat)), _seen.get(appointment_id, {}) if seat == CUSTOMER else {}
    return [*([held[0]] if held else []), *seen.values()]


def _cut(appointment_id: int, seat: str) -> None:
    held = _held.pop((appointment_id, seat), None)
    seen = _seen.pop(appointment_id, {}) if seat == CUSTOMER else {}
    for connection in {*seen, *([held[1]] if held else [])}:
        _pool.submit(_expel, appointment_id, connection)


def _expel(appointment_id: int, connection: str) -> None:
    try:
        appointment, backend = appointments.get(appointment_id), video.backend()
        if appointment.session_id and appointment.session_key == backend.key:
            backend.expel(appointment.session_id, connection)
    except Exception as error:  # its text may hold the session's address
        log.warning('A connection to the video platform could not be cut: %s', type(error.__cause__ or error).__name__)


def _forget_those_whose_time_is_over() -> None:
    now = clock.now()
    for key, (place, _connection) in list(_held.items()):
        if place.closes_at and now >= place.closes_at:
            del _held[key]
            _seen.pop(place.appointment_id, None)
