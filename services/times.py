"""The only place that turns instants into a person's words: `Reader` knows their zone and clock, and pages and mails ask it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_timedelta, get_timezone_location

AMERICAN = 'en-US'


@dataclass(frozen=True)
class Reader:
    """Somebody who reads times: an IANA zone, a clock of 12 or 24 hours, and the language of their browser (RFC 5646).

    The language decides in which order a date is told, and with which day a week begins. The words stay English, as the rest of a page.
    """

    zone: ZoneInfo
    clock: int = 12
    language: str = AMERICAN

    def date_of(self, instant: datetime) -> date:
        """The date at this instant, for them."""
        return instant.astimezone(self.zone).date()

    def day(self, instant: datetime) -> str:
        """`Sun Nov 22, 2026`."""
        return self.day_words(self.date_of(instant))

    def day_words(self, day: date) -> str:
        """`Sun Nov 22, 2026`."""
        return day_words(day, self.language)

    def long_day(self, day: date) -> str:
        """`Sunday, November 22`."""
        return long_day_words(day, self.language)

    def week(self) -> tuple[tuple[int, str], ...]:
        """The days of a week in their order (0 = Monday), each with its short name: `(6, 'Su'), (0, 'Mo'), …`."""
        return week_of(self.language)

    def time(self, instant: datetime) -> str:
        """`7:00 PM` or `19:00`; in the hour that a clock change repeats, which of the two: `2:00 AM (GMT+2)`."""
        local = instant.astimezone(self.zone)
        words = _twelve(local) if self.clock == 12 else f'{local:%H:%M}'
        return f'{words} ({offset_words(local)})' if _is_repeated(local) else words

    def moment(self, instant: datetime) -> str:
        """`Sun Nov 22, 2026 at 7:00 PM`."""
        return f'{self.day(instant)} at {self.time(instant)}'

    def soon(self, instant: datetime, now: datetime) -> str:
        """`at 7:00 PM`, or `Mon at 7:00 PM` if that is not today: when something less than a week away is, as seen from `now`."""
        day = self.date_of(instant)
        weekday = '' if day == self.date_of(now) else f'{format_date(day, "EEE", "en")} '
        return f'{weekday}at {self.time(instant)}'

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
        theirs = Reader(other.zone, self.clock, self.language)
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


@lru_cache(maxsize=10_000)
def day_words(day: date, language: str = AMERICAN) -> str:
    """`Sun Nov 22, 2026`, or as it is written where this language is at home: `Sun 22 Nov 2026`."""
    return str(format_date(day, _country(language).short, _country(language).english))


@lru_cache(maxsize=10_000)
def long_day_words(day: date, language: str = AMERICAN) -> str:
    """`Sunday, November 22` or `Sunday, 22 November`."""
    return str(format_date(day, _country(language).long, _country(language).english))


def week_of(language: str) -> tuple[tuple[int, str], ...]:
    """`Reader.week`, for who reads this language."""
    country = _country(language)
    names = country.english.days['stand-alone']['short']
    return tuple((day % 7, names[day % 7]) for day in range(country.first_weekday, country.first_weekday + 7))


def clock_of_language(language: str) -> int:
    """12 or 24 hours, by what clocks show where this language is at home."""
    return _country(language).clock


@dataclass(frozen=True)
class Country:
    """How dates and times are told where a language is at home; in English as written there, else as written internationally."""

    english: Locale
    first_weekday: int
    clock: int
    short: str
    long: str


@lru_cache(maxsize=256)  # the language is the sender's to choose
def _country(language: str) -> Country:
    try:
        own = _at_home(Locale.parse(language, sep='-'))
    except (ValueError, UnknownLocaleError):
        return _country(AMERICAN)
    english = _english_in(own.territory)
    short = english.datetime_skeletons['yMMMEd'].pattern.replace(',', '', 1)
    long = english.date_formats['full'].pattern.removesuffix('y').rstrip(', ')
    return Country(english, own.first_week_day, 24 if 'H' in own.time_formats['short'].pattern else 12, short, long)


def _at_home(locale: Locale) -> Locale:
    """The language with the country it is most spoken in, unless it names one itself."""
    return locale if locale.territory else Locale.parse(get_global('likely_subtags').get(str(locale), str(locale)))


def _english_in(territory: str | None) -> Locale:
    try:
        return Locale('en', territory or '001')
    except (ValueError, UnknownLocaleError):
        return Locale('en', '001')


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
