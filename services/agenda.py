"""A day as one list, of one rep or of all: the booked appointments, and between them the times at which nothing is booked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from db import Rep
from services import appointments, availability, kinds, reps
from services.slots import Slot

State = Literal['free', 'held', 'past', 'booked']


@dataclass(frozen=True)
class Entry:
    """A time of the day. With an appointment it is 'booked' and says whose; without one it is 'free', 'held' or 'past'.

    `rep_ids`: with whom it is booked, or who is free then.
    """

    starts_at: datetime
    state: State
    rep_ids: tuple[int, ...]
    appointment_id: int | None = None
    name: str = ''


def entries_on(viewer: Rep, day: date, whose: int | None) -> list[Entry]:
    """The entries of this date in the viewer's zone, in order, of the rep `whose`, or of everyone.

    An appointment stands at its own time, also when it is off the grid. What is not booked is shown on the grid of the first kind there is,
    and where that leaves room, of the next ones: a time at which several reps are free is one entry.

    :raises NotAllowed: when the viewer may not see it
    """
    if whose is None:
        reps.require_admin(viewer)
    else:
        reps.require_may_handle(viewer, whose)
    zone = ZoneInfo(viewer.time_zone)
    booked = [Entry(own.starts_at, 'booked', (own.rep_id,), own.id, own.name) for own in appointments.booked_on(whose, day, zone)]
    empty = [Entry(slot.starts_at, _state(slot), slot.reps) for slot in _empty(day, zone, whose)]
    return sorted(booked + empty, key=lambda entry: (entry.starts_at, entry.state == 'booked', entry.rep_ids))


def _empty(day: date, zone: ZoneInfo, whose: int | None) -> list[Slot]:
    """The slots of all kinds that are not taken and do not overlap one of a kind that comes before."""
    found: list[Slot] = []
    for kind in kinds.active() if whose is None else kinds.of_rep(whose):
        own = [slot for slot in availability.slots_on(kind.id, day, zone, rep_id=whose) if slot.state != 'taken']
        found += [slot for slot in own if not _overlaps_any(slot, found)]
    return found


def _overlaps_any(slot: Slot, others: Iterable[Slot]) -> bool:
    """Slots of one kind may overlap each other, when they start more often than they are long: of these all are shown."""
    return any(slot.starts_at < _end(other) and other.starts_at < _end(slot) for other in others)


def _end(slot: Slot) -> datetime:
    return slot.starts_at + timedelta(minutes=slot.minutes)


def _state(slot: Slot) -> State:
    return 'past' if slot.state == 'past' else 'held' if slot.state == 'held' else 'free'
