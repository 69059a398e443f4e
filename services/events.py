"""What happened, in the past tense: frozen, with ids and times only, published after the transaction that made it true.

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
class AppointmentBooked(Event):
    appointment_id: int
    rep_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class AppointmentCancelled(Event):
    appointment_id: int
    rep_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class OutboxChanged(Event):
    """An outbox row of this appointment was done (or dropped); or it failed, for now or for good, or is to be tried again."""

    appointment_id: int
    is_done: bool


@dataclass(frozen=True)
class SeatTaken(Event):
    appointment_id: int
    seat: str


@dataclass(frozen=True)
class SeatLeft(Event):
    appointment_id: int
    seat: str


@dataclass(frozen=True)
class SignInEnded(Event):
    key_hash: str


@dataclass(frozen=True)
class RepChanged(Event):
    rep_id: int


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
