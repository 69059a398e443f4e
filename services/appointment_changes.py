"""Move, hand over and cancel appointments: of several who change one at once, one does, and the others are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from db import Appointment, Kind, Rep, reading, writing
from services import availability, catalogue, cells, clock, events, outbox, plans, settings, turns
from services.appointments import CANCELLED, ends_at, is_over
from services.catalogue import Catalogue
from services.cells import Claim, claim_of
from services.errors import (
    AlreadyCancelled,
    AppointmentChanged,
    AppointmentOver,
    InvalidFields,
    ProductError,
    SlotNotOffered,
    SlotTaken,
    TooLateToChange,
)
from services.plain_text import printable, too_long
from services.plans import Plan
from services.times import duration

REASON_MAX = 500


@dataclass(frozen=True)
class Candidate:
    """A rep to whom an appointment could be handed over, because they are free then; their hours may say that they do not work."""

    rep: Rep
    works_then: bool


def reschedule(appointment_id: int, starts_at: datetime, *, by: str, seen: int | None = None) -> Appointment:
    """The appointment, moved to another slot of its rep: its cells are swapped and both sides told, in one transaction.

    `by` is who wants it, `outbox.CUSTOMER` or `outbox.REP`: notice binds the customer. `seen` is the `calendar_sequence` they saw.

    :raises AlreadyCancelled: when it was
    :raises AppointmentOver: when it has ended
    :raises TooLateToChange: when the kind's notice has begun
    :raises AppointmentChanged: when somebody else changed it since it was seen
    :raises SlotNotOffered: when its rep does not offer that start, or it is too soon or beyond the horizon
    :raises SlotTaken: when its rep is not free then
    """
    with reading() as session:
        known = catalogue.current(session)

    def fn(session: Session) -> tuple[Appointment, Claim, datetime]:
        appointment = session.get_one(Appointment, appointment_id)
        kind, earlier, earlier_start = known.kind(appointment.kind_id), claim_of(appointment), appointment.starts_at
        _refuse_change(appointment, kind, by, seen)
        _refuse_not_offered(appointment, kind, starts_at, availability.plan_to_move(known, appointment), by)
        _change(session, appointment, seen, starts_at=starts_at, changed_at=clock.now(), ended_at=None, outcome='')
        _swap_cells(session, known, kind, appointment)
        outbox.tell_both(session, appointment, outbox.RESCHEDULE, earlier_starts_at=earlier_start)
        return appointment, earlier, earlier_start

    appointment, earlier, earlier_start = writing(fn)
    events.publish(events.TimeFreed(*earlier))
    events.publish(events.TimeTaken(*claim_of(appointment)))
    moved = appointment.id, appointment.rep_id, appointment.starts_at, ends_at(appointment)
    events.publish(events.AppointmentRescheduled(*moved, earlier_starts_at=earlier_start, by=by))
    return appointment


def hand_over(appointment_id: int, rep_id: int, *, seen: int | None = None) -> Appointment:
    """The appointment, from now on with another rep, who must be free then, whatever their hours are. All three are told.

    :raises AlreadyCancelled: when it was cancelled
    :raises AppointmentOver: when it has ended
    :raises AppointmentChanged: when somebody else changed it since it was seen
    :raises SlotTaken: when the other rep is not free then, or not active, or has it already
    """

    def fn(session: Session) -> tuple[Appointment, Claim]:
        appointment = session.get_one(Appointment, appointment_id)
        earlier = claim_of(appointment)
        if is_over(appointment, clock.now()):
            raise AppointmentOver
        _change(session, appointment, seen, rep_id=rep_id, changed_at=clock.now())
        if rep_id == earlier.rep_id or not session.get_one(Rep, rep_id, populate_existing=True).is_active:
            raise SlotTaken
        cells.give_back(session, appointment.id)
        if cells.not_free(session, [rep_id], *claim_of(appointment)[1:]):
            raise SlotTaken
        cells.take(session, claim_of(appointment), appointment_id=appointment.id)
        outbox.tell_both(session, appointment, outbox.HAND_OVER)
        outbox.add(session, appointment, outbox.RELEASE, outbox.REP, rep_id=earlier.rep_id)
        return appointment, earlier

    appointment, earlier = writing(fn)
    events.publish(events.TimeFreed(*earlier))
    events.publish(events.TimeTaken(*claim_of(appointment)))
    handed = appointment.id, rep_id, appointment.starts_at, ends_at(appointment)
    events.publish(events.AppointmentHandedOver(*handed, earlier_rep_id=earlier.rep_id))
    return appointment


def cancel(appointment_id: int, *, by: str = outbox.REP, reason: str = '', seen: int | None = None) -> Appointment:
    """The appointment, now cancelled: its time is free again and both sides are told, with the reason if there is one.

    `by` is who wants it, `outbox.CUSTOMER` or `outbox.REP`: notice binds the customer.

    :raises InvalidFields: when the reason is too long
    :raises AlreadyCancelled: when it was
    :raises AppointmentOver: when it has ended
    :raises TooLateToChange: when the kind's notice has begun
    :raises AppointmentChanged: when somebody else changed it since it was seen
    """
    reason = _checked_reason(reason)
    with reading() as session:
        known = catalogue.current(session)

    def fn(session: Session) -> Appointment:
        appointment = session.get_one(Appointment, appointment_id)
        _refuse_change(appointment, known.kind(appointment.kind_id), by, seen)
        values = {'status': CANCELLED, 'cancelled_at': clock.now(), 'cancelled_by': by, 'cancel_reason': reason}
        _change(session, appointment, seen, **values)
        cells.give_back(session, appointment.id)
        outbox.tell_both(session, appointment, outbox.CANCELLATION)
        return appointment

    appointment = writing(fn)
    events.publish(events.TimeFreed(*claim_of(appointment)))
    events.publish(events.AppointmentCancelled(appointment.id, appointment.rep_id, appointment.starts_at, ends_at(appointment)))
    return appointment


def free_reps(appointment: Appointment) -> list[Candidate]:
    """The other active reps who are free all of the appointment's time: those who work then first, then those of its kind, then by name."""
    with reading() as session:
        known = catalogue.current(session)
        others = [rep for rep in known.reps.values() if rep.is_active and rep.id != appointment.rep_id]
        away = cells.away(session, [rep.id for rep in others], *claim_of(appointment)[1:])
    own = known.reps_of.get(appointment.kind_id, ())
    works = {rep.id: plans.is_open(appointment.starts_at, availability.plan_to_move(known, appointment, rep.id)) for rep in others}
    free = [Candidate(rep, works[rep.id]) for rep in others if rep.id not in away]
    return sorted(free, key=lambda found: (not found.works_then, found.rep.id not in own, found.rep.name))


