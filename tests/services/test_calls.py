"""Who may join which call and when, who sits there, and what one seat may tell the other."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import update

import db
from services import appointment_changes, appointments, calls, events, video
from services.errors import CallNotOpen, VideoUnavailable
from services.video.base import CUSTOMER, REP
from services.video.peer import PeerBackend
from tests.conftest import on_sqlite

MINUTE = timedelta(minutes=1)


# when


@on_sqlite
@pytest.mark.parametrize(('minutes', 'closes_after'), [(15, 60), (30, 60), (45, 75), (60, 90), (240, 270)])
def test_a_call_is_open_an_hour_before_and_until_the_later_of_both_ends(
    appointment: db.Appointment, minutes: int, closes_after: int
) -> None:
    appointment.minutes = minutes
    opens_at, closes_at = calls.window(appointment)
    assert appointment.starts_at - opens_at == 60 * MINUTE
    assert closes_at - appointment.starts_at == closes_after * MINUTE


@on_sqlite
@pytest.mark.parametrize(('minutes', 'expected'), [(-61, 'early'), (-60, 'open'), (0, 'open'), (89, 'open'), (90, 'over')])
def test_the_state_of_a_call_follows_its_window(appointment: db.Appointment, minutes: int, expected: str) -> None:
    assert calls.state(appointment, appointment.starts_at + minutes * MINUTE) == expected


@on_sqlite
def test_a_cancelled_appointment_has_no_call(appointment: db.Appointment) -> None:
    cancelled = appointment_changes.cancel(appointment.id)
    assert calls.state(cancelled, appointment.starts_at) == 'cancelled'


@on_sqlite
@pytest.mark.parametrize('minutes', [-61, 91])
def test_outside_its_window_a_call_admits_nobody(appointment: db.Appointment, now: Callable[[datetime], None], minutes: int) -> None:
    now(appointment.starts_at + minutes * MINUTE)
    with pytest.raises(CallNotOpen):
        asyncio.run(calls.admit(appointment.id, CUSTOMER))


@on_sqlite
def test_a_cancelled_call_admits_nobody(appointment: db.Appointment, now: Callable[[datetime], None]) -> None:
    appointment_changes.cancel(appointment.id)
    now(appointment.starts_at)
    with pytest.raises(CallNotOpen, match='cancelled'):
        asyncio.run(calls.admit(appointment.id, REP))


@on_sqlite
def test_within_its_window_a_call_admits_both_seats(appointment: db.Appointment, now: Callable[[datetime], None]) -> None:
    now(appointment.starts_at)
    assert asyncio.run(calls.admit(appointment.id, CUSTOMER)) == asyncio.run(calls.admit(appointment.id, REP)) == {'ice_servers': []}


# the video session


def test_a_session_is_made_once_and_kept(appointment: db.Appointment) -> None:
    first = calls.ensure_session(appointment.id)
    assert calls.ensure_session(appointment.id) == first
    stored = appointments.get(appointment.id)
    assert (stored.session_id, stored.session_key) == (first, 'built-in')


def test_of_many_who_make_a_session_at_once_all_get_the_same(appointment: db.Appointment, monkeypatch: pytest.MonkeyPatch) -> None:
    together, made = threading.Barrier(8), count()

    def create(_self: PeerBackend) -> str:
        together.wait(10)
        return f'session {next(made)}'

    monkeypatch.setattr(PeerBackend, 'create_session', create)
    given: list[str] = []
    threads = [threading.Thread(target=lambda: given.append(calls.ensure_session(appointment.id))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 8
    assert set(given) == {appointments.get(appointment.id).session_id}


def test_a_session_of_another_key_is_replaced(appointment: db.Appointment) -> None:
    old = update(db.Appointment).where(db.Appointment.id == appointment.id).values(session_id='old', session_key='another key')
    db.writing(lambda session: session.execute(old))
    assert calls.ensure_session(appointment.id) != 'old'
    assert appointments.get(appointment.id).session_key == 'built-in'


@on_sqlite
def test_a_platform_that_is_down_leaves_the_appointment_as_it_was(appointment: db.Appointment, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: PeerBackend) -> str:
        raise VideoUnavailable

    monkeypatch.setattr(PeerBackend, 'create_session', fail)
    with pytest.raises(VideoUnavailable):
        calls.ensure_session(appointment.id)
    assert appointments.get(appointment.id).session_id is None


@on_sqlite
def test_admitting_does_not_hold_up_the_loop(
    appointment: db.Appointment, now: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    now(appointment.starts_at)
    asked, answered = threading.Event(), threading.Event()

    def create(_self: PeerBackend) -> str:
        asked.set()
        assert answered.wait(10)
        return 'a slow session'

    async def answer() -> None:
        while not asked.is_set():
            await asyncio.sleep(0)
        answered.set()

    async def both() -> None:
        await asyncio.gather(calls.admit(appointment.id, REP), answer())

    monkeypatch.setattr(video.PeerBackend, 'create_session', create)
    asyncio.run(both())


# who sits there


class Occupant:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def peer_joined(self, meeting: str) -> None:
        self.told.append('joined')
        self.meeting = meeting

    def peer_left(self, *, hung_up: bool) -> None:
        self.told.append('hung up' if hung_up else 'silent')

    def signalled(self, signal: dict[str, Any]) -> None:
        self.told.append(signal)

    def replaced(self) -> None:
        self.told.append('replaced')


@pytest.fixture
def heard() -> Iterator[list[events.Event]]:
    """The events about seats, as they are published."""
    found: list[events.Event] = []
    stop = events.subscribe(found.append)
    yield found
    stop()


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`wait(5)`: five seconds pass for those who sit in calls."""
    at = [1000.0]
    monkeypatch.setattr(calls, 'monotonic', lambda: at[0])

    def pass_by(seconds: float) -> None:
        at[0] += seconds

    return pass_by


