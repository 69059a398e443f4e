"""Whose turn it is, when any rep will do: fewest appointments to come, then longest not chosen."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db import Appointment, Kind, KindRep
from services import cells, clock, plans
from services.catalogue import Catalogue, horizon
from services.wall_clock import DAY

NEVER = datetime.min.replace(tzinfo=UTC)


def hold_the_line(session: Session, kind: Kind) -> None:
    """Let nobody else book this kind until the caller's transaction has ended: turns and limits are counted, and then used."""
    session.execute(select(Kind.id).where(Kind.id == kind.id).with_for_update())


def free_in_order(session: Session, known: Catalogue, kind: Kind, rep_ids: Collection[int], starts_at: datetime) -> list[int]:
    """Those of these reps who are free for this kind then, the one whose turn it is first. A kind answer: `cells.take` decides a race."""
    away = cells.not_free(session, rep_ids, *plans.claim(starts_at, kind.before_minutes, kind.minutes, kind.after_minutes))
    unable = away | full(session, known, kind, rep_ids, starts_at)
    return in_order(session, kind, [rep_id for rep_id in rep_ids if rep_id not in unable])


def in_order(session: Session, kind: Kind, rep_ids: Collection[int]) -> list[int]:
    """These reps, the one whose turn it is first."""
    if len(rep_ids) < 2:
        return list(rep_ids)
    chosen = dict(session.execute(select(KindRep.rep_id, KindRep.chosen_at).where(KindRep.kind_id == kind.id)).all())
    to_come = _to_come(session, rep_ids, kind)
    return sorted(rep_ids, key=lambda rep_id: (to_come.get(rep_id, 0), chosen.get(rep_id) or NEVER, rep_id))


def note(session: Session, kind: Kind, rep_id: int) -> None:
    """This rep was chosen."""
    own = update(KindRep).where(KindRep.kind_id == kind.id, KindRep.rep_id == rep_id)
    session.execute(own.values(chosen_at=clock.now()).execution_options(synchronize_session=False))


def full(
    session: Session, catalogue: Catalogue, kind: Kind, rep_ids: Collection[int], starts_at: datetime, without: int | None = None
) -> set[int]:
    """Those of the reps who have as many appointments of this kind on that day of theirs as they may; one can be left out of account."""
    if kind.most_a_day is None:
        return set()
    zones = {rep_id: catalogue.plan(kind, rep_id).zone for rep_id in rep_ids}
    found = session.execute(
        select(Appointment.id, Appointment.rep_id, Appointment.starts_at).where(
            Appointment.rep_id.in_(rep_ids),
            Appointment.kind_id == kind.id,
            Appointment.cancelled_at.is_(None),
            Appointment.starts_at.between(starts_at - 2 * DAY, starts_at + 2 * DAY),  # a day can be longer than 24 hours
        )
    )
    that_day = Counter(rep_id for own_id, rep_id, at in found if own_id != without and _is_same_day(at, starts_at, zones[rep_id]))
    return {rep_id for rep_id, count in that_day.items() if count >= kind.most_a_day}


def _is_same_day(one: datetime, other: datetime, zone: ZoneInfo) -> bool:
    return one.astimezone(zone).date() == other.astimezone(zone).date()


def _to_come(session: Session, rep_ids: Collection[int], kind: Kind) -> dict[int, int]:
    counted = (
        select(Appointment.rep_id, func.count())
        .where(
            Appointment.rep_id.in_(rep_ids),
            Appointment.starts_at > clock.now(),
            Appointment.starts_at <= horizon(kind),
            Appointment.cancelled_at.is_(None),
        )
        .group_by(Appointment.rep_id)
    )
    return dict(session.execute(counted).all())
