"""From the text of a calendar to the times at which its owner is busy (RFC 5545). Pure; slow and greedy when the calendar is hostile.

Meant for a process of its own (`calendar_reading`), whose time and memory are limited.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component
from icalendar.parser import unescape_backslash

from services.calendar_fetch import Unreadable
from services.plain_text import one_line
from services.time_zones import zone_names

DAY = timedelta(days=1)
MOST = 20_000  # pieces of one calendar
NAME_MAX = 100
OUR_OWN = '@scheduled-calls'  # how the UIDs of our own appointments end, which come back when the calendar subscribes to our feed

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Busy:
    """Busy times, aware UTC, in order, none touching another, in pieces of at most a day; how many events made no sense; what the
    calendar calls itself.
    """

    spans: list[Span]
    skipped: int
    name: str


def busy(text: bytes, zone: ZoneInfo, first: datetime, last: datetime) -> Busy:
    """When the calendar says its owner is busy between two instants. Times without a zone are in the calendar's, else in `zone`.

    :raises Unreadable: with a sentence, when it is no calendar
    """
    spans: list[Span] = []
    skipped = 0
    calendars = _calendars(text)
    for calendar in calendars:
        own = _zone(calendar) or zone
        for event_spans in _expanded(calendar, own, first, last):
            if event_spans is None:
                skipped += 1
            else:
                spans += event_spans
    pieces = [piece for span in _merged(spans) for piece in _pieces(span)]
    if len(pieces) > MOST:
        raise Unreadable('This calendar has more events than can be read. Please publish one with fewer events.')
    return Busy(pieces, skipped, _name(calendars[0]))


def _calendars(text: bytes) -> list[Component]:
    found: list[Component] = []
    try:
        found += [component for component in Calendar.from_ical(text, multiple=True) if component.name == 'VCALENDAR']
    except MemoryError:
        raise
    except Exception:  # whatever the parser raises at what strangers wrote
        found = []
    if not found:
        raise Unreadable('What lies at this address is no calendar. Please give the one that ends in .ics in your calendar program.')
    return found


def _name(calendar: Component) -> str:
    """What the calendar calls itself (RFC 7986 §5.1), or in the way that is older than the standard; empty when it does not say."""
    names = (name for key in ('NAME', 'X-WR-CALNAME') for name in _all(calendar, key))
    return next((name for name in names if name), '')


def _all(calendar: Component, key: str) -> list[str]:
    """Each of the property's values on one line: one that may be there once may be there twice all the same."""
    values = calendar.get(key, [])
    return [one_line(unescape_backslash(str(value)))[:NAME_MAX].strip() for value in (values if isinstance(values, list) else [values])]


def _zone(calendar: Component) -> ZoneInfo | None:
    """The zone the calendar says it is in; one that nobody knows is taken out of it, because the library would stumble."""
    name = str(calendar.get('X-WR-TIMEZONE', ''))
    if name in zone_names():
        return ZoneInfo(name)
    calendar.pop('X-WR-TIMEZONE', None)
    return None


def _expanded(calendar: Component, zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[list[Span] | None]:
    """The busy times of each event, its recurrences included; None for one that makes no sense."""
    for series in _series(calendar):
        try:
            found = recurring_ical_events.of(series).between(first - DAY, last + DAY)
            spans = [_span(event, zone) for event in found if _takes_time(event)]
            yield [(max(starts, first), min(ends, last)) for starts, ends in spans if starts < ends and starts < last and first < ends]
        except MemoryError:
            raise
        except Exception:  # whatever the libraries raise at what strangers wrote
            yield None


def _series(calendar: Component) -> Iterable[Calendar]:
    """For each event a calendar of its own, together with its changed recurrences, which have the same UID."""
    found: dict[str, Calendar] = {}
    for number, event in enumerate(calendar.walk('VEVENT')):
        uid = str(event.get('UID', number))
        if not uid.endswith(OUR_OWN):
            if uid not in found:
                found[uid] = Calendar()
                found[uid].update({name: calendar[name] for name in ('X-WR-TIMEZONE',) if name in calendar})
            found[uid].add_component(event)
    return found.values()


def _takes_time(event: Component) -> bool:
    """Whether the owner is busy then (RFC 5545 §3.8.2.7, §3.8.1.11; Outlook has a word of its own)."""
    words = [str(event.get(name, '')).upper() for name in ('TRANSP', 'STATUS', 'X-MICROSOFT-CDO-BUSYSTATUS')]
    return all(word != free for word, free in zip(words, ('TRANSPARENT', 'CANCELLED', 'FREE'), strict=True))


def _span(event: Component, zone: ZoneInfo) -> Span:
    return _instant(event.decoded('DTSTART'), zone), _instant(event.decoded('DTEND'), zone)


def _instant(at: date, zone: ZoneInfo) -> datetime:
    """A date is its first moment; a time without a zone is in this one."""
    moment = at if isinstance(at, datetime) else datetime.combine(at, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for starts, ends in sorted(spans):
        if merged and starts <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        else:
            merged.append((starts, ends))
    return merged


def _pieces(span: Span) -> Iterator[Span]:
    starts, ends = span
    while starts < ends:
        yield starts, min(starts + DAY, ends)
        starts += DAY