def can_change(appointment: Appointment, kind: Kind) -> bool:
    """Whether the customer can still move or cancel it."""
    try:
        _refuse_change(appointment, kind, outbox.CUSTOMER)
    except ProductError:
        return False
    return True


def changeable_until(appointment: Appointment, kind: Kind) -> datetime:
    """The last instant at which the customer can move or cancel it."""
    return appointment.starts_at - timedelta(minutes=kind.change_notice_minutes) if kind.change_notice_minutes else ends_at(appointment)


def instead() -> str:
    """What a customer can do who can change it no more."""
    return 'Please answer the mail instead.' if settings.current().sends_mail else 'Please say so in the call instead.'


def _refuse_change(appointment: Appointment, kind: Kind, by: str, seen: int | None = None) -> None:
    """A kind answer before anything is written; what decides a race is `_change`."""
    now = clock.now()
    if appointment.status == CANCELLED:
        raise AlreadyCancelled
    if seen not in (None, appointment.calendar_sequence):
        raise AppointmentChanged
    if is_over(appointment, now):
        raise AppointmentOver
    if by == outbox.CUSTOMER and now > changeable_until(appointment, kind):
        raise TooLateToChange(duration(kind.change_notice_minutes), instead())


def _refuse_not_offered(appointment: Appointment, kind: Kind, starts_at: datetime, plan: Plan, by: str) -> None:
    from_at = availability.earliest(kind, clock.now()) if by == outbox.CUSTOMER else clock.now()
    if not from_at <= starts_at <= catalogue.horizon(kind) or not plans.is_offered(starts_at, plan) or starts_at == appointment.starts_at:
        raise SlotNotOffered


def _change(session: Session, appointment: Appointment, seen: int | None, **values: Any) -> None:
    """Change the row, unless it is not as it was seen: of several who change it at once, one does, and the others are told."""
    as_seen = Appointment.calendar_sequence == (appointment.calendar_sequence if seen is None else seen)
    changed = session.execute(
        update(Appointment)
        .where(Appointment.id == appointment.id, Appointment.cancelled_at.is_(None), as_seen)
        .values(calendar_sequence=Appointment.calendar_sequence + 1, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(appointment)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadyCancelled if appointment.status == CANCELLED else AppointmentChanged


def _swap_cells(session: Session, known: Catalogue, kind: Kind, appointment: Appointment) -> None:
    """Claim the appointment's new time instead of the one it had.

    :raises SlotTaken: when its rep is not free then
    """
    if kind.most_a_day is not None:
        turns.hold_the_line(session, kind)
    cells.give_back(session, appointment.id)
    whose = [appointment.rep_id]
    is_full = turns.full(session, known, kind, whose, appointment.starts_at, without=appointment.id)
    if is_full or cells.not_free(session, whose, *claim_of(appointment)[1:]):
        raise SlotTaken
    cells.take(session, claim_of(appointment), appointment_id=appointment.id)


def _checked_reason(reason: str) -> str:
    reason = printable(reason).strip()
    if problem := too_long(reason, REASON_MAX):
        raise InvalidFields({'reason': problem})
    return reason
