"""Holding a slot while a form is filled in, on both databases."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

import db
from services import appointment_changes, appointments, cells, clock, events, holds, kinds
from services.customers import Customer
from services.errors import SlotTaken, TooManyHolds
from services.repeating import Repeating
from tests.conftest import coming
from tests.waiting import until

HOME, OFFICE = '203.0.113.7', '198.51.100.1'


def take(riley: db.Rep, browser: str = 'carols', network: str = HOME, hour: int = 11) -> db.Hold:
    return holds.take(kinds.FIRST, coming(riley, hour=hour), browser, network)


def count(table: type[db.Base]) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def outlive(now: Callable[[datetime], None]) -> None:
    now(clock.now() + holds.LASTS + timedelta(seconds=1))


def test_what_one_browser_holds_no_other_can_hold_or_book(riley: db.Rep, carol: Customer) -> None:
    take(riley)
    with pytest.raises(SlotTaken):
        take(riley, 'sams')
    with pytest.raises(SlotTaken):
        appointments.book(kinds.FIRST, coming(riley), carol, browser='sams')


def test_a_booking_uses_up_the_hold_of_its_browser(riley: db.Rep, carol: Customer, heard: list[events.Event]) -> None:
    take(riley)
    appointments.book(kinds.FIRST, coming(riley), carol, browser='carols')
    assert (count(db.Hold), count(db.Cell)) == (0, 12)
    assert not [event for event in heard if isinstance(event, events.TimeFreed)]


def test_a_browser_holds_one_slot_at_a_time(riley: db.Rep, heard: list[events.Event]) -> None:
    first, second = take(riley), take(riley, hour=12)
    assert (count(db.Hold), count(db.Cell)) == (1, 12)
    assert events.TimeFreed(*cells.claim_of(first)) in heard
    taken = events.TimeTaken(*cells.claim_of(second), held_until=second.expires_at, held_by=second.browser_hash)
    assert heard[-1] == taken


def test_only_the_browser_that_holds_a_slot_can_let_it_go(riley: db.Rep, heard: list[events.Event]) -> None:
    hold = take(riley)
    heard.clear()
    holds.release('sams', hold.expires_at)
    assert (count(db.Hold), heard) == (1, [])
    holds.release('carols', hold.expires_at)
    holds.release('carols', hold.expires_at)
    assert (count(db.Hold), count(db.Cell)) == (0, 0)
    assert heard == [events.TimeFreed(*cells.claim_of(hold))]


def test_letting_an_earlier_hold_go_leaves_the_present_one(riley: db.Rep) -> None:
    earlier = take(riley)
    take(riley, hour=12)
    holds.release('carols', earlier.expires_at)
    assert count(db.Hold) == 1


def test_a_hold_that_has_run_out_stands_in_nobodys_way(riley: db.Rep, carol: Customer, now: Callable[[datetime], None]) -> None:
    take(riley)
    outlive(now)
    appointments.book(kinds.FIRST, coming(riley), carol)
    take(riley, 'sams', hour=12)
    outlive(now)
    assert take(riley, 'robins', hour=12).rep_id == riley.id


def test_who_is_free_is_told_while_somebody_writes(riley: db.Rep, robin: db.Rep, carol: Customer, now: Callable[[datetime], None]) -> None:
    starts_at = coming(riley, hour=16)
    appointment = appointments.book(kinds.FIRST, starts_at, carol, rep_id=riley.id)
    holds.take(kinds.FIRST, starts_at, 'sams', HOME, robin.id)
    outlive(now)

    def ask_meanwhile(session: db.Session) -> list[int]:
        session.execute(update(db.Revision).values(number=db.Revision.number))
        return [found.rep.id for found in appointment_changes.free_reps(appointment)]

    assert db.writing(ask_meanwhile) == []
    holds.reap()
    assert [found.rep.id for found in appointment_changes.free_reps(appointment)] == [robin.id]


def test_a_hold_ends_by_itself_and_everyone_hears_it(riley: db.Rep, now: Callable[[datetime], None], heard: list[events.Event]) -> None:
    hold, later = take(riley), take(riley, 'sams', hour=12)
    reaper = Repeating('holds', holds.reap, seconds=0.02)
    reaper.start()
    try:
        now(hold.expires_at)
        until(lambda: events.TimeFreed(*cells.claim_of(hold)) in heard, 'the end of the hold')
    finally:
        reaper.stop()
    with db.reading() as session:
        assert session.scalars(select(db.Hold.id)).all() == [later.id]


def test_one_network_address_holds_only_so_many(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    for hour in range(10, 10 + holds.MOST_PER_NETWORK):
        take(riley, f'browser {hour}', f'2001:db8:1:2::{hour}', hour)
    with pytest.raises(TooManyHolds):
        take(riley, 'one more', '2001:db8:1:2:ffff::1', 15)
    assert take(riley, 'elsewhere', '2001:db8:1:3::1', 15)
    assert take(riley, 'browser 10', '2001:db8:1:2::1', 16), 'the one it had does not count'
    outlive(now)
    assert take(riley, 'one more', '2001:db8:1:2:ffff::1', 15)


def race(*attempts: Callable[[], object]) -> Counter[str]:
    """What became of attempts that were all made at once."""
    outcomes: list[str] = []

    def attempt(what: Callable[[], object]) -> None:
        try:
            outcomes.append(type(what()).__name__)
        except (SlotTaken, TooManyHolds) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=attempt, args=(what,)) for what in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def test_of_fifty_who_hold_and_book_one_slot_at_once_exactly_one_succeeds(riley: db.Rep, carol: Customer) -> None:
    def hold(index: int) -> Callable[[], object]:
        return lambda: take(riley, f'browser {index}', f'203.0.113.{index}')

    def book(index: int) -> Callable[[], object]:
        return lambda: appointments.book(kinds.FIRST, coming(riley), carol, browser=f'other {index}')

    outcomes = race(*(make(index) for index in range(25) for make in (hold, book)))
    assert outcomes['SlotTaken'] == 49
    assert (count(db.Hold) + count(db.Appointment), count(db.Cell)) == (1, 12)


def test_many_who_hold_at_once_do_not_get_around_the_cap(riley: db.Rep) -> None:
    outcomes = race(*(lambda hour=hour: take(riley, f'browser {hour}', OFFICE, hour) for hour in range(10, 17)))  # type: ignore[misc]
    assert outcomes == {'Hold': holds.MOST_PER_NETWORK, 'TooManyHolds': 7 - holds.MOST_PER_NETWORK}