numbers = count(1_000_000)


@pytest.fixture
def call() -> int:
    """The number of an appointment whose call nobody else has used."""
    return next(numbers)


def test_two_who_join_are_told_of_each_other_in_one_meeting(call: int) -> None:
    riley, carol = Occupant(), Occupant()
    calls.take(call, REP, riley)
    assert riley.told == []
    calls.take(call, CUSTOMER, carol)
    assert riley.told == carol.told == ['joined']
    assert riley.meeting == carol.meeting


def test_who_is_there_can_be_asked_and_is_published(call: int, heard: list[events.Event]) -> None:
    place = calls.take(call, CUSTOMER, Occupant())
    assert calls.who_is_there(call) == {CUSTOMER}
    calls.leave(place)
    assert calls.who_is_there(call) == frozenset()
    assert heard == [events.SeatTaken(call, CUSTOMER), events.SeatLeft(call, CUSTOMER)]


def test_the_newest_tab_wins_and_the_older_is_told(call: int) -> None:
    riley, older, newer = Occupant(), Occupant(), Occupant()
    calls.take(call, REP, riley)
    place = calls.take(call, CUSTOMER, older)
    first = riley.meeting
    calls.take(call, CUSTOMER, newer)
    assert older.told == ['joined', 'replaced']
    assert newer.told == ['joined']
    assert riley.told == ['joined', 'joined']
    assert riley.meeting == newer.meeting != first
    calls.leave(place)
    assert calls.who_is_there(call) == {REP, CUSTOMER}
    assert riley.told == ['joined', 'joined']


def test_an_older_tab_that_still_beats_does_not_take_the_seat_back(call: int) -> None:
    older, newer = Occupant(), Occupant()
    place = calls.take(call, CUSTOMER, older)
    calls.take(call, CUSTOMER, newer)
    calls.beat(place)
    assert newer.told == []


def test_hanging_up_is_told(call: int) -> None:
    riley = Occupant()
    calls.take(call, REP, riley)
    calls.leave(calls.take(call, CUSTOMER, Occupant()))
    assert riley.told == ['joined', 'hung up']


