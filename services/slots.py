"""From weekly working hours to the slots of one day, as anybody in any zone sees it. Pure: no clock, no database.

A slot starts on a rep's wall-clock grid (working hours' start, then every `step_minutes`) and lies wholly inside the working hours as the
rep's wall clock shows them. A wall time that a clock change skips is never offered; one that it repeats is offered once for each instant.
Lengths are real minutes.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CELL = timedelta(minutes=5)


@dataclass(frozen=True)
class Hours:
    """Working hours on one weekday (0 = Monday), wall clock; `ends` 00:00 is midnight at the end of the day."""

    weekday: int
    starts: time
    ends: time

    def covers(self, moment: datetime) -> bool:
        """Whether this local moment's wall clock lies in these hours (the end itself does not)."""
        wall = moment.time()
        return moment.weekday() == self.weekday and self.starts <= wall and (wall < self.ends or self.ends == time())


@dataclass(frozen=True)
class Plan:
    """What a rep offers: weekly hours in their zone, and the length and spacing of the slots in minutes (multiples of five)."""

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    minutes: int = 60
    step_minutes: int = 60

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Slot:
    """A start that is offered on the day asked for. `state` is 'free', 'taken' or 'past'."""

    starts_at: datetime
    minutes: int
    state: str


def cells(starts_at: datetime, length: timedelta) -> list[datetime]:
    """The starts of the five-minute cells that `length` from `starts_at` covers, in order."""
    return [starts_at + CELL * index for index in range(-(-length // CELL))]


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """UTC bounds that hold every instant whose date in `zone` is `day`; the end is exclusive.

    On a normal day they are its two midnights. Where a clock change repeats midnight they may hold a little of a neighbouring day too.
    """
    first = datetime.combine(day, time(), zone).astimezone(UTC)
    last = datetime.combine(day + timedelta(days=1), time(), zone).replace(fold=1).astimezone(UTC)
    return first, last


def starts_on(day: date, viewer: ZoneInfo, plan: Plan) -> list[datetime]:
    """Every start (aware UTC, in order, none twice) the plan offers whose date in the viewer's zone is `day`."""
    first, last = day_span(day, viewer)
    rep_day, rep_last = first.astimezone(plan.zone).date(), last.astimezone(plan.zone).date()
    found: set[datetime] = set()
    while rep_day <= rep_last:
        found.update(start for start in _starts_of_rep_day(rep_day, plan) if start.astimezone(viewer).date() == day)
        rep_day += timedelta(days=1)
    return sorted(found)


def slots_on(day: date, viewer: ZoneInfo, plan: Plan, taken: Set[datetime], now: datetime, last: datetime) -> list[Slot]:
    """The day's slots in order. `taken` holds claimed cells (aware UTC); starts after `last`, the horizon, are left out."""
    return [Slot(start, plan.minutes, _state(start, plan, taken, now)) for start in starts_on(day, viewer, plan) if start <= last]


def is_offered(starts_at: datetime, plan: Plan) -> bool:
    """Whether this instant is on the plan's grid."""
    return starts_at in _starts_of_rep_day(starts_at.astimezone(plan.zone).date(), plan)


def _state(start: datetime, plan: Plan, taken: Set[datetime], now: datetime) -> str:
    if any(cell in taken for cell in cells(start, plan.length)):
        return 'taken'
    return 'past' if start <= now else 'free'


def _starts_of_rep_day(day: date, plan: Plan) -> list[datetime]:
    return [
        start
        for hours in plan.hours
        if hours.weekday == day.weekday()
        for wall in _grid(day, hours, plan.step_minutes)
        for start in _instants(wall, plan.zone)
        if _fits(start, hours, plan)
    ]


def _grid(day: date, hours: Hours, step_minutes: int) -> Iterator[datetime]:
    """The wall-clock starts of one stretch of working hours, naive."""
    wall = datetime.combine(day, hours.starts)
    end = datetime.combine(day, hours.ends) + timedelta(days=hours.ends == time())
    while wall < end:
        yield wall
        wall += timedelta(minutes=step_minutes)


def _instants(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """The UTC instants at which clocks in `zone` show this wall time: none, one, or two."""
    candidates = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return sorted({at for at in candidates if at.astimezone(zone).replace(tzinfo=None) == wall})


def _fits(start: datetime, hours: Hours, plan: Plan) -> bool:
    """Whether every cell of the slot lies in the working hours; only across a clock change must all be looked at."""
    covered = cells(start, plan.length)
    first, last = covered[0].astimezone(plan.zone), covered[-1].astimezone(plan.zone)
    if first.utcoffset() == last.utcoffset():
        return hours.covers(first) and hours.covers(last)
    return all(hours.covers(cell.astimezone(plan.zone)) for cell in covered)
