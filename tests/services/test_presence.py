"""Whether a rep is there for who waits: online, in another call, or away."""

from collections.abc import Callable, Iterator

import pytest

import db
from services import appointments, events, kinds, presence, seats
from services.customers import Customer
from services.video.base import CUSTOMER, REP
from tests.conftest import coming, on_sqlite
from tests.occupants import Nobody


@pytest.fixture
def pass_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`pass_by(5)`: five seconds pass."""
    at = [1000.0]
    monkeypatch.setattr(presence, 'monotonic', lambda: at[0])

    def wait(seconds: float) -> None:
        at[0] += seconds
        presence.reap()

    return wait


@pytest.fixture
def changes(riley: db.Rep) -> Iterator[list[events.Event]]:
    """What is told about presence."""
    found: list[events.Event] = []
    stop = events.subscribe(lambda event: found.append(event) if isinstance(event, events.PresenceChanged) else None)
    yield found
    stop()


@on_sqlite
def test_a_rep_is_online_while_one_of_their_pages_is_open(
    riley: db.Rep, changes: list[events.Event], pass_by: Callable[[float], None]
) -> None:
    assert presence.state(riley.id, 0) == 'absent'
    presence.arrive(riley.id, 'desk')
    presence.arrive(riley.id, 'phone')
    presence.leave(riley.id, 'desk')
    pass_by(60)
    assert presence.state(riley.id, 0) == 'online'
    presence.leave(riley.id, 'phone')
    pass_by(60)
    assert presence.state(riley.id, 0) == 'absent'
    assert changes == [events.PresenceChanged(riley.id)] * 2


@on_sqlite
def test_a_reload_is_not_noticed(riley: db.Rep, changes: list[events.Event], pass_by: Callable[[float], None]) -> None:
    presence.arrive(riley.id, 'before')
    presence.leave(riley.id, 'before')
    pass_by(presence.PATIENCE_SECONDS - 1)
    assert presence.state(riley.id, 0) == 'online'
    presence.arrive(riley.id, 'after')
    pass_by(60)
    assert presence.state(riley.id, 0) == 'online'
    assert changes == [events.PresenceChanged(riley.id)]


@on_sqlite
def test_a_page_that_left_twice_leaves_once(riley: db.Rep, changes: list[events.Event], pass_by: Callable[[float], None]) -> None:
    presence.arrive(riley.id, 'desk')
    presence.leave(riley.id, 'desk')
    pass_by(60)
    presence.leave(riley.id, 'desk')
    pass_by(60)
    assert len(changes) == 2


def test_who_says_they_are_away_is_away_with_a_page_open(riley: db.Rep, changes: list[events.Event]) -> None:
    presence.arrive(riley.id, 'desk')
    presence.set_away(riley.id, True)
    assert presence.state(riley.id, 0) == 'away'
    presence.set_away(riley.id, False)
    assert presence.state(riley.id, 0) == 'online'
    assert len(changes) == 3


def test_a_rep_is_in_another_call_only_for_those_who_wait_for_another_one(
    riley: db.Rep, robin: db.Rep, appointment: db.Appointment, carol: Customer
) -> None:
    other = appointments.book(kinds.FIRST, coming(riley, hour=14), carol, rep_id=riley.id)
    presence.arrive(riley.id, 'desk')
    presence.arrive(robin.id, 'desk')
    seats.take(appointment.id, CUSTOMER, Nobody())
    seats.take(other.id, REP, Nobody(), rep_id=riley.id)
    assert presence.state(riley.id, but=appointment.id) == 'in_call'
    assert presence.state(riley.id, but=other.id) == 'waiting'
    assert presence.state(robin.id, but=appointment.id) == 'online'


@on_sqlite
def test_who_takes_a_colleagues_call_is_in_it_and_the_colleague_is_not(riley: db.Rep, robin: db.Rep, appointment: db.Appointment) -> None:
    presence.arrive(riley.id, 'desk')
    presence.arrive(robin.id, 'desk')
    seats.take(appointment.id, REP, Nobody(), rep_id=robin.id)
    assert presence.state(riley.id, but=0) == 'online'
    assert presence.state(robin.id, but=0) == 'in_call'


@on_sqlite
def test_a_colleague_who_waits_is_waited_with(riley: db.Rep, robin: db.Rep, appointment: db.Appointment) -> None:
    seats.take(appointment.id, REP, Nobody(), rep_id=robin.id)
    assert presence.state(riley.id, but=appointment.id) == 'waiting'
    assert presence.state(riley.id, but=0) == 'absent'


@on_sqlite
def test_a_rep_waits_in_a_call_until_its_customer_comes(riley: db.Rep, appointment: db.Appointment) -> None:
    presence.arrive(riley.id, 'desk')
    seats.take(appointment.id, REP, Nobody(), rep_id=riley.id)
    assert presence.state(riley.id, but=appointment.id) == 'waiting'
    seats.take(appointment.id, CUSTOMER, Nobody())
    assert presence.state(riley.id, but=appointment.id) == 'online'
