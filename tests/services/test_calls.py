"""Who may join which call and when, and its video session."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import update

import db
from services import appointment_changes, appointments, calls, pace, video
from services.errors import CallNotOpen, Failed, TooManyTries, VideoUnavailable
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
    admission = calls.Admission({'ice_servers': [], 'relay_always': False}, appointment.starts_at + 90 * MINUTE, talked=timedelta())
    assert asyncio.run(calls.admit(appointment.id, CUSTOMER)) == asyncio.run(calls.admit(appointment.id, REP)) == admission


@on_sqlite
async def test_a_seat_is_joined_only_so_often_within_a_minute(
    appointment: db.Appointment, now: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    now(appointment.starts_at)
    monkeypatch.setattr(pace, 'monotonic', lambda: 1000.0)
    for _ in range(calls.JOINS_MOST):
        await calls.admit(appointment.id, CUSTOMER)
    with pytest.raises(TooManyTries, match='joined many times just now'):
        await calls.admit(appointment.id, CUSTOMER)
    await calls.admit(appointment.id, REP)
    monkeypatch.setattr(pace, 'monotonic', lambda: 1000.0 + calls.JOINS_SECONDS + 1)
    await calls.admit(appointment.id, CUSTOMER)


@on_sqlite
def test_a_call_that_was_ended_admits_nobody_until_it_is_opened_again(appointment: db.Appointment, now: Callable[[datetime], None]) -> None:
    now(appointment.starts_at)
    asyncio.run(calls.end(appointment.id))
    with pytest.raises(CallNotOpen, match='ended'):
        asyncio.run(calls.admit(appointment.id, CUSTOMER))
    asyncio.run(calls.reopen(appointment.id))
    assert asyncio.run(calls.admit(appointment.id, CUSTOMER)).credentials == {'ice_servers': [], 'relay_always': False}


@on_sqlite
def test_ending_the_call_of_an_appointment_that_was_moved_meanwhile_leaves_its_new_time_open(
    appointment: db.Appointment, now: Callable[[datetime], None]
) -> None:
    now(appointment.starts_at)
    later = appointment.starts_at + timedelta(days=1)
    appointment_changes.reschedule(appointment.id, later, by='rep', seen=appointment.calendar_sequence)
    asyncio.run(calls.end(appointment.id))
    assert calls.state(appointments.get(appointment.id), later) == 'open'


@on_sqlite
def test_what_goes_wrong_unexpectedly_at_joining_is_a_sentence(
    appointment: db.Appointment, now: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_self: PeerBackend) -> str:
        raise RuntimeError

    monkeypatch.setattr(PeerBackend, 'create_session', fail)
    now(appointment.starts_at)
    with pytest.raises(Failed, match='Please try again'):
        asyncio.run(calls.admit(appointment.id, CUSTOMER))
    assert '_admit failed' in caplog.text
    caplog.clear()


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
