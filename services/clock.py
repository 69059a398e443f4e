"""The only wall clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, as an aware UTC datetime."""
    return datetime.now(UTC)
