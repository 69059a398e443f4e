"""Book, cancel and find appointments; owner of the rule that no two overlap.

The rule is kept by the table of claimed cells: whoever inserts a cell that is already there is refused by the database, whatever was
checked before.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, and_, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import Appointment, Cell, Rep, reading, writing
from services import clock, events, keys, kinds, outbox, reps, slots
from services.errors import AlreadyCancelled, AppointmentOver, InvalidFields, SlotNotOffered, SlotTaken, UnknownLink
from services.plain_text import one_line, printable
from services.slots import Slot
from services.time_zones import zone_names

BOOKED, CANCELLED = 'booked', 'cancelled'
NAME_MAX, COMMENT_MAX = 100, 2000


@dataclass(frozen=True)
class Customer:
    """Who books, and how they read times: a valid address, an IANA zone, a 12 or 24-hour clock."""

    name: str
    email: str
    comment: str
    time_zone: str
    clock: int = 12


def checked_customer(name: str, email: str, comment: str, time_zone: str, hours: int = 12) -> Customer:
    """The customer, with what was typed made printable and trimmed, and the address normalised.

    :raises InvalidFields: with one sentence for each of `name`, `email`, `comment`, `tz` that cannot be taken
    """
    name, email, comment = one_line(name), one_line(email), printable(comment).strip()
    problems = _problems(name, comment, time_zone)
    try:
        email = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        problems['email'] = str(error) if email else 'Please give your email address.'
    if problems:
        raise InvalidFields(problems)
    return Customer(name, email, comment, time_zone, hours)


def book(rep_id: int, starts_at: datetime, customer: Customer) -> Appointment:
    """The new appointment: row, claimed cells and what to tell whom, in one transaction.

    :raises SlotNotOffered: when the start is past, off the rep's grid, or beyond the horizon
    :raises SlotTaken: when any of its time is taken
    """

    with reading() as session:  # before the transaction, which holds others up
        rep = session.get_one(Rep, rep_id)
        minutes = _offered_minutes(session, rep, starts_at)

    def fn(session: Session) -> Appointment:
        appointment = _new(rep_id, starts_at, minutes, customer)
        _refuse_taken(session, appointment)
        session.add(appointment)
        session.flush()
        _claim(session, appointment)
        _tell(session, appointment, rep, outbox.CONFIRMATION)
        outbox.add(session, appointment, outbox.VIDEO_SESSION, outbox.NOBODY)
        return appointment

    appointment = writing(fn)
    events.publish(events.AppointmentBooked(appointment.id, rep_id, starts_at, ends_at(appointment)))
    return appointment


def cancel(appointment_id: int) -> Appointment:
    """The appointment, now cancelled: its time is free again and both sides are told.

    :raises AlreadyCancelled: when it was
    :raises AppointmentOver: when it has ended
    """

    def fn(session: Session) -> Appointment:
        appointment = session.get_one(Appointment, appointment_id)
        if appointment.status == BOOKED and is_over(appointment, clock.now()):
            raise AppointmentOver
        _mark_cancelled(session, appointment)
        session.execute(delete(Cell).where(Cell.appointment_id == appointment_id))
        _tell(session, appointment, session.get_one(Rep, appointment.rep_id), outbox.CANCELLATION)
        return appointment

    appointment = writing(fn)
    events.publish(events.AppointmentCancelled(appointment.id, appointment.rep_id, appointment.starts_at, ends_at(appointment)))
    return appointment


def revoke_links(appointment_id: int) -> Appointment:
    """The appointment, all of whose links so far lead nowhere."""

    def fn(session: Session) -> Appointment:
        appointment = session.get_one(Appointment, appointment_id)
        appointment.key_version += 1
        return appointment

    return writing(fn)


def ends_at(appointment: Appointment) -> datetime:
    """The instant the appointment ends."""
    return appointment.starts_at + timedelta(minutes=appointment.minutes)


def is_over(appointment: Appointment, now: datetime) -> bool:
    """Whether the appointment has ended by then, and cannot be cancelled any more."""
    return ends_at(appointment) <= now


def key(kind: keys.Kind, appointment: Appointment) -> str:
    """The appointment's `chat` or `manage` key."""
    return keys.make(kind, appointment.public_id, appointment.key_version)


def by_key(kind: keys.Kind, text: str) -> Appointment:
    """The appointment a key opens.

    :raises UnknownLink: when it opens none: unknown, malformed or revoked
    """
    public_id, version = keys.read(kind, text)
    with reading() as session:
        appointment = session.scalar(select(Appointment).where(Appointment.public_id == public_id, Appointment.key_version == version))
    if appointment is None:
        raise UnknownLink
    return appointment


