"""What is offered, in every IANA zone and mostly about clock changes from 1990 to 2037, against somebody who watches a clock for days.

Hypothesis makes up the reps; a failure prints how to run it again.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services import plans, slots, wall_clock
from services.plans import Hours, Plan
from services.slots import Offer, Taken
from services.time_zones import zone_names
from services.wall_clock import Stretch

FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2037, 12, 31, tzinfo=UTC)
MINUTE, DAY, WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(weeks=1)
DAY_MINUTES = 24 * 60
EXAMPLES = 150

searching = settings(max_examples=EXAMPLES, deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])

Range = tuple[int, int]  # minutes of a day, the second exclusive
EVERY_ZONE = sorted(zone_names())
ODD_ZONES = [  # they skip or repeat midnight, half an hour, three hours, a day; they change at a minute past; they stand still for Ramadan
    *('America/Sao_Paulo', 'America/Havana', 'Atlantic/Azores', 'Australia/Lord_Howe', 'Antarctica/Troll', 'Antarctica/Casey'),
    *('Pacific/Apia', 'Pacific/Kwajalein', 'America/St_Johns', 'America/Moncton', 'Asia/Gaza', 'Africa/Casablanca', 'Asia/Kathmandu'),
]
ZONES = st.sampled_from(EVERY_ZONE) | st.sampled_from(ODD_ZONES)
LENGTHS, BUFFERS = st.integers(1, 96).map(lambda cells: 5 * cells), st.integers(0, 12).map(lambda cells: 5 * cells)
RANGES = st.sampled_from([(0, DAY_MINUTES), (0, 180), (90, 300), (1320, DAY_MINUTES)]) | st.tuples(
    st.integers(0, 287), st.integers(1, 288)
).map(lambda cells: (5 * cells[0], min(5 * sum(cells), DAY_MINUTES)))


@cache
def changes(name: str) -> list[datetime]:
    """The instants from which clocks in this zone were another length away from UTC, by looking once a week and bisecting."""
    zone, found, at = ZoneInfo(name), [], FIRST
    while at < LAST:
        before, after = at, at + WEEK
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            while after - before > MINUTE:
                middle = before + (after - before) // MINUTE // 2 * MINUTE
                is_later = middle.astimezone(zone).utcoffset() != at.astimezone(zone).utcoffset()
                before, after = (before, middle) if is_later else (middle, after)
            found.append(after)
        at += WEEK
    return found


@st.composite
def moments(draw: st.DrawFn, name: str) -> datetime:
    """An instant at which clocks in this zone change, or a few hours from it; or any."""
    anywhen = st.integers(0, (LAST - FIRST) // timedelta(hours=1)).map(lambda hours: FIRST + timedelta(hours=hours))
    at = draw(st.sampled_from(changes(name)) | anywhen if changes(name) else anywhen)
    return at + timedelta(hours=draw(st.integers(-12, 12)))


@st.composite
def stretches(draw: st.DrawFn, about: date) -> Stretch:
    """A part of one of these days, or all of it."""
    day, (starts, ends) = about + DAY * draw(st.integers(-1, 2)), draw(RANGES)
    midnight = datetime.combine(day, time())
    return Stretch(midnight + MINUTE * starts, midnight + MINUTE * ends)


@st.composite
def any_plan(draw: st.DrawFn, name: str, at: datetime) -> Plan:
    """A rep in this zone, with hours, time off and extra hours about that instant."""
    zone = ZoneInfo(name)
    about = st.lists(stretches(at.astimezone(zone).date()), max_size=3).map(tuple)
    every_day = st.lists(RANGES, min_size=1, max_size=2).map(lambda ranges: [(day, own) for day in range(7) for own in ranges])
    week = draw(every_day | st.lists(st.tuples(st.integers(0, 6), RANGES), min_size=4, max_size=12))
    return Plan(
        zone,
        tuple(Hours(day, clock_time(starts), clock_time(ends)) for day, (starts, ends) in week),
        draw(LENGTHS),
        draw(LENGTHS),
        draw(BUFFERS),
        draw(BUFFERS),
        draw(about),
        draw(about),
    )


@st.composite
def scenes(draw: st.DrawFn) -> tuple[datetime, Plan]:
    """An instant, and a rep about whom it is interesting."""
    name = draw(ZONES)
    at = draw(moments(name))
    return at, draw(any_plan(name, at))


@st.composite
def taken_about(draw: st.DrawFn, at: datetime) -> list[Taken]:
    """What stands in a calendar then, to the minute."""
    spans = draw(st.lists(st.tuples(st.integers(-1800, 1800), st.integers(1, 600), st.booleans()), max_size=6))
    return [Taken(at + MINUTE * first, at + MINUTE * (first + length), is_held) for first, length, is_held in spans]


def clock_time(minute: int) -> time:
    return time(*divmod(minute % DAY_MINUTES, 60))


class Watcher:
    """Somebody who knows the rep's hours minute by minute of each date, and looks at a clock on their wall."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.days: dict[date, tuple[bytearray, set[int]]] = {}

    def offered(self, first: datetime, last: datetime) -> list[datetime]:
        """The instants at which the clock shows a start, from which on it shows open hours for as long as the slot is."""
        found, open_minutes, at = [], 0, last + MINUTE * self.plan.minutes
        while at > first:
            at -= MINUTE
            wall = at.astimezone(self.plan.zone)
            minute, (is_open, starts) = wall.hour * 60 + wall.minute, self.day(wall.date())
            open_minutes = open_minutes + 1 if is_open[minute] else 0
            if at < last and minute in starts and open_minutes >= self.plan.minutes:
                found.append(at)
        return found[::-1]

    def day(self, day: date) -> tuple[bytearray, set[int]]:
        """Which minutes of this date are open, and which are starts if what follows is open too."""
        if day not in self.days:
            weekly, off, extra = (painted(own) for own in (self.weekly(day), dated(self.plan.off, day), dated(self.plan.extra, day)))
            is_open = bytearray(more or (usual and not away) for usual, away, more in zip(weekly, off, extra, strict=True))
            starts = {minute for minute in every(weekly, self.plan.step_minutes) if not off[minute]}
            self.days[day] = is_open, starts | set(every(extra, self.plan.step_minutes))
        return self.days[day]

    def weekly(self, day: date) -> Iterator[Range]:
        for hours in self.plan.hours:
            if hours.weekday == day.weekday():
                starts, ends = (at.hour * 60 + at.minute for at in (hours.starts, hours.ends))
                yield starts, ends or DAY_MINUTES


