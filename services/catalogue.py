"""Kinds, reps and when they work, as plans. What was read is kept until the revision in the database says that it has changed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from db import ExtraHours, Kind, KindRep, Rep, TimeOff, WorkedHoliday, WorkingHours, engine
from services import clock, public_holidays, revision, settings
from services.errors import NoSuchKind
from services.plans import Hours, Plan
from services.wall_clock import DAY, Stretch

HOLIDAY_YEARS = 11  # the longest horizon, and the year that has begun; where it has not yet, the year before counts too


@dataclass(frozen=True)
class Catalogue:
    """All kinds and reps, and who can be booked for what, as of one revision. Its plans are made when they are first asked for."""

    kinds: dict[int, Kind]
    reps: dict[int, Rep]
    reps_of: dict[int, tuple[int, ...]]  # by kind, only those who are active
    hours: dict[int, 'OpenHours']
    _plans: dict[tuple[int, int], Plan] = field(default_factory=dict, repr=False)

    def kind(self, kind_id: int) -> Kind:
        """:raises NoSuchKind: when there is none with this row number"""
        if kind_id not in self.kinds:
            raise NoSuchKind
        return self.kinds[kind_id]

    def plan(self, kind: Kind, rep_id: int) -> Plan:
        """What a rep would offer of a kind, whether or not they are in it."""
        if (kind.id, rep_id) not in self._plans:
            self._plans[kind.id, rep_id] = self._plan(kind, rep_id)
        return self._plans[kind.id, rep_id]

    def _plan(self, kind: Kind, rep_id: int) -> Plan:
        own = self.hours[rep_id]
        return Plan(
            ZoneInfo(self.reps[rep_id].time_zone),
            own.weekly,
            kind.minutes,
            kind.step_minutes,
            kind.before_minutes,
            kind.after_minutes,
            own.off,
            own.extra,
        )


@dataclass(frozen=True)
class OpenHours:
    """When one rep works: weekly, and by date."""

    weekly: tuple[Hours, ...]
    off: tuple[Stretch, ...]
    extra: tuple[Stretch, ...]


_kept: tuple[Engine, int, int, Catalogue] | None = None  # from which database, at which revision and in which year it was read


def current(session: Session) -> Catalogue:
    """The catalogue as it is now. The session must be one that reads: what a transaction rolls back must not be kept."""
    global _kept
    kept, seen = _kept, (engine(), revision.number(session), clock.now().year)
    if kept is None or kept[:3] != seen:
        kept = _kept = (*seen, _read(session))
    return kept[3]


def horizon(kind: Kind) -> datetime:
    """The last instant at which this kind can be booked."""
    return clock.now() + timedelta(days=kind.horizon_days or settings.current().horizon_days)


def _read(session: Session) -> Catalogue:
    """What another process adds meanwhile must not be met half: who can be booked is read before who and what there is."""
    active = select(KindRep.kind_id, KindRep.rep_id).join(Rep).where(Rep.is_active).order_by(KindRep.rep_id)
    reps_of: defaultdict[int, tuple[int, ...]] = defaultdict(tuple)
    for kind_id, rep_id in session.execute(active):
        reps_of[kind_id] += (rep_id,)
    kinds = session.scalars(select(Kind).order_by(Kind.position, Kind.id)).all()
    reps = session.scalars(select(Rep).order_by(Rep.id)).all()
    return Catalogue({kind.id: kind for kind in kinds}, {rep.id: rep for rep in reps}, dict(reps_of), _hours(session, reps))


def _hours(session: Session, reps: Iterable[Rep]) -> dict[int, OpenHours]:
    weekly: defaultdict[int, list[Hours]] = defaultdict(list)
    for row in session.scalars(select(WorkingHours).order_by(WorkingHours.weekday, WorkingHours.starts)):
        weekly[row.rep_id].append(Hours(row.weekday, row.starts, row.ends))
    off: defaultdict[int, list[Stretch]] = defaultdict(list)
    for away in session.scalars(select(TimeOff)):
        off[away.rep_id] += _off(away)
    extra: defaultdict[int, list[Stretch]] = defaultdict(list)
    for more in session.scalars(select(ExtraHours).order_by(ExtraHours.day, ExtraHours.starts)):
        extra[more.rep_id].append(stretch(more.day, more.starts, more.ends))
    worked: defaultdict[int, set[str]] = defaultdict(set)
    for rep_id, name in session.execute(select(WorkedHoliday.rep_id, WorkedHoliday.name)):
        worked[rep_id].add(name)
    return {
        rep.id: OpenHours(tuple(weekly[rep.id]), tuple(off[rep.id] + _holidays(rep, worked[rep.id])), tuple(extra[rep.id])) for rep in reps
    }


def stretch(day: date, starts: time, ends: time) -> Stretch:
    """These hours of a date; 00:00 as the end is midnight at the end of the day."""
    return Stretch(datetime.combine(day, starts), datetime.combine(day, ends) + DAY * (ends == time()))


def _off(away: TimeOff) -> list[Stretch]:
    if away.starts is None or away.ends is None:
        return [Stretch(datetime.combine(away.first_day, time()), datetime.combine(away.last_day + DAY, time()))]
    days = [away.first_day + DAY * index for index in range((away.last_day - away.first_day).days + 1)]
    return [stretch(day, away.starts, away.ends) for day in days]


def _holidays(rep: Rep, worked: set[str]) -> list[Stretch]:
    """The public holidays on which the rep does not work, from last year on."""
    if not rep.holiday_country:
        return []
    year = clock.now().year
    years = date(year - 1, 1, 1), date(year + HOLIDAY_YEARS, 12, 31)
    return [stretch(day, time(), time()) for day in public_holidays.days_off(rep.holiday_country, rep.holiday_region, worked, *years)]
