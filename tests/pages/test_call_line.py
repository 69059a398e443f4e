"""The line of a call as its two sides read of it, and whatever else a browser may say of it."""

from datetime import timedelta
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from nicegui.testing import User

import db
from pages.components.call_engine import CallEngine
from services import appointment_changes, appointments, calls, lines, seats
from services.errors import UnknownLink
from services.video.base import CUSTOMER, REP
from services.video.peer import PeerBackend
from tests.conftest import on_sqlite
from tests.occupants import Nobody, Recorder
from tests.pages.calling import customer_in_call
from tests.pages.conftest import Now
from tests.pages.seeing import see, trigger, until, with_class

pytestmark = on_sqlite


@pytest.fixture
async def engine(opened: db.Appointment, user: User) -> CallEngine:
    """The engine of the customer's page, who has joined."""
    return await customer_in_call(user, opened)


def status(engine: CallEngine) -> tuple[str, str]:
    return engine.props['status'], engine.props['tone']


async def test_how_good_the_line_is_stands_beside_the_name(
    appointment: db.Appointment, user: User, engine: CallEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    riley, at = Recorder(), lines.monotonic()
    seats.take(appointment.id, REP, riley)
    trigger(user, engine, 'line', {'state': 'connected'})
    for loss in (0, 0.5, 0.5, 0.5):
        at += 3
        monkeypatch.setattr(lines, 'monotonic', lambda at=at: at)
        trigger(user, engine, 'statistics', {'round_trip_ms': 20, 'jitter_ms': 5, 'loss': loss, 'sent_loss': 0})
    assert status(engine) == ('Connected · poor line', 'bad')
    assert [said for said in riley.told if said in ('pause', 'go on')] == ['pause']


async def test_whose_picture_gives_way_reads_so_until_it_comes_back(
    appointment: db.Appointment, user: User, engine: CallEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats.take(appointment.id, REP, Nobody())
    trigger(user, engine, 'line', {'state': 'connected'})
    told: list[Any] = []
    monkeypatch.setattr(engine, 'run_method', lambda *said: told.append(said))
    call = seats._places[appointment.id, CUSTOMER].occupant
    call.give_way(True)
    assert status(engine) == ('Connected · poor line, so your picture is paused', 'bad')
    call.give_way(False)
    assert status(engine) == ('Connected', 'good')
    assert told == [('give_way', True), ('give_way', False)]


async def test_who_finds_no_way_reads_what_to_do_until_there_is_one(appointment: db.Appointment, user: User, engine: CallEngine) -> None:
    seats.take(appointment.id, REP, Nobody())
    seats._places[appointment.id, CUSTOMER].occupant.found_no_way()
    trigger(user, engine, 'line', {'state': 'failed'})
    assert status(engine)[0].startswith('There is no way from your network to Riley Berger. Please try another one')
    trigger(user, engine, 'line', {'state': 'connected'})
    trigger(user, engine, 'line', {'state': 'disconnected'})
    assert status(engine) == ('The connection is unstable …', 'bad')


async def test_a_page_that_is_gone_and_does_not_come_back_gives_its_seat_up(
    appointment: db.Appointment, user: User, engine: CallEngine
) -> None:
    trigger(user, engine, 'page_gone')
    seats.reap()
    assert seats.who_is_there(appointment.id) == {CUSTOMER}
    seats._places[appointment.id, CUSTOMER].heard_at -= 7
    seats.reap()
    assert seats.who_is_there(appointment.id) == frozenset()


ANYTHING = None, 'text', 7, [], [{}], {}, {'state': 7, 'meeting': {}, 'name': None, 'kinds': 'all', 'loss': 'x', 'camera': 'x'}


async def test_whatever_a_browser_says_nothing_breaks(appointment: db.Appointment, user: User, engine: CallEngine) -> None:
    seats.take(appointment.id, REP, Nobody())
    form = with_class(user, 'message-form')
    for said in ANYTHING:
        trigger(user, form, 'submit', said)
        for event in ('line', 'statistics', 'signal', 'devices', 'connection', 'lost', 'chat', 'beat', 'end', 'page_gone'):
            trigger(user, engine, event, said)
    for said in ANYTHING:
        for event in ('join', 'asking', 'problem'):
            trigger(user, engine, event, said)
    await see(user, 'Try again')


async def test_the_clock_of_the_call_stands_still_while_one_is_alone(
    appointment: db.Appointment, now: Now, engine: CallEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(engine, 'run_method', lambda name, *words: told.append(words[-1]) if name == 'peer_joined' else None)
    place = seats.take(appointment.id, REP, Nobody())
    now(appointment.starts_at + timedelta(minutes=2))
    seats.leave(place)
    now(appointment.starts_at + timedelta(minutes=9))
    seats.take(appointment.id, REP, Nobody())
    now(appointment.starts_at + timedelta(minutes=10))
    seats.take(appointment.id, REP, Nobody())
    assert told == [0, 120, 180]


async def test_who_is_in_a_call_that_is_moved_to_later_can_be_mended_until_then(
    appointment: db.Appointment, engine: CallEngine, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats.take(appointment.id, REP, Nobody())
    monkeypatch.setattr(PeerBackend, 'credentials', lambda _self, _session, seat, *, until: {seat: until.isoformat()})
    told: list[Any] = []
    monkeypatch.setattr(engine, 'run_method', lambda *said: told.append(said))
    moved = appointment_changes.reschedule(appointment.id, appointment.starts_at + timedelta(hours=2), by='rep')
    _opens_at, closes_at = calls.window(moved)
    await until(lambda: ('prolong', {CUSTOMER: closes_at.isoformat()}) in told, user, 'the new credentials')


async def test_who_has_lost_the_right_to_join_gets_nothing_new_when_the_call_is_moved(
    appointment: db.Appointment, engine: CallEngine, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats.take(appointment.id, REP, Nobody())
    prolong = AsyncMock()
    monkeypatch.setattr(calls, 'prolong', prolong)
    monkeypatch.setattr(appointments, 'by_key', Mock(side_effect=UnknownLink))
    appointment_changes.reschedule(appointment.id, appointment.starts_at + timedelta(hours=2), by='rep')
    await until(lambda: user.notify.contains(UnknownLink.sentence), user, 'the key to be looked at')
    assert not prolong.called


async def test_what_a_browser_reports_of_one_who_has_hung_up_comes_too_late(
    appointment: db.Appointment, user: User, engine: CallEngine
) -> None:
    place = seats.take(appointment.id, REP, Nobody())
    trigger(user, engine, 'line', {'state': 'connected'})
    seats.leave(place)
    trigger(user, engine, 'line', {'state': 'connected'})
    assert status(engine)[0].endswith('has left the call.')
