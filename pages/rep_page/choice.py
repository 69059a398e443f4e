"""What the rep's page shows, as its address says it."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Self
from urllib.parse import parse_qsl

from fastapi import Request
from nicegui import ui

from db import Rep
from pages.components.rep_filter import EVERYONE
from services import clock
from services.times import Reader

WHOSE = 'whose'  # the cookie that remembers whose appointments an admin looks at
FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)
PARTS = ('day', 'at', 'call', 'rep', 'of')


@dataclass(frozen=True)
class Choice:
    """A day of the rep `whose` (None: of everyone), perhaps one time of the rep `of`, perhaps the call of that time's appointment.

    `takes_over`: that call even if a colleague is in it; no address says so.
    """

    day: date
    whose: int | None
    at: datetime | None
    of: int
    in_call: bool = False
    takes_over: bool = False

    @classmethod
    def read(cls, parts: dict[str, str], reader: Reader, viewer: Rep, usual: int | None) -> Self:
        """What these parts of an address mean; where they mean nothing: today, and whose day is `usual`.

        An address that names a time and no rep is in a mail to the viewer, about an appointment of theirs.
        """
        start, whose = _instant(parts.get('at', '')), rep_or_everyone(parts.get('rep', ''), usual)
        if start and 'rep' not in parts and whose is not None:
            whose = viewer.id
        of = _number(parts.get('of', '')) or whose or viewer.id
        day = _day(parts.get('day', '')) or reader.date_of(start or clock.now())
        return cls(day, whose, start, of, bool(start and parts.get('call'))).seen_by(viewer)

    def seen_by(self, viewer: Rep) -> Self:
        """The same as far as the viewer may see it: only their own, unless they are an admin."""
        return self if viewer.is_admin else replace(self, whose=viewer.id, of=viewer.id)

    def address(self, viewer: Rep, *, is_shared: bool) -> str:
        """Where this is shown. `is_shared`: there are others than the viewer to see."""
        at = f'&at={self.at:%Y-%m-%dT%H:%MZ}' if self.at else ''
        rep = f'&rep={EVERYONE if self.whose is None else self.whose}' if is_shared else ''
        of = f'&of={self.of}' if self.at and self.of != (self.whose or viewer.id) else ''
        return f'/rep?day={self.day}{rep}{at}{of}{"&call=1" if self.in_call else ""}'


def parts_of(search: object) -> dict[str, str]:
    """The parts that mean something, of a browser's `location.search`."""
    return {name: value for name, value in parse_qsl(str(search)[1:]) if name in PARTS}


def rep_or_everyone(text: str, usual: int | None) -> int | None:
    """The row number of a rep that this means; None: everyone. Where it means nothing: `usual`."""
    return None if text == EVERYONE else _number(text) or usual


def usual(request: Request) -> int | None:
    """Whose appointments the viewer looked at last; None: everyone's."""
    return rep_or_everyone(request.cookies.get(WHOSE, ''), None)


def remember(whose: int | None) -> None:
    """Keep in the viewer's browser whose appointments they look at."""
    cookie = f'{WHOSE}={EVERYONE if whose is None else whose};path=/rep;max-age=31536000;samesite=lax'
    ui.run_javascript(f'document.cookie = {json.dumps(cookie)}')


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _day(text: str) -> date | None:
    try:
        return min(max(date.fromisoformat(text), FIRST), LAST)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.astimezone(UTC) if instant.tzinfo and FIRST < instant.date() < LAST else None
