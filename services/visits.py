"""Who was in which call, from when until when, and how good the line was: rows only, no picture and no sound."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import Appointment, Visit, reading, writing
from services import clock
from services.line_quality import Quality
from services.places import SILENT
from services.times import duration
from services.video.base import CUSTOMER, REP, Seat

TimeThere = tuple[datetime, datetime]  # from when until when

MOSTLY, OFTEN = 0.75, 0.25  # from which share of the time on a line was good, or poor
SHORT_BREAK = timedelta(seconds=60)  # a reload, or a lost line that came back, is not worth a line of its own


@dataclass(frozen=True)
class Stay:
    """One side's stay in a call as far as it is known; the columns of `Visit` say what each field means."""

    key: str
    appointment_id: int
    seat: str
    engine: str
    joined_at: datetime
    until_at: datetime
    ended: str = ''
    good_seconds: int = 0
    fair_seconds: int = 0
    poor_seconds: int = 0
    is_relayed: bool = False
    rep_id: int | None = None


@dataclass(frozen=True)
class Line:
    """What carried a call, and how well; no quality when nobody measured it."""

    engine: str
    quality: Quality | Literal['']
    is_relayed: bool


def keep(stays: Iterable[Stay]) -> None:
    """Write these stays down, each whole: however often one is written, it is one row. An appointment that is no more has none."""
    by_key = {stay.key: stay for stay in stays}

    def fn(session: Session) -> None:
        known = {visit.key: visit for visit in session.scalars(select(Visit).where(Visit.key.in_(by_key)))}
        there = set(session.scalars(select(Appointment.id).where(Appointment.id.in_({stay.appointment_id for stay in by_key.values()}))))
        for stay in by_key.values():
            if stay.key in known:
                _write(known[stay.key], stay)
            elif stay.appointment_id in there:
                session.add(Visit(**asdict(stay)))

    writing(fn)


def close_silent(before: datetime) -> None:
    """End the stays of which nothing was heard since then: whoever wrote them down is no more."""

    def fn(session: Session) -> None:
        session.execute(update(Visit).where(Visit.ended == '', Visit.until_at < before).values(ended=SILENT))

    writing(fn)


def of(appointment_id: int) -> list[Visit]:
    """All stays in this appointment's call, in the order in which they began."""
    with reading() as session:
        return list(session.scalars(select(Visit).where(Visit.appointment_id == appointment_id).order_by(Visit.joined_at, Visit.id)))


def length(appointment_id: int) -> timedelta:
    """How long both were in this appointment's call together."""
    return together(of(appointment_id))


def talked(appointment_id: int, after: datetime) -> timedelta:
    """How long both have been there together, of those who came after that; a stay that has not ended lasts until now."""
    return together((visit for visit in of(appointment_id) if visit.joined_at >= after), now=clock.now())


def together(visits: Iterable[Visit], now: datetime | None = None) -> timedelta:
    """How long both sides of these stays were there at once; `now` as in `times_there`."""
    visits = list(visits)
    shared = (
        min(theirs[1], ours[1]) - max(theirs[0], ours[0])
        for theirs in times_there(visits, CUSTOMER, timedelta(), now)
        for ours in times_there(visits, REP, timedelta(), now)
    )
    return sum((both for both in shared if both > timedelta()), timedelta())


def words(length: timedelta) -> str:
    """`12 minutes`: a length of time as people say it."""
    return duration(round(length / timedelta(minutes=1))) if length >= timedelta(seconds=30) else 'less than a minute'


def times_there(visits: Iterable[Visit], seat: Seat, over: timedelta = SHORT_BREAK, now: datetime | None = None) -> list[TimeThere]:
    """From when until when somebody sat on this seat, in order; a break that is no longer than `over` is none.

    `now`: until when stays last that have not ended; otherwise until they were last confirmed.
    """
    found: list[TimeThere] = []
    for visit in sorted((visit for visit in visits if visit.seat == seat), key=lambda visit: visit.joined_at):
        until_at = visit.until_at if visit.ended else now or visit.until_at
        if found and visit.joined_at - found[-1][1] <= over:
            found[-1] = found[-1][0], max(found[-1][1], until_at)
        else:
            found.append((visit.joined_at, until_at))
    return found


def by_rep(visits: Iterable[Visit], rep_id: int) -> dict[int, list[Visit]]:
    """The stays on the rep's seat, by the rep who sat there: first of the one with `rep_id`, who has those of which that is not known."""
    found: dict[int, list[Visit]] = {rep_id: []}
    for visit in visits:
        if visit.seat == REP:
            found.setdefault(visit.rep_id or rep_id, []).append(visit)
    return found


def line(visits: Iterable[Visit]) -> Line | None:
    """What carried the call of these stays, and how well; None when there was none."""
    visits = list(visits)
    if not visits:
        return None
    return Line(visits[-1].engine, _quality(visits), any(visit.is_relayed for visit in visits))


def _quality(visits: list[Visit]) -> Quality | Literal['']:
    good, fair, poor = (sum(seconds) for seconds in zip(*((v.good_seconds, v.fair_seconds, v.poor_seconds) for v in visits), strict=True))
    total = good + fair + poor
    if not total:
        return ''
    if poor >= OFTEN * total:
        return 'poor'
    return 'good' if good >= MOSTLY * total else 'fair'


def _write(visit: Visit, stay: Stay) -> None:
    for column, value in asdict(stay).items():
        setattr(visit, column, value)
