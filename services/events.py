"""What happened, in the past tense: frozen, with ids and times only, published after the transaction that made it true.

What has several names, as `SeatChange`, is published as one of those under it.

`publish` runs the subscribers in the caller's thread; whoever needs another thread hops there.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True)
class AppointmentChange(Event):
    """What becomes of an appointment, with the rep and the time it has now, or had until it was cancelled."""

    appointment_id: int
    rep_id: int
    starts_at: datetime
    ends_at: datetime


class AppointmentBooked(AppointmentChange):
    pass


@dataclass(frozen=True)
class AppointmentRescheduled(AppointmentChange):
    earlier_starts_at: datetime
    by: str  # `outbox.CUSTOMER` or `outbox.REP`


@dataclass(frozen=True)
class AppointmentHandedOver(AppointmentChange):
    earlier_rep_id: int


class AppointmentCancelled(AppointmentChange):
    pass


@dataclass(frozen=True)
class TimeChange(Event):
    """A rep's time, buffers included."""

    rep_id: int
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class TimeTaken(TimeChange):
    """It is claimed by an appointment; or until `held_until` by a hold of the browser `held_by`."""

    held_until: datetime | None = None
    held_by: str = ''


class TimeFreed(TimeChange):
    pass


@dataclass(frozen=True)
class OutboxChanged(Event):
    """An outbox row of this appointment (None: of a rep) was done or dropped, or it failed, or is to be tried again."""

    appointment_id: int | None
    is_done: bool


@dataclass(frozen=True)
class SeatChange(Event):
    """Who is in a call is not what it was. `visit` names the stay that begins or ends."""

    appointment_id: int
    seat: str
    visit: str


@dataclass(frozen=True)
class SeatTaken(SeatChange):
    """Somebody joined; `engine` carries their picture, `rep_id` says which rep it is, unless it is the customer."""

    engine: str
    rep_id: int | None = None


@dataclass(frozen=True)
class SeatLeft(SeatChange):
    """A stay is over: `how` is hung_up, silent, replaced (by somebody newer on the same seat), ended (for both) or closed.

    `heard_at`: when its browser last gave a sign of life.
    """

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
class CallChange(Event):
    """Whether a call can be joined is not what it was."""

    appointment_id: int


class CallEnded(CallChange):
    """The rep has ended it for both."""


class CallReopened(CallChange):
    """It had been ended, and can be joined again."""


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
