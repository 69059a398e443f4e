"""What requests say, read: each of these is a value that can be used, or refused with a sentence."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from db import Kind
from services import kinds
from services.errors import BadRequest
from services.time_zones import zone_names

FIRST_YEAR, LAST_YEAR = 1990, 2199  # days beyond them are nobody's, and near the ends of the calendar no zone can be reckoned


def milliseconds(instant: datetime) -> int:
    """The timestamp of this instant."""
    return round(instant.timestamp() * 1000)


def instant(timestamp: str) -> datetime:
    """The instant of a timestamp in milliseconds since the epoch.

    :raises BadRequest: when it is none
    """
    try:
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise BadRequest('Please give the time in milliseconds since the epoch, such as 1795341600000.') from None


def day(daystring: str) -> date:
    """The day of `SunNov222026` or `2026-11-22`.

    :raises BadRequest: when it is neither
    """
    for form in ('%a%b%d%Y', '%Y-%m-%d'):
        try:
            found = datetime.strptime(daystring, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    raise BadRequest(f'Please give the day as SunNov222026 or 2026-11-22, from {FIRST_YEAR} to {LAST_YEAR}.')


def kind(slug: str) -> Kind:
    """:raises NoSuchKind: when none is offered under this name"""
    return kinds.by_slug(slug) if slug else kinds.default()


def rep(kind: Kind, number: str) -> int | None:
    """The rep of this kind with this row number; None when nobody in particular is wanted.

    :raises BadRequest: when the kind has no such rep
    """
    rep_ids = {str(rep.id): rep.id for rep in kinds.reps_of(kind.id)}
    if number and number not in rep_ids:
        raise BadRequest('This cannot be booked with that rep. Please give the number of one of its reps, or leave the rep out.')
    return rep_ids.get(number)


def zone(name: str) -> ZoneInfo:
    """:raises BadRequest: when no zone has this name"""
    if name not in zone_names():
        raise BadRequest('Please give the zone by its IANA name, such as Europe/Berlin.')
    return ZoneInfo(name)
