"""What events make of slots that were read before: the same as reading them again would."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services import slot_changes, slots, wall_clock
from services.cells import Claim
from services.plans import Hours, Plan
from services.slots import Offer, Slot, Taken

RILEY, ROBIN = 1, 2
DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLAN = Plan(ZoneInfo('UTC'), (Hours(1, time(9), time(12)),), minutes=30, step_minutes=30, before_minutes=10, after_minutes=5)

Event = tuple[str, int, int, int]  # what happens to whose time, from when until when, in minutes after nine


def claim(rep_id: int, first: int, last: int) -> Claim:
    nine = datetime.combine(DAY, time(9), UTC)
    return Claim(rep_id, nine + timedelta(minutes=first), nine + timedelta(minutes=last))


def read(taken: dict[Claim, bool]) -> list[Slot]:
    """The day's slots as the database would tell them; `taken` says which claims are only held."""
    offers = [
        Offer(rep_id, PLAN, [Taken(own.from_at, own.until_at, is_held) for own, is_held in taken.items() if own.rep_id == rep_id])
        for rep_id in (RILEY, ROBIN)
    ]
    return slots.slots_between(*wall_clock.day_span(DAY, PLAN.zone), offers, NOW, NOW)


def told(found: list[Slot]) -> list[tuple[str, tuple[int, ...], frozenset[object]]]:
    return [(slot.state, slot.reps, frozenset(slot.held)) for slot in found]


@pytest.mark.parametrize(
    'story',
    [
        [('held', RILEY, 50, 95), ('freed', RILEY, 50, 95)],
        [('held', RILEY, 50, 95), ('held', ROBIN, 50, 95), ('taken', RILEY, 50, 95), ('freed', ROBIN, 50, 95)],
        [('held', RILEY, 20, 65), ('held', RILEY, 80, 125), ('freed', RILEY, 20, 65), ('freed', RILEY, 80, 125)],
        [('taken', RILEY, 20, 65), ('taken', ROBIN, 20, 65), ('held', RILEY, 65, 110)],
        [('held', RILEY, 20, 65), ('taken', RILEY, 65, 110), ('held', ROBIN, 110, 155)],
    ],
)
def test_slots_follow_what_happens_without_being_read_again(story: list[Event]) -> None:
    taken: dict[Claim, bool] = {}
    shown: list[Slot] | None = read(taken)
    for what, rep_id, first, last in story:
        changed = claim(rep_id, first, last)
        assert shown is not None
        if what == 'freed':
            del taken[changed]
            shown = slot_changes.after_freeing(shown, changed)
        else:
            taken[changed] = what == 'held'
            shown = slot_changes.after_taking(shown, changed, is_held=what == 'held')
        assert shown is not None
        assert told(shown) == told(read(taken))


def test_what_only_the_database_can_tell_must_be_read_again() -> None:
    own = claim(RILEY, 50, 95)
    assert slot_changes.after_freeing(read({own: False}), own) is None
    hidden = claim(RILEY, 60, 70)
    shown = read({own: True, hidden: False})
    assert slot_changes.after_freeing(shown, own) is None, 'whether anything else stands there was never read'


def test_what_touches_no_slot_changes_none() -> None:
    shown = read({})
    late = claim(RILEY, 600, 700)
    assert not slot_changes.touches(shown, late)
    assert slot_changes.after_taking(shown, late, is_held=False) == shown
    assert slot_changes.after_freeing(shown, late) == shown


def test_a_slot_grows_too_soon_and_then_past_but_a_taken_one_stays_taken() -> None:
    shown = read({claim(RILEY, 0, 20): False, claim(ROBIN, 0, 20): False})
    nine = shown[0].starts_at
    later = slot_changes.aged(shown, now=nine + timedelta(minutes=30), earliest=nine + timedelta(minutes=61))
    assert [slot.state for slot in later] == ['taken', 'past', 'soon', 'free', 'free', 'free']
