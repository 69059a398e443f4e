"""What happened, in the past tense: frozen, with ids and times only, published after the transaction that made it true.

`publish` runs the subscribers in the caller's thread; whoever needs another thread hops there.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True)
class AppointmentBooked(Event):
    appointment_id: int
    rep_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class AppointmentRescheduled(Event):
    appointment_id: int
    rep_id: int
    starts_at: datetime
    ends_at: datetime
    earlier_starts_at: datetime
    by: str  # `outbox.CUSTOMER` or `outbox.REP`


@dataclass(frozen=True)
class AppointmentHandedOver(Event):
    appointment_id: int
    rep_id: int
    starts_at: datetime
    ends_at: datetime
    earlier_rep_id: int


@dataclass(frozen=True)
class AppointmentCancelled(Event):
    appointment_id: int
    rep_id: int
    starts_at: datetime
    ends_at: datetime


AppointmentChange = AppointmentRescheduled | AppointmentHandedOver | AppointmentCancelled  # what may become of one that is booked
APPOINTMENT_CHANGES: tuple[type[AppointmentChange], ...] = get_args(AppointmentChange)


@dataclass(frozen=True)
class TimeTaken(Event):
    """A rep's time, buffers included, is claimed by an appointment; or until `held_until` by a hold of the browser `held_by`."""

    rep_id: int
    from_at: datetime
    until_at: datetime
    held_until: datetime | None = None
    held_by: str = ''


@dataclass(frozen=True)
class TimeFreed(Event):
    rep_id: int
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class OutboxChanged(Event):
    """An outbox row of this appointment (None: of a rep) was done or dropped, or it failed, or is to be tried again."""

    appointment_id: int | None
    is_done: bool


@dataclass(frozen=True)
class SeatTaken(Event):
    """Somebody joined a call. `visit` names their stay, `engine` what carries their picture."""

    appointment_id: int
    seat: str
    visit: str
    engine: str


@dataclass(frozen=True)
class SeatLeft(Event):
    """A stay in a call is over: `how` is hung_up, silent, replaced (by somebody newer on the same seat), ended (for both) or closed.

    `heard_at`: when its browser last gave a sign of life.
    """

    appointment_id: int
    seat: str
    visit: str
    how: str
    heard_at: datetime


@dataclass(frozen=True)
class LineJudged(Event):
    """For so many seconds of this stay the line was `quality`: good, fair or poor."""

    appointment_id: int
    visit: str
    quality: str
    seconds: int
    is_relayed: bool


@dataclass(frozen=True)
class VisitsStored(Event):
    """Who is or was in this appointment's call has been written down anew."""

    appointment_id: int


@dataclass(frozen=True)
class CallEnded(Event):
    """The rep has ended the call for both."""

    appointment_id: int


@dataclass(frozen=True)
class CallReopened(Event):
    """A call that had been ended can be joined again."""

    appointment_id: int


@dataclass(frozen=True)
class MessageSaid(Event):
    """One side of a call wrote to the other; `number` counts the messages of this call."""

    appointment_id: int
    seat: str
    number: int


@dataclass(frozen=True)
class MessagesRead(Event):
    """One side of a call has read what the other wrote."""

    appointment_id: int
    seat: str


@dataclass(frozen=True)
class PresenceChanged(Event):
    """Whether a rep is online, in a call or away may be another now."""

    rep_id: int


@dataclass(frozen=True)
class AppointmentNoted(Event):
    """An appointment's outcome or private notes are not what they were."""

    appointment_id: int


@dataclass(frozen=True)
class SignInEnded(Event):
    key_hash: str


@dataclass(frozen=True)
class RepChanged(Event):
    rep_id: int


@dataclass(frozen=True)
class AvailabilityChanged(Event):
    """When this rep can be booked: their hours, time off, holidays or calendars elsewhere."""

    rep_id: int


@dataclass(frozen=True)
class BusyCalendarChanged(Event):
    """A calendar of this rep elsewhere was added or removed, is to be read at once, or was read, with or without success."""

    rep_id: int


@dataclass(frozen=True)
class KindChanged(Event):
    """A kind of appointment, or who can be booked for it, was added or is not what it was."""

    kind_id: int


Subscriber = Callable[[Event], None]
_subscribers: list[Subscriber] = []


def subscribe(subscriber: Subscriber) -> Callable[[], None]:
    """Call `subscriber` with every event from now on. Returns the function that ends it."""
    _subscribers.append(subscriber)
    return lambda: _subscribers.remove(subscriber)


def publish(event: Event) -> None:
    """Tell every subscriber. One that fails is logged and keeps nobody else from hearing it."""
    for subscriber in list(_subscribers):
        try:
            subscriber(event)
        except Exception:
            log.exception('A subscriber failed on %s', type(event).__name__)