def get(appointment_id: int) -> Appointment:
    """The appointment with this row number, which must exist."""
    with reading() as session:
        return session.get_one(Appointment, appointment_id)


def booked_at(rep_id: int, starts_at: datetime) -> Appointment | None:
    """The rep's booked appointment that starts at this instant."""
    with reading() as session:
        return session.scalar(
            select(Appointment).where(Appointment.rep_id == rep_id, Appointment.starts_at == starts_at, Appointment.status == BOOKED)
        )


def booked_on(rep_id: int, day: date, zone: ZoneInfo) -> list[Appointment]:
    """The rep's booked appointments that start on this date in this zone, in order."""
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


def first_and_last_day(viewer: ZoneInfo) -> tuple[date, date]:
    """Today and the last day that can be booked, as dates in the viewer's zone."""
    return clock.now().astimezone(viewer).date(), reps.horizon().astimezone(viewer).date()


def slots_on(rep: Rep, day: date, viewer: ZoneInfo) -> list[Slot]:
    """The slots that start on this date in the viewer's zone, in order, each free, taken or past."""
    first, last = slots.day_span(day, viewer)
    with reading() as session:
        plan = reps.plan_of(session, rep)
        taken = session.scalars(
            select(Cell.starts_at).where(Cell.rep_id == rep.id, Cell.starts_at >= first, Cell.starts_at < last + plan.length)
        ).all()
    return slots.slots_on(day, viewer, plan, set(taken), clock.now(), reps.horizon())


def _is_booked_around(rep_id: int, day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Booked with this rep, on this day; where a clock change repeats midnight a few of a neighbouring day are found too."""
    first, last = slots.day_span(day, zone)
    ours = and_(Appointment.rep_id == rep_id, Appointment.status == BOOKED)
    return and_(ours, Appointment.starts_at >= first, Appointment.starts_at < last)


def _problems(name: str, comment: str, time_zone: str) -> dict[str, str]:
    problems = {}
    if not name:
        problems['name'] = 'Please give your name.'
    elif len(name) > NAME_MAX:
        problems['name'] = f'Please shorten your name to {NAME_MAX} characters; it has {len(name)}.'
    if len(comment) > COMMENT_MAX:
        problems['comment'] = f'Please shorten this to {COMMENT_MAX:,} characters; it has {len(comment):,}.'
    if time_zone not in zone_names():
        problems['tz'] = 'This time zone is not known. Please give an IANA name such as Europe/Berlin.'
    return problems


def _offered_minutes(session: Session, rep: Rep, starts_at: datetime) -> int:
    plan = reps.plan_of(session, rep)
    if not clock.now() < starts_at <= reps.horizon() or not slots.is_offered(starts_at, plan):
        raise SlotNotOffered
    return plan.minutes


def _new(rep_id: int, starts_at: datetime, minutes: int, customer: Customer) -> Appointment:
    return Appointment(
        public_id=keys.new_id(),
        kind_id=kinds.FIRST,
        rep_id=rep_id,
        starts_at=starts_at,
        minutes=minutes,
        name=customer.name,
        email=customer.email,
        comment=customer.comment,
        time_zone=customer.time_zone,
        clock=customer.clock,
        created_at=clock.now(),
    )


def _cells(appointment: Appointment) -> list[datetime]:
    return slots.cells(appointment.starts_at, timedelta(minutes=appointment.minutes))


def _refuse_taken(session: Session, appointment: Appointment) -> None:
    """A kind answer without writing anything; what decides a race is `_claim`."""
    claimed = exists().where(
        Cell.rep_id == appointment.rep_id,
        Cell.starts_at >= appointment.starts_at,
        Cell.starts_at < ends_at(appointment),
    )
    if session.scalar(select(claimed)):
        raise SlotTaken


def _claim(session: Session, appointment: Appointment) -> None:
    rows = [{'rep_id': appointment.rep_id, 'starts_at': cell, 'appointment_id': appointment.id} for cell in _cells(appointment)]
    try:
        session.execute(insert(Cell), rows)
    except IntegrityError:
        raise SlotTaken from None


def _mark_cancelled(session: Session, appointment: Appointment) -> None:
    """Of two who cancel at once, one changes the row and the other is told."""
    changed = session.execute(
        update(Appointment)
        .where(Appointment.id == appointment.id, Appointment.status == BOOKED)
        .values(status=CANCELLED, cancelled_at=clock.now(), calendar_sequence=Appointment.calendar_sequence + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadyCancelled
    session.refresh(appointment)


def _tell(session: Session, appointment: Appointment, rep: Rep, kind: str) -> None:
    outbox.add(session, appointment, kind, outbox.CUSTOMER)
    if rep.email:
        outbox.add(session, appointment, kind, outbox.REP)
