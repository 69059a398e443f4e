"""Whether a rep is there for a customer: waiting in their call, online, in another call, away, or not there at all.

Which of their pages are open is known in memory only, and changed on the event loop only.
"""

from time import monotonic
from typing import Literal

from sqlalchemy import select, update

from db import Rep, reading, writing
from services import events, seats, standings
from services.video.base import REP

# waiting: they or a colleague alone in this very call, away: by their own word, absent: no page of theirs is open
State = Literal['waiting', 'online', 'in_call', 'away', 'absent']
PATIENCE_SECONDS = 6  # so long a page may be gone without being missed: it is only being reloaded

_pages: dict[int, set[str]] = {}  # of each rep, those that are open
_left_at: dict[int, float] = {}  # since when a rep has none, for those who are not missed yet


def arrive(rep_id: int, page: str) -> None:
    """Note that the rep has this page open; any name will do that no other page has."""
    is_news = not _is_here(rep_id)
    _pages.setdefault(rep_id, set()).add(page)
    _left_at.pop(rep_id, None)
    if is_news:
        events.publish(events.PresenceChanged(rep_id))


def leave(rep_id: int, page: str) -> None:
    """Note that this page is closed, or its line is dead."""
    own = _pages.get(rep_id, set())
    if own == {page}:
        del _pages[rep_id]
        _left_at[rep_id] = monotonic()
    own.discard(page)


def reap() -> None:
    """Tell of those who have not come back. To be called every two seconds."""
    for rep_id, left_at in list(_left_at.items()):
        if monotonic() - left_at > PATIENCE_SECONDS:
            del _left_at[rep_id]
            events.publish(events.PresenceChanged(rep_id))


def set_away(rep_id: int, is_away: bool) -> None:
    """Let customers read that the rep is away, although their page is open; or not any more."""
    writing(lambda session: session.execute(update(Rep).where(Rep.id == rep_id).values(is_away=is_away)))
    events.publish(events.PresenceChanged(rep_id))


def state(rep_id: int, but: int) -> State:
    """How it stands with the rep, for the customer of the appointment `but`, whose own call is no other."""
    if _is_awaited_in(but):
        return 'waiting'
    if standings.is_in_another_call(rep_id, but):
        return 'in_call'
    with reading() as session:
        is_away = session.scalar(select(Rep.is_away).where(Rep.id == rep_id))
    if is_away:
        return 'away'
    return 'online' if _is_here(rep_id) else 'absent'


def _is_awaited_in(appointment_id: int) -> bool:
    """Whether a rep, whose appointment it is or not, sits alone in this call."""
    return seats.who_is_there(appointment_id) == {REP}


def _is_here(rep_id: int) -> bool:
    return rep_id in _pages or rep_id in _left_at
