"""Which connection to the video platform each seat has, and its cutting: who is put out of a call must not stay in its session.

The browsers name their connections themselves. What they say is used for nothing but cutting.
"""

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from services import appointments, clock, events, seats, video
from services.seats import CLOSED, ENDED, HUNG_UP, REPLACED, Place
from services.video.base import CUSTOMER, REP

log = logging.getLogger(__name__)

POSSIBLE = re.compile(r'[A-Za-z0-9_-]{1,64}')  # it becomes a part of an address of the platform

_pool = ThreadPoolExecutor(4, thread_name_prefix='connections')
_held: dict[tuple[int, str], tuple[Place, str]] = {}
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


def _hear(event: events.Event) -> None:
    """Cut the connection of who was put out. One who only fell silent keeps it, until somebody newer has the seat or the call is ended."""
    match event:
        case events.SeatTaken(appointment_id, seat):
            held = _held.get((appointment_id, seat))
            if held and not seats.is_seated(held[0]):
                _cut(appointment_id, seat)
        case events.SeatLeft(appointment_id, seat, how=how) if how in (REPLACED, ENDED, CLOSED):
            _cut(appointment_id, seat)
        case events.SeatLeft(appointment_id, seat, how=how) if how == HUNG_UP:
            _held.pop((appointment_id, seat), None)
        case events.CallEnded(appointment_id):
            for side in (REP, CUSTOMER):
                _cut(appointment_id, side)


def _cut(appointment_id: int, seat: str) -> None:
    if held := _held.pop((appointment_id, seat), None):
        _pool.submit(_expel, appointment_id, held[1])


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
