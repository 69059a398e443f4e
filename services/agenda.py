"""A day as one list, of one rep or of all: the booked appointments, and between them the times at which nothing is booked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from db import Appointment, Rep
from services import appointments, availability, calls, kinds, reps
from services.slots import Slot

State = Literal['free', 'held', 'past', 'booked']


@dataclass(frozen=True)
class Entry:
    """A time of the day. With an appointment it is 'booked' and says whose; without one it is 'free', 'held' or 'past'.

    `rep_ids`: with whom it is booked, or who is free then. `opens_at`, `closes_at`: from when until when its call can be joined, if it
    was not ended before.
    """

    starts_at: datetime
    state: State
    rep_ids: tuple[int, ...]
    appointment_id: int | None = None
    name: str = ''
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether there is a call that can be joined at this instant."""
        return self.opens_at is not None and self.closes_at is not None and self.opens_at <= now < self.closes_at


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
    booked = [_booked(own) for own in appointments.booked_on(whose, day, zone)]
    empty = [Entry(slot.starts_at, _state(slot), slot.reps) for slot in _empty(day, zone, whose)]
    return sorted(booked + empty, key=lambda entry: (entry.starts_at, entry.state == 'booked', entry.rep_ids))


def _booked(own: Appointment) -> Entry:
    opens_at, closes_at = calls.window(own)
    return Entry(own.starts_at, 'booked', (own.rep_id,), own.id, own.name, opens_at, own.ended_at or closes_at)


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