def dated(stretches: tuple[Stretch, ...], day: date) -> Iterator[Range]:
    for stretch in stretches:
        if stretch.starts.date() == day:
            starts = stretch.starts.hour * 60 + stretch.starts.minute
            yield starts, starts + (stretch.ends - stretch.starts) // MINUTE


def painted(ranges: Iterator[Range]) -> bytearray:
    """The minutes of a day, 1 where one of the ranges is."""
    minutes = bytearray(DAY_MINUTES)
    for starts, ends in ranges:
        minutes[starts:ends] = b'\1' * (ends - starts)
    return minutes


def every(minutes: bytearray, step: int) -> Iterator[int]:
    """The first of the painted minutes on end, and every so many after it."""
    on_end = 0
    for minute, is_painted in enumerate(minutes):
        if is_painted and on_end % step == 0:
            yield minute
        on_end = on_end + 1 if is_painted else 0


@searching
@given(scenes())
def test_what_is_offered_is_what_somebody_offers_who_watches_a_clock(scene: tuple[datetime, Plan]) -> None:
    at, plan = scene
    offered = plans.starts_between(at - DAY, at + DAY, plan)
    assert offered == Watcher(plan).offered(at - DAY, at + DAY)
    assert all(start.tzinfo == UTC and start.timestamp() % 300 == 0 for start in offered)  # the cells of any two appointments fit together


@searching
@given(ZONES, st.data(), LENGTHS)
def test_who_works_round_the_clock_offers_each_five_minutes_once(name: str, data: st.DataObject, minutes: int) -> None:
    at = data.draw(moments(name))
    at -= MINUTE * (at.minute % 5)
    plan = Plan(ZoneInfo(name), tuple(Hours(day, time(), time()) for day in range(7)), minutes, step_minutes=5)
    assert plans.starts_between(at - DAY, at + DAY, plan) == slots.cells(at - DAY, at + DAY)


@searching
@given(scenes())
def test_what_is_open_is_what_could_be_offered(scene: tuple[datetime, Plan]) -> None:
    at, plan = scene[0] - MINUTE * (scene[0].minute % 5), replace(scene[1], step_minutes=5)
    assert plans.starts_between(at - DAY, at + DAY, plan) == [cell for cell in slots.cells(at - DAY, at + DAY) if plans.is_open(cell, plan)]


@searching
@given(ZONES, ZONES, st.data())
def test_the_days_of_any_viewer_together_hold_each_slot_once(name: str, viewer: str, data: st.DataObject) -> None:
    at, zone = data.draw(moments(name) | moments(viewer)), ZoneInfo(viewer)
    plan = data.draw(any_plan(name, at))
    days = [at.astimezone(zone).date() + DAY * distance for distance in (-1, 0, 1)]
    about = [(day, start) for day in days for start in plans.starts_between(*wall_clock.day_span(day, zone), plan)]
    seen = [start for day, start in about if start.astimezone(zone).date() == day]
    offered = plans.starts_between(at - 4 * DAY, at + 4 * DAY, plan)
    assert sorted(seen) == [start for start in offered if start.astimezone(zone).date() in days]


@searching
@given(scenes(), scenes(), st.data(), ZONES)
def test_where_the_viewer_is_changes_nothing_about_what_is_free(
    one: tuple[datetime, Plan], other: tuple[datetime, Plan], data: st.DataObject, viewer: str
) -> None:
    (at, plan), zone = one, ZoneInfo(viewer)
    offers = [Offer(rep_id, own, data.draw(taken_about(at))) for rep_id, own in enumerate((plan, other[1]))]
    seen = {}
    for day in (at.astimezone(zone).date() + DAY * distance for distance in range(-3, 4)):
        for slot in slots.slots_between(*wall_clock.day_span(day, zone), offers, now=FIRST - WEEK, earliest=FIRST - WEEK):
            if slot.state == 'free' and at - DAY <= slot.starts_at < at + DAY:
                seen[slot.starts_at] = list(slot.reps)
    assert dict(sorted(seen.items())) == slots.free_reps(at - DAY, at + DAY, offers)


@searching
@given(scenes(), st.data())
def test_a_slot_is_free_unless_it_or_its_buffers_touch_something_taken(scene: tuple[datetime, Plan], data: st.DataObject) -> None:
    at, plan = scene
    taken = data.draw(taken_about(at))
    gone = {span.from_at + MINUTE * minute for span in taken for minute in range((span.until_at - span.from_at) // MINUTE)}
    around = range(-plan.before_minutes, plan.minutes + plan.after_minutes)
    offered = plans.starts_between(at - DAY, at + DAY, plan)
    free = [start for start in offered if not any(start + MINUTE * minute in gone for minute in around)]
    assert slots.free_starts(at - DAY, at + DAY, Offer(1, plan, taken)) == free
