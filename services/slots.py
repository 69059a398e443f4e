"""From what reps offer to slots, as anybody in any zone sees them: what is taken away, and what is said of the rest.

Pure: no clock, no database.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.plans import CELL, Plan, starts_between


@dataclass(frozen=True)
class Taken:
    """A time at which a rep is not free, aware UTC; `is_held` while somebody only thinks about it."""

    from_at: datetime
    until_at: datetime
    is_held: bool = False


@dataclass(frozen=True)
class Offer:
    """What one rep offers, and when they are not free; `full_days` are dates of theirs on which nothing more may start."""

    rep_id: int
    plan: Plan
    taken: Sequence[Taken] = ()
    full_days: Set[date] = frozenset()


@dataclass(frozen=True)
class Slot:
    """A start that is offered. `state` is 'free', 'held', 'taken', 'soon' (too soon to be booked) or 'past'; `reps` are those free then.

    It would take a rep's time from `from_at` until `until_at`, buffers included. `held` are the holds, as (rep, from, until), but for which
    more reps were free.
    """

    starts_at: datetime
    minutes: int
    state: str
    from_at: datetime
    until_at: datetime
    reps: tuple[int, ...] = ()
    held: tuple[tuple[int, datetime, datetime], ...] = ()


def cells(from_at: datetime, until_at: datetime) -> list[datetime]:
    """The starts of the five-minute cells between two instants, in order."""
    return [from_at + CELL * index for index in range(-(-(until_at - from_at) // CELL))]


def free_starts(first: datetime, last: datetime, offer: Offer) -> list[datetime]:
    """The starts from `first` to before `last` at which the rep is free for the whole slot, buffers included."""
    starts = _without(starts_between(first, last, offer.plan), offer.plan, offer.taken)
    if not offer.full_days:
        return starts
    return [start for start in starts if start.astimezone(offer.plan.zone).date() not in offer.full_days]


def free_reps(first: datetime, last: datetime, offers: Iterable[Offer]) -> dict[datetime, list[int]]:
    """The free starts from `first` to before `last`, in order, each with the reps who are free then."""
    found: dict[datetime, list[int]] = {}
    for offer in offers:
        for start in free_starts(first, last, offer):
            found.setdefault(start, []).append(offer.rep_id)
    return dict(sorted(found.items()))


def slots_between(first: datetime, last: datetime, offers: Sequence[Offer], now: datetime, earliest: datetime) -> list[Slot]:
    """Every slot that starts from `first` to before `last`, in order; what starts before `earliest` cannot be booked any more."""
    free, held = free_reps(first, last, offers), _held(first, last, offers)
    plans = {start: offer.plan for offer in offers for start in starts_between(first, last, offer.plan)}
    return [
        Slot(
            start,
            plans[start].minutes,
            _state(start, now, earliest, start in free, start in held),
            *plans[start].claim(start),
            tuple(free.get(start, ())),
            tuple(held.get(start, ())),
        )
        for start in sorted(plans)
    ]


def _state(start: datetime, now: datetime, earliest: datetime, is_free: bool, is_held: bool) -> str:
    if not is_free:
        return 'held' if is_held else 'taken'
    if start <= now:
        return 'past'
    return 'free' if start >= earliest else 'soon'


def _held(first: datetime, last: datetime, offers: Iterable[Offer]) -> dict[datetime, list[tuple[int, datetime, datetime]]]:
    """The starts at which a rep would be free but for holds, each with these holds."""
    found: dict[datetime, list[tuple[int, datetime, datetime]]] = {}
    for offer in offers:
        holds = [taken for taken in offer.taken if taken.is_held]
        unheld = replace(offer, taken=[taken for taken in offer.taken if not taken.is_held])
        starts = free_starts(first, last, unheld) if holds else []
        for hold in holds:
            for start in _touched(starts, offer.plan, hold):
                found.setdefault(start, []).append((offer.rep_id, hold.from_at, hold.until_at))
    return found


def _without(starts: list[datetime], plan: Plan, taken: Iterable[Taken]) -> list[datetime]:
    """These starts, which are in order, without those whose claim would reach into what is taken."""
    gone = {start for span in taken for start in _touched(starts, plan, span)}
    return [start for start in starts if start not in gone] if gone else starts


def _touched(starts: list[datetime], plan: Plan, span: Taken) -> list[datetime]:
    """Those of the starts, which are in order, whose claim would reach into this time."""
    tail, head = timedelta(minutes=plan.minutes + plan.after_minutes), timedelta(minutes=plan.before_minutes)
    return starts[bisect_right(starts, span.from_at - tail) : bisect_left(starts, span.until_at + head)]