def test_a_silent_seat_is_noticed_within_fifteen_seconds_and_a_beating_one_stays(
    call: int, wait: Callable[[float], None], heard: list[events.Event]
) -> None:
    riley = Occupant()
    place = calls.take(call, REP, riley)
    calls.take(call, CUSTOMER, Occupant())
    for _ in range(7):
        wait(2)
        calls.beat(place)
        calls.reap()
    assert calls.who_is_there(call) == {REP}
    assert riley.told == ['joined', 'silent']
    assert heard[-1] == events.SeatLeft(call, CUSTOMER)


def test_one_late_beat_does_not_cost_the_seat(call: int, wait: Callable[[float], None]) -> None:
    place = calls.take(call, REP, Occupant())
    wait(2 * calls.BEAT_SECONDS)
    calls.reap()
    assert calls.who_is_there(call) == {REP}
    calls.leave(place)


def test_a_silent_seat_that_beats_again_meets_the_other_anew(call: int, wait: Callable[[float], None]) -> None:
    riley, carol = Occupant(), Occupant()
    place, others = calls.take(call, CUSTOMER, carol), calls.take(call, REP, riley)
    first = riley.meeting
    wait(13)
    calls.beat(others)
    calls.reap()
    wait(30)
    calls.beat(place)
    assert riley.told == ['joined', 'silent', 'joined']
    assert carol.told == ['joined', 'joined']
    assert riley.meeting == carol.meeting != first


# what one seat tells the other


@pytest.fixture
def meeting(call: int) -> tuple[calls.Place, Occupant, str]:
    """Riley's place, Carol opposite, and the meeting's name."""
    riley, carol = Occupant(), Occupant()
    place = calls.take(call, REP, riley)
    calls.take(call, CUSTOMER, carol)
    carol.told.clear()
    return place, carol, riley.meeting


def test_a_signal_reaches_the_other_seat_of_the_same_call_only(meeting: tuple[calls.Place, Occupant, str], call: int) -> None:
    place, carol, name = meeting
    stranger = Occupant()
    calls.take(call + 500_000, CUSTOMER, stranger)
    signal = {'meeting': name, 'description': {'type': 'offer', 'sdp': '…'}}
    calls.relay(place, signal)
    assert carol.told == [signal]
    assert stranger.told == []


@pytest.mark.parametrize('signal', [None, 'text', [], {}, {'meeting': ''}, {'meeting': 'an earlier one', 'candidate': {}}])
def test_a_signal_of_no_or_another_meeting_is_dropped(meeting: tuple[calls.Place, Occupant, str], signal: object) -> None:
    place, carol, _name = meeting
    calls.relay(place, signal)
    assert carol.told == []


def test_a_signal_of_one_who_was_replaced_is_dropped(meeting: tuple[calls.Place, Occupant, str]) -> None:
    place, carol, name = meeting
    calls.take(place.appointment_id, REP, Occupant())
    carol.told.clear()
    calls.relay(place, {'meeting': name})
    assert carol.told == []


def test_a_signal_that_is_too_large_is_dropped(meeting: tuple[calls.Place, Occupant, str]) -> None:
    place, carol, name = meeting
    calls.relay(place, {'meeting': name, 'description': 'x' * 64_000})
    assert carol.told == []


def test_signals_come_no_faster_than_a_call_needs(meeting: tuple[calls.Place, Occupant, str], wait: Callable[[float], None]) -> None:
    place, carol, name = meeting
    place.signals_since = calls.monotonic()
    for _ in range(1000):
        calls.relay(place, {'meeting': name})
    assert len(carol.told) == 300
    wait(11)
    calls.relay(place, {'meeting': name})
    assert len(carol.told) == 301


def test_a_signal_to_an_empty_seat_goes_nowhere(call: int) -> None:
    place = calls.take(call, REP, Occupant())
    calls.relay(place, {'meeting': ''})
    assert calls.who_is_there(call) == {REP}
