"""Book and find appointments; owner of the rule that no two overlap.

The rule is kept by the table of claimed cells: whoever inserts a cell that is already there is refused by the database, whatever was
checked before.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import Answer, Appointment, Kind, Rep, reading, writing
from services import availability, catalogue, cells, clock, events, holds, keys, outbox, slots, turns, video
from services.catalogue import Catalogue
from services.cells import Claim, claim_of
from services.errors import InvalidFields, SlotTaken, UnknownLink
from services.plain_text import one_line, printable
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
        appointment = _book_with_one_of(session, known, kind, candidates, starts_at, customer)
        session.add_all(_answers(appointment.id, answers))
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
    holds.tell_freed(freed, but=claim_of(appointment))
    events.publish(events.TimeTaken(*claim_of(appointment)))
    events.publish(events.AppointmentBooked(appointment.id, appointment.rep_id, starts_at, ends_at(appointment)))
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
    """Whether the appointment has ended by then, and cannot be changed any more."""
    return ends_at(appointment) <= now


def answers_of(appointment_id: int) -> list[tuple[str, str]]:
    """The extra questions that were asked, with what the customer answered."""
    with reading() as session:
        own = select(Answer.label, Answer.text).where(Answer.appointment_id == appointment_id).order_by(Answer.position)
        return [(label, text) for label, text in session.execute(own)]


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
    first, last = slots.day_span(day, zone)
    ours = and_(true() if rep_id is None else Appointment.rep_id == rep_id, Appointment.status == BOOKED)
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


def _book_with_one_of(
    session: Session, known: Catalogue, kind: Kind, candidates: list[int], starts_at: datetime, customer: Customer
) -> Appointment:
    """A new appointment with the first of these reps who is free, in the order of their turns.

    :raises SlotTaken: when none is
    """
    has_choice = len(candidates) > 1
    if has_choice or kind.most_a_day is not None:
        turns.hold_the_line(session, kind)
    for rep_id in turns.free_in_order(session, known, kind, candidates, starts_at):
        try:
            with session.begin_nested() if has_choice else nullcontext():  # a savepoint is only worth its time when there is a next one
                appointment = _stored(session, _new(kind, rep_id, starts_at, customer))
        except SlotTaken:
            continue
        if has_choice:
            turns.note(session, kind, rep_id)
        return appointment
    raise SlotTaken


def _stored(session: Session, appointment: Appointment) -> Appointment:
    """:raises SlotTaken: when its rep is not free, or has just become inactive: since the row is there, that cannot happen any more"""
    session.add(appointment)
    session.flush()
    cells.take(session, claim_of(appointment), appointment_id=appointment.id)
    if not session.scalar(select(Rep.is_active).where(Rep.id == appointment.rep_id)):
        raise SlotTaken
    return appointment


def _answers(appointment_id: int, answers: Sequence[tuple[str, str]]) -> list[Answer]:
    return [Answer(appointment_id=appointment_id, position=index, label=label, text=text) for index, (label, text) in enumerate(answers)]


def _new(kind: Kind, rep_id: int, starts_at: datetime, customer: Customer) -> Appointment:
    return Appointment(
        public_id=keys.new_id(),
        kind_id=kind.id,
        rep_id=rep_id,
        starts_at=starts_at,
        minutes=kind.minutes,
        before_minutes=kind.before_minutes,
        after_minutes=kind.after_minutes,
        name=customer.name,
        email=customer.email,
        comment=customer.comment,
        time_zone=customer.time_zone,
        clock=customer.clock,
        created_at=clock.now(),
    )
