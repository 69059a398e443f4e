"""The IANA zone names this installation knows, old spellings included."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zone_names() -> frozenset[str]:
    """Every name `ZoneInfo` takes; read once, because reading costs milliseconds."""
    return frozenset(available_timezones() - {'localtime', 'Factory'})
