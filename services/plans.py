"""What a rep offers: from hours to starts. Pure: no clock, no database.

A start lies on a rep's wall-clock grid, and its slot wholly inside open hours as the rep's wall clock shows them: weekly hours without time
off, and extra hours whatever time off says. Weekly hours have a grid and extra hours have one: from where they start, every `step_minutes`.
Ranges of a day that touch are one; time off takes starts away and moves none; each date begins anew, but a slot may run on past midnight.

A wall time that a clock change skips is never offered; one that it repeats is offered once for each instant. Lengths and buffers are real
minutes; buffers may lie outside the hours.

A new rule that closes time belongs in `_open_on`: what it leaves out is neither offered nor inside the hours. One that opens time makes
more `extra` stretches where the plan is made (`catalogue.py`), because what is offered has to begin somewhere: each has its own grid.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.wall_clock import DAY, Stretch, cut, grid, holds, instants, joined

MINUTE = timedelta(minutes=1)
CELL = timedelta(minutes=5)
BACK_OVER_MIDNIGHT = timedelta(hours=3)  # no clock change since 1990 led further back into the day before


@dataclass(frozen=True)
class Hours:
    """Working hours on one weekday (0 = Monday), wall clock; `ends` 00:00 is midnight at the end of the day."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class Plan:
    """What a rep offers for one kind of appointment: hours in their zone, and length, spacing and buffers in minutes (multiples of five).

    Each stretch of `extra` lies in one day. What is offered on a day is worked out once and kept here.
    """

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    minutes: int = 60
    step_minutes: int = 60
    before_minutes: int = 0
    after_minutes: int = 0
    off: tuple[Stretch, ...] = ()
    extra: tuple[Stretch, ...] = ()
    _known: dict[date, list[datetime]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def claim(self, starts_at: datetime) -> tuple[datetime, datetime]:
        """From when until when a slot that starts then takes the rep's time, buffers included."""
        return claim(starts_at, self.before_minutes, self.minutes, self.after_minutes)

    def starts_of(self, day: date) -> list[datetime]:
        """Every start (aware UTC, in order, none twice) on this date of the rep."""
        if day not in self._known:
            self._known[day] = _starts_of(day, self)
        return self._known[day]


def claim(starts_at: datetime, before_minutes: int, minutes: int, after_minutes: int) -> tuple[datetime, datetime]:
    """From when until when this takes a rep's time."""
    return starts_at - timedelta(minutes=before_minutes), starts_at + timedelta(minutes=minutes + after_minutes)


def starts_between(first: datetime, last: datetime, plan: Plan) -> list[datetime]:
    """Every start (aware UTC, in order, none twice) the plan offers from `first` to before `last`."""
    day = (first - BACK_OVER_MIDNIGHT).astimezone(plan.zone).date()
    last_day = (last + BACK_OVER_MIDNIGHT).astimezone(plan.zone).date()
    found: list[datetime] = []
    while day <= last_day:
        found += plan.starts_of(day)
        day += DAY
    found.sort()  # where clocks go back over midnight, a day's first start may come before the last one of the day before
    return found[bisect_left(found, first) : bisect_left(found, last)]


def is_offered(starts_at: datetime, plan: Plan) -> bool:
    """Whether this instant is on the plan's grid."""
    return starts_at in plan.starts_of(starts_at.astimezone(plan.zone).date())


def is_open(starts_at: datetime, plan: Plan) -> bool:
    """Whether a slot that starts then, on the grid or not, lies wholly inside open hours."""
    return _fits(starts_at, _open_from(starts_at.astimezone(plan.zone).date(), plan), plan)


def _starts_of(day: date, plan: Plan) -> list[datetime]:
    weekly, extra = joined(_weekly(day, plan)), joined(_extra(day, plan))
    if not weekly and not extra:
        return []
    worked, open_hours = _worked(day, plan), _open_from(day, plan)
    walls = {wall for wall in grid(weekly, plan.step_minutes) if holds(worked, wall, wall + CELL)} | set(grid(extra, plan.step_minutes))
    return sorted(start for wall in walls for start in instants(wall, plan.zone) if _fits(start, open_hours, plan))


def _open_on(day: date, plan: Plan) -> list[Stretch]:
    """When the rep is open on this date: what lies outside is neither offered nor inside the hours."""
    return [*_worked(day, plan), *_extra(day, plan)]


def _open_from(day: date, plan: Plan) -> list[Stretch]:
    """When the rep is open on this date and on through the night: what starts on it may end on the next."""
    return _open((day, day + DAY), plan)


def _open(days: Iterable[date], plan: Plan) -> list[Stretch]:
    """When the rep is open on these dates, in order."""
    return joined(stretch for day in days for stretch in _open_on(day, plan))


def _worked(day: date, plan: Plan) -> list[Stretch]:
    """The weekly hours of this date without time off."""
    left, midnight = _weekly(day, plan), datetime.combine(day, time())
    for off in plan.off:
        if off.starts < midnight + DAY and midnight < off.ends:
            left = [part for stretch in left for part in cut(stretch, off)]
    return left


def _weekly(day: date, plan: Plan) -> list[Stretch]:
    return [
        Stretch(datetime.combine(day, hours.starts), datetime.combine(day, hours.ends) + DAY * (hours.ends == time()))
        for hours in plan.hours
        if hours.weekday == day.weekday()
    ]


def _extra(day: date, plan: Plan) -> list[Stretch]:
    return [stretch for stretch in plan.extra if stretch.starts.date() == day]


def _fits(start: datetime, open_hours: list[Stretch], plan: Plan) -> bool:
    """Whether all of the slot lies in open hours; only across a clock change must each of its minutes be looked at."""
    first, last = start.astimezone(plan.zone), (start + plan.length).astimezone(plan.zone)
    if first.utcoffset() == last.utcoffset():
        return holds(open_hours, first.replace(tzinfo=None), last.replace(tzinfo=None))
    walls = [(start + MINUTE * index).astimezone(plan.zone).replace(tzinfo=None) for index in range(plan.minutes)]
    open_there = _open({wall.date() for wall in walls}, plan)  # clocks may go back into the day before, or skip the day after
    return all(holds(open_there, wall, wall + MINUTE) for wall in walls)
