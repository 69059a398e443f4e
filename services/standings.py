"""How the calls stand for those who look on: who is there, since when, and whether they may be gone."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Literal

from services import seats
from services.video.base import CUSTOMER, REP

QUIET_SECONDS = 7  # a beat, and some time for it on the way


@dataclass(frozen=True)
class Standing:
    """How a call stands for its customer: they have not come, wait alone, talk, or left; and since when."""

    state: Literal['nobody', 'waiting', 'talking', 'left']
    since: datetime | None = None


def standing(appointment_id: int) -> Standing:
    """How this appointment's call stands for its customer."""
    customer, rep = seats.place_of(appointment_id, CUSTOMER), seats.place_of(appointment_id, REP)
    if customer and rep:
        return Standing('talking', max(customer.since, rep.since))
    if customer:
        return Standing('waiting', customer.since)
    left_at = seats.left_at(appointment_id, CUSTOMER)
    return Standing('left', left_at) if left_at else Standing('nobody')


def customer_since(appointment_id: int) -> datetime | None:
    """From when on this appointment's customer has been in its call, but for moments; nothing when they are not there."""
    place = seats.place_of(appointment_id, CUSTOMER)
    return place.since if place else None


def is_quiet(appointment_id: int) -> bool:
    """Whether the customer, who has the seat, may be gone: the page is, or nothing was heard of it for longer than a beat takes."""
    place = seats.place_of(appointment_id, CUSTOMER)
    return place is not None and (place.is_page_gone or monotonic() - place.heard_at > QUIET_SECONDS)


def colleague_in(appointment_id: int, rep_id: int) -> int | None:
    """The rep who sits in this appointment's call, other than this one; nothing when nobody else does."""
    place = seats.place_of(appointment_id, REP)
    return place.rep_id if place and place.rep_id != rep_id else None


def sits_in(appointment_id: int, rep_id: int) -> bool:
    """Whether this rep sits in this appointment's call, whosever it is."""
    place = seats.place_of(appointment_id, REP)
    return place is not None and place.rep_id == rep_id


def is_in_call(rep_id: int) -> bool:
    """Whether this rep sits in a call, whosever appointment it is."""
    return any(place.rep_id == rep_id for place in seats.taken(REP))


def is_in_another_call(rep_id: int, but: int) -> bool:
    """The same of calls other than the one of the appointment `but`."""
    return any(place.rep_id == rep_id and place.appointment_id != but for place in seats.taken(REP))
