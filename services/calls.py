"""Who may join which call, and when; its end. Who sits in it is known to `seats`.

`admit`, `end` and `reopen` are awaited on the event loop and wait for the database and the video platform in threads of their own.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, ParamSpec, TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from db import Appointment, writing
from services import appointments, clock, events, seats, video, visits
from services.errors import EXPECTED, CallNotOpen, Failed
from services.pace import Pace
from services.video.base import Seat

log = logging.getLogger(__name__)

State = Literal['early', 'open', 'over', 'ended', 'cancelled']
P = ParamSpec('P')
T = TypeVar('T')

AROUND_START = timedelta(minutes=60)  # the call is open so long before and, at least, after the appointment's start
AFTER_END = timedelta(minutes=30)
JOINS_MOST, JOINS_SECONDS = 30, 60

_joins = Pace(JOINS_MOST, JOINS_SECONDS)  # of each seat
_pool = ThreadPoolExecutor(4, thread_name_prefix='calls')
_platform_pool = ThreadPoolExecutor(8, thread_name_prefix='admission')  # who waits for a slow platform keeps nobody from ending a call

CLOSED = {
    'early': 'This call is not open yet. It opens an hour before the appointment.',
    'over': 'The time for this call is over.',
    'ended': 'This call has ended.',
    'cancelled': 'This appointment has been cancelled, so there is no call.',
}


def window(appointment: Appointment) -> tuple[datetime, datetime]:
    """From when until when (exclusive) the appointment's call can be joined."""
    return appointment.starts_at - AROUND_START, closing(appointment.starts_at, appointments.ends_at(appointment))


def closing(starts_at: datetime, ends_at: datetime) -> datetime:
    """When the call of an appointment at that time closes."""
    return max(starts_at + AROUND_START, ends_at + AFTER_END)


def state(appointment: Appointment, now: datetime) -> State:
    """Whether the appointment's call can be joined at this instant, or why not. A running call is nobody's business here."""
    opens_at, closes_at = window(appointment)
    if appointment.status == appointments.CANCELLED:
        return 'cancelled'
    if now < opens_at:
        return 'early'
    if now >= closes_at:
        return 'over'
    return 'ended' if appointment.ended_at else 'open'


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


@dataclass(frozen=True)
class Admission:
    """What lets somebody in: what their browser needs; when the call closes; how long the two have talked in it already."""

    credentials: dict[str, Any]
    closes_at: datetime
    talked: timedelta


async def admit(appointment_id: int, seat: Seat) -> Admission:
    """What lets this seat's browser join now.

    :raises CallNotOpen: when it is too early, too late, ended or cancelled
    :raises TooManyTries: when this seat was joined very often just now
    :raises VideoUnavailable: when the video platform does not answer
    """
    _joins.keep((appointment_id, seat), 'This call was joined many times just now.')
    return await _elsewhere(_platform_pool, _admit, appointment_id, seat)


def _admit(appointment_id: int, seat: Seat) -> Admission:
    appointment = appointments.get(appointment_id)
    how = state(appointment, clock.now())
    if how != 'open':
        raise CallNotOpen(CLOSED[how])
    opens_at, closes_at = window(appointment)
    return Admission(_credentials(appointment, seat), closes_at, visits.talked(appointment_id, after=opens_at))


async def prolong(appointment_id: int, seat: Seat) -> dict[str, Any]:
    """What the browser of this seat, which is in the call, needs to stay there until it closes by what its time is now.

    :raises VideoUnavailable: when the video platform does not answer
    """
    return await _elsewhere(_platform_pool, _prolong, appointment_id, seat)


def _prolong(appointment_id: int, seat: Seat) -> dict[str, Any]:
    return _credentials(appointments.get(appointment_id), seat)


def _credentials(appointment: Appointment, seat: Seat) -> dict[str, Any]:
    _opens_at, closes_at = window(appointment)
    return video.backend().credentials(ensure_session(appointment.id), seat, until=closes_at)


async def end(appointment_id: int) -> None:
    """End the call for both: nobody can join it any more, unless it is opened again."""
    await _elsewhere(_pool, _set_ended, appointment_id)
    seats.put_out(appointment_id)
    events.publish(events.CallEnded(appointment_id))


async def reopen(appointment_id: int) -> None:
    """Let a call that was ended be joined again, as long as its time is not over."""
    await _elsewhere(_pool, _unset_ended, appointment_id)
    events.publish(events.CallReopened(appointment_id))


def _set_ended(appointment_id: int) -> None:
    """Note it of the call that is open now: one whose appointment has been moved meanwhile is still to come."""
    now = clock.now()
    opened = Appointment.id == appointment_id, Appointment.starts_at <= now + AROUND_START
    writing(lambda session: session.execute(update(Appointment).where(*opened).values(ended_at=now)))


def _unset_ended(appointment_id: int) -> None:
    writing(lambda session: session.execute(update(Appointment).where(Appointment.id == appointment_id).values(ended_at=None)))


async def _elsewhere(pool: ThreadPoolExecutor, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, lambda: fn(*args, **kwargs))
    except EXPECTED:
        raise
    except Exception as error:
        log.exception('%s failed', fn.__name__)
        raise Failed from error
