"""The only place that turns instants into a person's words: `Reader` knows their zone and clock, and pages and mails ask it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta, get_timezone_location


@dataclass(frozen=True)
class Reader:
    """Somebody who reads times: an IANA zone, and a clock of 12 or 24 hours."""

    zone: ZoneInfo
    clock: int = 12

    def date_of(self, instant: datetime) -> date:
        """The date at this instant, for them."""
        return instant.astimezone(self.zone).date()

    def day(self, instant: datetime) -> str:
        """`Sun Nov 22, 2026`."""
        return day_words(self.date_of(instant))

    def time(self, instant: datetime) -> str:
        """`7:00 PM` or `19:00`; in the hour that a clock change repeats, which of the two: `2:00 AM (GMT+2)`."""
        local = instant.astimezone(self.zone)
        words = _twelve(local) if self.clock == 12 else f'{local:%H:%M}'
        return f'{words} ({offset_words(local)})' if _is_repeated(local) else words

    def moment(self, instant: datetime) -> str:
        """`Sun Nov 22, 2026 at 7:00 PM`."""
        return f'{self.day(instant)} at {self.time(instant)}'

    def span(self, starts_at: datetime, ends_at: datetime) -> str:
        """`Sun Nov 22, 2026, 7:00 – 8:00 PM`; the day is named again when the end is on another one."""
        first, last = self.time(starts_at), self.time(ends_at)
        if self.date_of(starts_at) != self.date_of(ends_at):
            return f'{self.day(starts_at)}, {first} – {self.day(ends_at)}, {last}'
        if first[-3:] == last[-3:] and first[-2:] in ('AM', 'PM'):
            first = first[:-3]
        return f'{self.day(starts_at)}, {first} – {last}'

    def of_other(self, instant: datetime, other: 'Reader', name: str) -> str:
        """`7:00 PM for Carol in Tokyo`: what this instant is on the clocks of somebody else; empty where both show the same."""
        theirs = Reader(other.zone, self.clock)
        if instant.astimezone(other.zone).utcoffset() == instant.astimezone(self.zone).utcoffset():
            return ''
        when = theirs.time(instant) if theirs.date_of(instant) == self.date_of(instant) else theirs.moment(instant)
        return f'{when} for {name} in {theirs.place()}' if name else f'{when} in {theirs.place()}'

    def place(self) -> str:
        """`Tokyo`."""
        return zone_place(self.zone.key)

    def place_and_offset(self, instant: datetime) -> str:
        """`Tokyo (GMT+9)`, as it is at this instant."""
        offset = offset_words(instant.astimezone(self.zone))
        return 'UTC' if self.place() == 'UTC' else f'{self.place()} ({offset})'


def day_words(day: date) -> str:
    """`Sun Nov 22, 2026`."""
    return f'{day:%a %b} {day.day}, {day.year}'


def wall_words(wall: time, clock: int) -> str:
    """`9:00 AM` or `09:00`: a wall-clock time."""
    return _twelve(wall) if clock == 12 else f'{wall:%H:%M}'


def from_now(away: timedelta) -> str:
    """`in 4 minutes`, `3 days ago`, `now`: how far away an instant is, in words that stay true for a while."""
    if abs(away) < timedelta(seconds=30):
        return 'now'
    return str(format_timedelta(away, granularity='minute', threshold=2, add_direction=True, locale='en'))


def duration(minutes: int) -> str:
    """`45 minutes`, `1 hour`, `1 hour 30 minutes`, `2 days`: a length in words."""
    days, rest = divmod(minutes, 24 * 60)
    parts = ((days, 'day'), (rest // 60, 'hour'), (rest % 60, 'minute'))
    return ' '.join(f'{count} {unit}{"s" * (count != 1)}' for count, unit in parts if count) or '0 minutes'


@cache
def zone_place(name: str) -> str:
    """The city an IANA zone is named after, in today's spelling; UTC for the zones that are nowhere."""
    if name in ('UTC', 'Etc/UTC', 'Etc/UCT', 'Etc/Universal', 'Etc/Zulu', 'UCT', 'Universal', 'Zulu'):
        return 'UTC'
    place = str(get_timezone_location(name, locale='en', return_city=True))
    return place.rpartition('/')[2]


def offset_words(local: datetime) -> str:
    """`GMT`, `GMT+9`, `GMT+5:45`: how far this aware local time is from UTC."""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    if minutes == 0:
        return 'GMT'
    hours, rest = divmod(abs(minutes), 60)
    return f'GMT{"+" if minutes > 0 else "-"}{hours}' + (f':{rest:02}' if rest else '')


def _twelve(local: datetime | time) -> str:
    return f'{local.hour % 12 or 12}:{local:%M} {"AM" if local.hour < 12 else "PM"}'


def _is_repeated(local: datetime) -> bool:
    """Whether clocks show this wall time twice."""
    first, second = local.replace(fold=0), local.replace(fold=1)
    return first.utcoffset() != second.utcoffset() and (first.utcoffset() or timedelta()) > (second.utcoffset() or timedelta())
