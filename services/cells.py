"""The five-minute cells that are claimed of a rep's time. Their primary key makes two overlapping claims impossible."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import Appointment, BusyTime, Cell, Hold
from services import clock, plans, slots
from services.errors import SlotTaken
from services.wall_clock import DAY


class Claim(NamedTuple):
    """A rep's time from one instant to another, buffers included."""

    rep_id: int
    from_at: datetime
    until_at: datetime


def claim_of(row: Appointment | Hold) -> Claim:
    """The time that an appointment or a hold takes."""
    return Claim(row.rep_id, *plans.claim(row.starts_at, row.before_minutes, row.minutes, row.after_minutes))


def take(session: Session, claim: Claim, *, appointment_id: int | None = None, hold_id: int | None = None) -> None:
    """Claim this time, in the caller's transaction, for an appointment or a hold.

    :raises SlotTaken: when any of it is claimed; where more is to be done in the transaction then, this belongs into a savepoint
    """
    common = {'rep_id': claim.rep_id, 'appointment_id': appointment_id, 'hold_id': hold_id}
    rows = [common | {'starts_at': cell} for cell in slots.cells(claim.from_at, claim.until_at)]
    try:
        session.execute(insert(Cell), rows)
    except IntegrityError:
        raise SlotTaken from None


def give_back(session: Session, appointment_id: int) -> None:
    """Free what an appointment has claimed, in the caller's transaction."""
    session.execute(delete(Cell).where(Cell.appointment_id == appointment_id))


def not_free(session: Session, rep_ids: Collection[int], from_at: datetime, until_at: datetime) -> set[int]:
    """Those of the reps who are not free all this time: a kind answer before anything is written; what decides a race is `take`.

    Holds that have run out are removed when they are all that stands in the way.
    """
    found = away(session, rep_ids, from_at, until_at)
    if found and _remove_old_holds(session):
        return away(session, rep_ids, from_at, until_at)
    return found


def away(session: Session, rep_ids: Collection[int], from_at: datetime, until_at: datetime) -> set[int]:
    """The same for a session that only reads: holds that have just run out stand in the way until they are removed."""
    claimed = select(Cell.rep_id).where(Cell.rep_id.in_(rep_ids), Cell.starts_at >= from_at, Cell.starts_at < until_at)
    busy = select(BusyTime.rep_id).where(
        BusyTime.rep_id.in_(rep_ids), BusyTime.starts_at > from_at - DAY, BusyTime.starts_at < until_at, BusyTime.ends_at > from_at
    )
    return set(session.scalars(claimed.union(busy)))


def _remove_old_holds(session: Session) -> bool:
    """Whether there were any."""
    old = session.scalars(select(Hold.id).where(Hold.expires_at <= clock.now())).all()
    if old:
        session.execute(delete(Hold).where(Hold.id.in_(old)))
    return bool(old)
