"""Time as clocks on a wall show it: stretches of it, and the instants it stands for. Pure: no clock, no database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Dated wall-clock time, naive: from `starts` until `ends`, which it does not hold."""

    starts: datetime
    ends: datetime


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """UTC bounds that hold every instant whose date in `zone` is `day`; the end is exclusive.

    On a normal day they are its two midnights. Where a clock change skips or repeats midnight they may hold a little of a neighbouring day.
    """
    return min(_midnights(day, zone)), max(_midnights(day + DAY, zone))


def instants(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """The UTC instants at which clocks in `zone` show this wall time: none, one, or two."""
    candidates = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return sorted({at for at in candidates if at.astimezone(zone).replace(tzinfo=None) == wall})


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order, what touches or overlaps as one."""
    whole: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda stretch: stretch.starts):
        if whole and stretch.starts <= whole[-1].ends:
            whole[-1] = Stretch(whole[-1].starts, max(whole[-1].ends, stretch.ends))
        else:
            whole.append(stretch)
    return whole


def cut(stretch: Stretch, off: Stretch) -> list[Stretch]:
    """What is left of a stretch without the other."""
    before, after = Stretch(stretch.starts, min(stretch.ends, off.starts)), Stretch(max(stretch.starts, off.ends), stretch.ends)
    return [part for part in (before, after) if part.starts < part.ends]


def holds(stretches: list[Stretch], first: datetime, last: datetime) -> bool:
    """Whether all of the time between these two lies in one of the stretches."""
    return any(stretch.starts <= first and last <= stretch.ends for stretch in stretches)


def grid(stretches: Iterable[Stretch], step_minutes: int) -> Iterator[datetime]:
    """The wall-clock starts of each stretch, naive."""
    for stretch in stretches:
        wall = stretch.starts
        while wall < stretch.ends:
            yield wall
            wall += timedelta(minutes=step_minutes)


def _midnights(day: date, zone: ZoneInfo) -> list[datetime]:
    """When the day begins: twice where clocks go back to before it; where they skip it, what either offset makes of it."""
    return [datetime.combine(day, time(), zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
