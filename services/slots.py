"""From hours to slots, as anybody in any zone sees them. Pure: no clock, no database.

A slot starts on a rep's wall-clock grid and lies wholly inside open hours as the rep's wall clock shows them: weekly hours without time
off, and extra hours whatever time off says. Weekly hours have a grid and extra hours have one: from where they start, every `step_minutes`.
Ranges of a day that touch are one; time off takes starts away and moves none; each date begins anew, but a slot may run on past midnight.

A wall time that a clock change skips is never offered; one that it repeats is offered once for each instant. Lengths and buffers are real
minutes; buffers may lie outside the hours.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
CELL = timedelta(minutes=5)
DAY = timedelta(days=1)
BACK_OVER_MIDNIGHT = timedelta(hours=3)  # no clock change since 1990 led further back into the day before


@dataclass(frozen=True)
class Hours:
    """Working hours on one weekday (0 = Monday), wall clock; `ends` 00:00 is midnight at the end of the day."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class Stretch:
    """Dated wall-clock time, naive: from `starts` until `ends`, which it does not hold."""

    starts: datetime
    ends: datetime


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


@dataclass(frozen=True)
class Taken:
    """A time at which a rep is not free, aware UTC; `is_held` while somebody only thinks about it."""

    from_at: datetime
    until_at: datetime
    is_held: bool = False


@dataclass(frozen=True)
class Offer:
    """What one rep offers, and when they are not free; `full_days` are dates of theirs on which nothing more may start."""

    rep_id: int
    plan: Plan
    taken: Sequence[Taken] = ()
    full_days: Set[date] = frozenset()


@dataclass(frozen=True)
class Slot:
    """A start that is offered. `state` is 'free', 'held', 'taken', 'soon' (too soon to be booked) or 'past'; `reps` are those free then.

    It would take a rep's time from `from_at` until `until_at`, buffers included. `held` are the holds, as (rep, from, until), but for which
    more reps were free.
    """

    starts_at: datetime
    minutes: int
    state: str
    from_at: datetime
    until_at: datetime
    reps: tuple[int, ...] = ()
    held: tuple[tuple[int, datetime, datetime], ...] = ()


def claim(starts_at: datetime, before_minutes: int, minutes: int, after_minutes: int) -> tuple[datetime, datetime]:
    """From when until when this takes a rep's time."""
    return starts_at - timedelta(minutes=before_minutes), starts_at + timedelta(minutes=minutes + after_minutes)


