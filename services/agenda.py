"""A rep's day as one list: the booked appointments, and between them the times at which nothing is booked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from db import Rep
from services import appointments, availability, kinds
from services.slots import Slot


@dataclass(frozen=True)
class Entry:
    """A time of the day. With an appointment it is 'booked' and says whose; without one it is 'free', 'held' or 'past'."""

    starts_at: datetime
    state: Literal['free', 'held', 'past', 'booked']
    appointment_id: int | None = None
    name: str = ''


def entries_on(rep: Rep, day: date) -> list[Entry]:
    """The entries of this date in the rep's zone, in order: the grid of the first kind they are booked for, and what is booked.

    An appointment stands at its own time, also when it is off that grid; what it overlaps on the grid is left out.
    """
    zone = ZoneInfo(rep.time_zone)
    booked = [Entry(found.starts_at, 'booked', found.id, found.name) for found in appointments.booked_on(rep.id, day, zone)]
    grid = [slot for kind in kinds.of_rep(rep.id)[:1] for slot in availability.slots_on(kind.id, day, zone, rep_id=rep.id)]
    return sorted(booked + [_empty(slot) for slot in grid if slot.state != 'taken'], key=lambda entry: entry.starts_at)


def _empty(slot: Slot) -> Entry:
    return Entry(slot.starts_at, 'past' if slot.state == 'past' else 'held' if slot.state == 'held' else 'free')
