"""Book and find appointments; owner of the rule that no two overlap.

The rule is kept by the table of claimed cells: whoever inserts a cell that is already there is refused by the database, whatever was
checked before.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import Answer, Appointment, reading, writing
from services import availability, catalogue, events, holds, keys, new_appointments, outbox, video, wall_clock
from services.cells import Claim, claim_of
from services.customers import Customer
from services.errors import NoAppointment, UnknownLink

BOOKED, CANCELLED = 'booked', 'cancelled'
HELD: Final = 'held'  # the outcome of one that took place


def book(
    kind_id: int,
    starts_at: datetime,
    customer: Customer,
    *,
    rep_id: int | None = None,
    answers: Sequence[tuple[str, str]] = (),
    browser: str = '',
) -> Appointment:
    """The new appointment: row, claimed cells and what to tell whom, in one transaction; the hold of this browser is used up.

    Without a `rep_id` it is with the free rep whose turn it is. `answers` are questions with what was answered.

    :raises NoSuchKind: when this kind is not offered
    :raises SlotNotOffered: when the start is too soon, off the grid, or beyond the horizon
    :raises SlotTaken: when nobody is free then
    """
    with reading() as session:  # before the transaction, which holds others up
        known = catalogue.current(session)
    kind = known.kind(kind_id)
    candidates = availability.bookable(known, kind, starts_at, rep_id)

    def fn(session: Session) -> tuple[Appointment, list[Claim]]:
        freed = holds.end(session, browser) if browser else []
        appointment = new_appointments.add_with_one_of(session, known, kind, candidates, starts_at, customer)
        new_appointments.add_answers(session, appointment, answers)
        outbox.tell_both(session, appointment, outbox.CONFIRMATION)
        if video.backend().asks_platform:
            outbox.add(session, appointment, outbox.VIDEO_SESSION, outbox.NOBODY)
        return appointment, freed

    try:
        appointment, freed = writing(fn)
    except IntegrityError:
        with reading() as session:
            catalogue.current(session).kind(kind_id)  # which may just have been deleted
        raise
    _tell(appointment, freed)
    return appointment


def ends_at(appointment: Appointment) -> datetime:
    """The instant the appointment ends."""
    return appointment.starts_at + timedelta(minutes=appointment.minutes)


def is_over(appointment: Appointment, now: datetime) -> bool:
    """Whether the appointment has ended by then, or a rep has noted that it took place, so that it cannot be changed any more."""
    return ends_at(appointment) <= now or appointment.outcome == HELD


def answers_of(appointment_id: int) -> list[tuple[str, str]]:
    """The extra questions that were asked, with what the customer answered."""
    with reading() as session:
        own = select(Answer.label, Answer.text).where(Answer.appointment_id == appointment_id).order_by(Answer.position)
        return [(label, text) for label, text in session.execute(own)]


def key(purpose: keys.Purpose, appointment: Appointment) -> str:
    """The appointment's `chat` or `manage` key."""
    return keys.make(purpose, appointment.public_id, appointment.key_version)


def by_key(purpose: keys.Purpose, text: str) -> Appointment:
    """The appointment a key opens.

    :raises UnknownLink: when it opens none: unknown, malformed or revoked
    """
    public_id, version = keys.read(purpose, text)
    with reading() as session:
        appointment = session.scalar(select(Appointment).where(Appointment.public_id == public_id, Appointment.key_version == version))
    if appointment is None:
        raise UnknownLink
    return appointment


def get(appointment_id: int) -> Appointment:
    """The appointment with this row number.

    :raises NoAppointment: when there is none
    """
    with reading() as session:
        appointment = session.get(Appointment, appointment_id)
    if appointment is None:
        raise NoAppointment('There is no such appointment.')
    return appointment


def booked_at(rep_id: int, starts_at: datetime) -> Appointment | None:
    """The rep's booked appointment that starts at this instant."""
    with reading() as session:
        return session.scalar(
            select(Appointment).where(Appointment.rep_id == rep_id, Appointment.starts_at == starts_at, Appointment.status == BOOKED)
        )


def last_cancelled_at(rep_id: int, starts_at: datetime) -> Appointment | None:
    """The appointment that was last cancelled of those that this rep had at this instant."""
    theirs = select(Appointment).where(Appointment.rep_id == rep_id, Appointment.starts_at == starts_at, Appointment.status == CANCELLED)
    with reading() as session:
        return session.scalar(theirs.order_by(Appointment.cancelled_at.desc()).limit(1))


def booked_on(rep_id: int | None, day: date, zone: ZoneInfo) -> list[Appointment]:
    """The rep's booked appointments that start on this date in this zone, in order; everybody's when no rep is named."""
    with reading() as session:
        found = session.scalars(select(Appointment).where(_is_booked_around(rep_id, day, zone)).order_by(Appointment.starts_at)).all()
    return [appointment for appointment in found if appointment.starts_at.astimezone(zone).date() == day]


def taken_starts(rep_id: int, day: date, zone: ZoneInfo) -> list[datetime]:
    """When the rep's booked appointments of this date in this zone start, in order, without reading who they are with."""
    with reading() as session:
        found = session.scalars(
            select(Appointment.starts_at).where(_is_booked_around(rep_id, day, zone)).order_by(Appointment.starts_at)
        ).all()
    return [starts_at for starts_at in found if starts_at.astimezone(zone).date() == day]


def _is_booked_around(rep_id: int | None, day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Booked with this rep, or anybody, on this day; where a clock change repeats midnight a few of a neighbouring day are found too."""
    first, last = wall_clock.day_span(day, zone)
    ours = and_(true() if rep_id is None else Appointment.rep_id == rep_id, Appointment.status == BOOKED)
    return and_(ours, Appointment.starts_at >= first, Appointment.starts_at < last)


def _tell(appointment: Appointment, freed: list[Claim]) -> None:
    """Let everybody hear that it is booked, and that what this browser held besides is free again."""
    holds.tell_freed(freed, but=claim_of(appointment))
    events.publish(events.TimeTaken(*claim_of(appointment)))
    events.publish(events.AppointmentBooked(appointment.id, appointment.rep_id, appointment.starts_at, ends_at(appointment)))