def cells(from_at: datetime, until_at: datetime) -> list[datetime]:
    """The starts of the five-minute cells between two instants, in order."""
    return [from_at + CELL * index for index in range(-(-(until_at - from_at) // CELL))]


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """UTC bounds that hold every instant whose date in `zone` is `day`; the end is exclusive.

    On a normal day they are its two midnights. Where a clock change skips or repeats midnight they may hold a little of a neighbouring day.
    """
    return min(_midnights(day, zone)), max(_midnights(day + DAY, zone))


def starts_on(day: date, viewer: ZoneInfo, plan: Plan) -> list[datetime]:
    """Every start (aware UTC, in order, none twice) the plan offers whose date in the viewer's zone is `day`."""
    return [start for start in starts_between(*day_span(day, viewer), plan) if start.astimezone(viewer).date() == day]


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


def free_starts(first: datetime, last: datetime, offer: Offer) -> list[datetime]:
    """The starts from `first` to before `last` at which the rep is free for the whole slot, buffers included."""
    starts = _without(starts_between(first, last, offer.plan), offer.plan, offer.taken)
    if not offer.full_days:
        return starts
    return [start for start in starts if start.astimezone(offer.plan.zone).date() not in offer.full_days]


def free_reps(first: datetime, last: datetime, offers: Iterable[Offer]) -> dict[datetime, list[int]]:
    """The free starts from `first` to before `last`, in order, each with the reps who are free then."""
    found: dict[datetime, list[int]] = {}
    for offer in offers:
        for start in free_starts(first, last, offer):
            found.setdefault(start, []).append(offer.rep_id)
    return dict(sorted(found.items()))


def slots_between(first: datetime, last: datetime, offers: Sequence[Offer], now: datetime, earliest: datetime) -> list[Slot]:
    """Every slot that starts from `first` to before `last`, in order; what starts before `earliest` cannot be booked any more."""
    free, held = free_reps(first, last, offers), _held(first, last, offers)
    plans = {start: offer.plan for offer in offers for start in starts_between(first, last, offer.plan)}
    return [
        Slot(
            start,
            plans[start].minutes,
            _state(start, now, earliest, start in free, start in held),
            *plans[start].claim(start),
            tuple(free.get(start, ())),
            tuple(held.get(start, ())),
        )
        for start in sorted(plans)
    ]


def _midnights(day: date, zone: ZoneInfo) -> list[datetime]:
    """When the day begins: twice where clocks go back to before it; where they skip it, what either offset makes of it."""
    return [datetime.combine(day, time(), zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]


def _state(start: datetime, now: datetime, earliest: datetime, is_free: bool, is_held: bool) -> str:
    if not is_free:
        return 'held' if is_held else 'taken'
    if start <= now:
        return 'past'
    return 'free' if start >= earliest else 'soon'


def _held(first: datetime, last: datetime, offers: Iterable[Offer]) -> dict[datetime, list[tuple[int, datetime, datetime]]]:
    """The starts at which a rep would be free but for holds, each with these holds."""
    found: dict[datetime, list[tuple[int, datetime, datetime]]] = {}
    for offer in offers:
        holds = [taken for taken in offer.taken if taken.is_held]
        unheld = replace(offer, taken=[taken for taken in offer.taken if not taken.is_held])
        starts = free_starts(first, last, unheld) if holds else []
        for hold in holds:
            for start in _touched(starts, offer.plan, hold):
                found.setdefault(start, []).append((offer.rep_id, hold.from_at, hold.until_at))
    return found


def _without(starts: list[datetime], plan: Plan, taken: Iterable[Taken]) -> list[datetime]:
    """These starts, which are in order, without those whose claim would reach into what is taken."""
    gone = {start for span in taken for start in _touched(starts, plan, span)}
    return [start for start in starts if start not in gone] if gone else starts


def _touched(starts: list[datetime], plan: Plan, span: Taken) -> list[datetime]:
    """Those of the starts, which are in order, whose claim would reach into this time."""
    tail, head = timedelta(minutes=plan.minutes + plan.after_minutes), timedelta(minutes=plan.before_minutes)
    return starts[bisect_right(starts, span.from_at - tail) : bisect_left(starts, span.until_at + head)]


def _starts_of(day: date, plan: Plan) -> list[datetime]:
    weekly, extra = _joined(_weekly(day, plan)), _joined(_extra(day, plan))
    if not weekly and not extra:
        return []
    worked, open_hours = _worked(day, plan), _open_from(day, plan)
    walls = {wall for wall in _grid(weekly, plan.step_minutes) if _holds(worked, wall, wall + CELL)} | set(_grid(extra, plan.step_minutes))
    return sorted(start for wall in walls for start in _instants(wall, plan.zone) if _fits(start, open_hours, plan))


def _weekly(day: date, plan: Plan) -> list[Stretch]:
    return [
        Stretch(datetime.combine(day, hours.starts), datetime.combine(day, hours.ends) + DAY * (hours.ends == time()))
        for hours in plan.hours
        if hours.weekday == day.weekday()
    ]


def _extra(day: date, plan: Plan) -> list[Stretch]:
    return [stretch for stretch in plan.extra if stretch.starts.date() == day]


def _worked(day: date, plan: Plan) -> list[Stretch]:
    """The weekly hours of this date without time off."""
    left, midnight = _weekly(day, plan), datetime.combine(day, time())
    for off in plan.off:
        if off.starts < midnight + DAY and midnight < off.ends:
            left = [part for stretch in left for part in _cut(stretch, off)]
    return left


def _open(days: Iterable[date], plan: Plan) -> list[Stretch]:
    """When the rep works on these dates, in order."""
    return _joined(stretch for day in days for stretch in (*_worked(day, plan), *_extra(day, plan)))


def _open_from(day: date, plan: Plan) -> list[Stretch]:
    """When the rep works on this date and on through the night: what starts on it may end on the next."""
    return _open((day, day + DAY), plan)


def _cut(stretch: Stretch, off: Stretch) -> list[Stretch]:
    """What is left of a stretch."""
    before, after = Stretch(stretch.starts, min(stretch.ends, off.starts)), Stretch(max(stretch.starts, off.ends), stretch.ends)
    return [part for part in (before, after) if part.starts < part.ends]


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order, what touches or overlaps as one."""
    joined: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda stretch: stretch.starts):
        if joined and stretch.starts <= joined[-1].ends:
            joined[-1] = Stretch(joined[-1].starts, max(joined[-1].ends, stretch.ends))
        else:
            joined.append(stretch)
    return joined


def _grid(stretches: Iterable[Stretch], step_minutes: int) -> Iterator[datetime]:
    """The wall-clock starts of each stretch, naive."""
    for stretch in stretches:
        wall = stretch.starts
        while wall < stretch.ends:
            yield wall
            wall += timedelta(minutes=step_minutes)


def _instants(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """The UTC instants at which clocks in `zone` show this wall time: none, one, or two."""
    candidates = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return sorted({at for at in candidates if at.astimezone(zone).replace(tzinfo=None) == wall})


def _fits(start: datetime, open_hours: list[Stretch], plan: Plan) -> bool:
    """Whether all of the slot lies in open hours; only across a clock change must each of its minutes be looked at."""
    first, last = start.astimezone(plan.zone), (start + plan.length).astimezone(plan.zone)
    if first.utcoffset() == last.utcoffset():
        return _holds(open_hours, first.replace(tzinfo=None), last.replace(tzinfo=None))
    walls = [(start + MINUTE * index).astimezone(plan.zone).replace(tzinfo=None) for index in range(plan.minutes)]
    open_there = _open({wall.date() for wall in walls}, plan)  # clocks may go back into the day before, or skip the day after
    return all(_holds(open_there, wall, wall + MINUTE) for wall in walls)


def _holds(stretches: list[Stretch], first: datetime, last: datetime) -> bool:
    return any(stretch.starts <= first and last <= stretch.ends for stretch in stretches)
