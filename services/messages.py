"""What the two sides of a call write to each other, before it and in it: plain text, with bounds, gone when its time is over.

It is in memory. With the setting `KEEP_MESSAGES` it is in the database as well, outlives a restart and can be read later.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from time import monotonic

from sqlalchemy import select

from db import Appointment, Message, reading, writing
from services import appointments, calls, clock, events, plain_text, seats, settings
from services.errors import CallNotOpen, MessageRefused, NoAppointment, TooManyMessages
from services.failures import Failures
from services.video.base import CUSTOMER, REP, Seat

TEXT_MAX = 1000
SAID_MAX = 200  # by both sides, in one call
BURST_MAX, BURST_SECONDS = 20, 30  # by one side
FORGET_SECONDS = 60  # how often `forget` is to be called


@dataclass(frozen=True)
class Said:
    """What one side wrote; `number` counts from 1 within its call, `rep_id` is the rep who wrote it, None for the customer.

    Which rep it was is in memory only: what was kept is said to be by who has the appointment.
    """

    number: int
    seat: Seat
    text: str
    said_at: datetime
    rep_id: int | None


@dataclass(eq=False)
class Talk:
    """All that was written in one call, and how much of it each side has read."""

    said: list[Said]
    read: dict[Seat, int]
    closes_at: datetime
    bursts: dict[Seat, deque[float]] = field(default_factory=lambda: {REP: deque(), CUSTOMER: deque()})
    lock: Lock = field(default_factory=Lock)  # held while something is added, so that the bounds hold and no number comes twice


_talks: dict[int, Talk] = {}
failures = Failures('Messages')  # of `forget`


def say(appointment_id: int, seat: Seat, text: str, rep_id: int | None = None) -> Said:
    """Write this to the other side; `rep_id`: the rep who does, if it is not who has the appointment.

    :raises CallNotOpen: when the call is not open, and this side does not sit in it either
    :raises MessageRefused: when it is empty or too long
    :raises TooManyMessages: when this side writes too fast, or all that a call may hold has been written
    """
    words = _checked(text)
    appointment = appointments.get(appointment_id)
    _require_open(appointment, seat)
    talk = _talk(appointment)
    with talk.lock:
        _refuse_too_many(talk, seat)
        said = Said(len(talk.said) + 1, seat, words, clock.now(), (rep_id or appointment.rep_id) if seat == REP else None)
        if settings.current().keep_messages:
            _store(appointment_id, said)
        talk.said.append(said)
    events.publish(events.MessageSaid(appointment_id, seat, said.number))
    return said


def said(appointment_id: int) -> list[Said]:
    """All that was written in this appointment's call and is still known, the oldest first."""
    talk = _talks.get(appointment_id)
    return list(talk.said) if talk else _stored(appointment_id)


def unread(appointment_id: int, seat: Seat) -> int:
    """How much the other side has written that this seat has not read yet. It is quick, and knows of nothing before a restart."""
    talk = _talks.get(appointment_id)
    return sum(said.seat != seat for said in talk.said[talk.read[seat] :]) if talk else 0


def mark_read(appointment_id: int, seat: Seat) -> None:
    """Note that this seat has read all there is."""
    if unread(appointment_id, seat):
        talk = _talks[appointment_id]
        talk.read[seat] = len(talk.said)
        events.publish(events.MessagesRead(appointment_id, seat))


def forget() -> None:
    """Drop from memory what was written in calls whose time is over. One that cannot be looked up just now is left for the next round."""
    for appointment_id, talk in list(_talks.items()):
        try:
            if clock.now() >= talk.closes_at and _is_over(appointment_id, talk):
                del _talks[appointment_id]
        except Exception as error:  # it must not keep the others in memory
            failures.note(type(error).__name__)


def _is_over(appointment_id: int, talk: Talk) -> bool:
    """Whether its time is over by what that is now: some have been moved, and some are no more."""
    try:
        _opens_at, talk.closes_at = calls.window(appointments.get(appointment_id))
    except NoAppointment:
        return True
    return clock.now() >= talk.closes_at


def _require_open(appointment: Appointment, seat: Seat) -> None:
    """Who is in a call may write, also when its appointment has been cancelled meanwhile: nobody is thrown out of a running one."""
    how = calls.state(appointment, clock.now())
    if how != 'open' and seat not in seats.who_is_there(appointment.id):
        raise CallNotOpen(calls.CLOSED[how])


def _checked(text: str) -> str:
    if len(text) > TEXT_MAX:
        raise MessageRefused(f'This is longer than {TEXT_MAX} characters. Please send it in parts.')
    words = plain_text.printable(text).strip()
    if not words:
        raise MessageRefused('Please write something first.')
    return words


def _talk(appointment: Appointment) -> Talk:
    """The one of this call. When two make it at once, both get the first."""
    _opens_at, closes_at = calls.window(appointment)
    talk = _talks.get(appointment.id)
    if talk is None:
        earlier = _stored(appointment.id)
        talk = _talks.setdefault(appointment.id, Talk(earlier, dict.fromkeys((REP, CUSTOMER), len(earlier)), closes_at))
    talk.closes_at = closes_at
    return talk


def _refuse_too_many(talk: Talk, seat: Seat) -> None:
    now, burst = monotonic(), talk.bursts[seat]
    while burst and now - burst[0] > BURST_SECONDS:
        burst.popleft()
    if len(burst) >= BURST_MAX:
        raise TooManyMessages
    if len(talk.said) >= SAID_MAX:
        raise TooManyMessages('This call holds no more messages. Please say it, or send a mail.')
    burst.append(now)


def _store(appointment_id: int, said: Said) -> None:
    row = {'appointment_id': appointment_id, 'seat': said.seat, 'text': said.text, 'said_at': said.said_at}
    writing(lambda session: session.add(Message(**row)))


def _stored(appointment_id: int) -> list[Said]:
    if not settings.current().keep_messages:
        return []
    own = select(Message, Appointment.rep_id).join(Appointment).where(Message.appointment_id == appointment_id).order_by(Message.id)
    with reading() as session:
        rows = session.execute(own).all()
    return [
        Said(number, row.seat, row.text, row.said_at, rep_id if row.seat == REP else None)  # type: ignore[arg-type]
        for number, (row, rep_id) in enumerate(rows, 1)
    ]
