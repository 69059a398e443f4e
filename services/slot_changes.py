"""What an event makes of slots that were read before it, without reading them again. Pure, like `slots`."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.cells import Claim
from services.slots import Slot

Holds = tuple[tuple[int, datetime, datetime], ...]


def touches(slots: Iterable[Slot], claim: Claim) -> bool:
    """Whether any of the slots would take some of this time."""
    return any(_touches(slot, claim) for slot in slots)


def after_taking(slots: Iterable[Slot], claim: Claim, *, is_held: bool) -> list[Slot]:
    """The slots, after this time of a rep was taken by an appointment, or held."""
    return [_after_taking(slot, claim, is_held) if _touches(slot, claim) else slot for slot in slots]


def after_freeing(slots: Iterable[Slot], claim: Claim) -> list[Slot] | None:
    """The slots, after this time of a rep was freed; None when only reading them again can tell."""
    changed = {slot.starts_at: slot for slot in slots if _touches(slot, claim) and claim.rep_id not in slot.reps}
    if any(claim not in slot.held for slot in changed.values()):
        return None
    return [_after_freeing(slot, claim) if slot.starts_at in changed else slot for slot in slots]


def aged(slots: Iterable[Slot], now: datetime, earliest: datetime) -> list[Slot]:
    """The slots as they are now: what starts before `earliest` cannot be booked any more."""
    return [_aged(slot, now) if slot.reps and slot.starts_at < earliest else slot for slot in slots]


def _touches(slot: Slot, claim: Claim) -> bool:
    return slot.from_at < claim.until_at and claim.from_at < slot.until_at


def _after_taking(slot: Slot, claim: Claim, is_held: bool) -> Slot:
    if claim.rep_id not in slot.reps and claim.rep_id not in _holders(slot.held):
        return slot
    others = tuple(hold for hold in slot.held if hold != claim and (is_held or hold[0] != claim.rep_id))
    reps = tuple(rep_id for rep_id in slot.reps if rep_id != claim.rep_id)
    return _with(slot, reps, (*others, claim) if is_held else others)


def _after_freeing(slot: Slot, claim: Claim) -> Slot:
    held = tuple(hold for hold in slot.held if hold != claim)
    is_free = claim.rep_id not in _holders(held)
    return _with(slot, tuple(sorted((*slot.reps, claim.rep_id))) if is_free else slot.reps, held)


def _holders(held: Holds) -> set[int]:
    return {rep_id for rep_id, _, _ in held}


def _with(slot: Slot, reps: tuple[int, ...], held: Holds) -> Slot:
    """The slot with these reps and holds. Whether one that is free again can still be booked is for `aged` to say."""
    if not reps:
        return replace(slot, state='held' if held else 'taken', reps=reps, held=held)
    return replace(slot, state=slot.state if slot.state in ('past', 'soon') else 'free', reps=reps, held=held)


def _aged(slot: Slot, now: datetime) -> Slot:
    return replace(slot, state='past' if slot.starts_at <= now else 'soon')
