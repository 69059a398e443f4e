"""Who is put out of a call is cut off from the video platform too."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

import db
from services import calls, connections, seats
from services.places import Place
from services.video.base import CUSTOMER, REP, Seat
from tests.conftest import Configure, on_sqlite
from tests.occupants import Nobody
from tests.opentok_platform import Platform
from tests.waiting import until

pytestmark = on_sqlite


@pytest.fixture
def platform(running_platform: Platform, database: str, configure: Configure, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The platform in use, from which nobody has been cut off yet, and the one who listens for it."""
    configure(DATABASE_URL=database, **running_platform.variables)
    running_platform.cut.clear()
    connections.start()
    yield running_platform
    connections.stop()
    running_platform.down = False


@pytest.fixture
def session_id(appointment: db.Appointment, platform: Platform) -> str:
    """The session of the appointment's call."""
    return calls.ensure_session(appointment.id)


Sit = Callable[..., Place]


@pytest.fixture
def sit(appointment: db.Appointment, session_id: str) -> Iterator[Sit]:
    """`sit(REP, 'a')`: a place in the call whose browser has this connection."""
    taken: list[Place] = []

    def take(seat: Seat, connection: str, closes_at: datetime | None = None) -> Place:
        taken.append(seats.take(appointment.id, seat, Nobody(), closes_at=closes_at))
        connections.name(taken[-1], connection)
        return taken[-1]

    yield take
    connections.stop()  # what follows is nobody's business any more
    for place in taken:
        seats.leave(place)


def expect_cut(platform: Platform, session_id: str, *names: str) -> None:
    """These connections have been cut, and no others."""
    until(lambda: len(platform.cut) >= len(names), 'the platform to be asked')
    assert sorted(platform.cut) == sorted((session_id, name) for name in names)


def fall_silent(place: Place) -> None:
    place.heard_at -= seats.SILENCE_SECONDS + 1
    seats.reap()


def test_who_is_replaced_is_cut_off(platform: Platform, session_id: str, sit: Sit) -> None:
    for connection in ('older', 'newer'):
        sit(CUSTOMER, connection)
    expect_cut(platform, session_id, 'older')


async def test_both_are_cut_off_when_the_call_is_ended(appointment: db.Appointment, platform: Platform, session_id: str, sit: Sit) -> None:
    sit(REP, 'rep')
    fall_silent(sit(CUSTOMER, 'customer'))
    await calls.end(appointment.id)
    expect_cut(platform, session_id, 'rep', 'customer')


def test_both_are_cut_off_when_the_time_is_over(
    appointment: db.Appointment, platform: Platform, session_id: str, sit: Sit, now: Callable[[datetime], None]
) -> None:
    for seat in (REP, CUSTOMER):
        sit(seat, seat, closes_at=appointment.starts_at)
    now(appointment.starts_at + timedelta(days=1))
    seats.reap()
    expect_cut(platform, session_id, REP, CUSTOMER)


def test_who_only_fell_silent_keeps_the_connection_until_somebody_newer_comes(platform: Platform, session_id: str, sit: Sit) -> None:
    place = sit(CUSTOMER, 'unheard')
    fall_silent(place)
    seats.beat(place)
    fall_silent(place)
    assert platform.cut == []
    sit(CUSTOMER, 'newer')
    expect_cut(platform, session_id, 'unheard')


@pytest.mark.parametrize('seat', [REP, CUSTOMER])
def test_who_hangs_up_is_cut_off_whatever_their_browser_does(platform: Platform, session_id: str, sit: Sit, seat: Seat) -> None:
    seats.leave(sit(seat, 'kept'))
    expect_cut(platform, session_id, 'kept')


THEIRS = '{"seat": "customer", "id": "0123456789abcdef"}'


def test_a_customer_whose_browser_names_nothing_is_cut_off_by_what_the_reps_has_seen(platform: Platform, session_id: str, sit: Sit) -> None:
    rep, silent = sit(REP, 'rep'), sit(CUSTOMER, '')
    connections.see(rep, 'unnamed', THEIRS)
    fall_silent(silent)
    seats.beat(silent)
    assert platform.cut == []
    seats.leave(silent)
    expect_cut(platform, session_id, 'unnamed')


def test_a_customer_who_is_replaced_is_cut_off_by_what_the_rep_has_seen_and_the_newer_is_not(
    platform: Platform, session_id: str, sit: Sit
) -> None:
    rep = sit(REP, 'rep')
    sit(CUSTOMER, '')
    connections.see(rep, 'older', THEIRS)
    sit(CUSTOMER, '')
    connections.see(rep, 'newer', THEIRS)
    expect_cut(platform, session_id, 'older')


def test_a_customer_who_is_in_the_session_and_not_in_the_call_is_cut_off_at_once(platform: Platform, session_id: str, sit: Sit) -> None:
    rep = sit(REP, 'rep')
    connections.see(rep, 'by-an-old-token', THEIRS)
    expect_cut(platform, session_id, 'by-an-old-token')


def test_a_rep_who_reloads_has_nobody_cut_off_who_only_fell_silent(platform: Platform, session_id: str, sit: Sit) -> None:
    rep, silent = sit(REP, 'rep'), sit(CUSTOMER, 'unheard')
    fall_silent(silent)
    rep.heard_at = silent.heard_at + 2 * seats.SILENCE_SECONDS
    rep = sit(REP, 'rep-again')
    connections.see(rep, 'unheard', THEIRS)
    seats.beat(silent)
    expect_cut(platform, session_id, 'rep')


@pytest.mark.parametrize('data', ['', 'text', '[]', '[' * 1000, '{"seat": "rep", "id": "0123456789abcdef"}'])
def test_what_is_no_connection_of_a_customer_is_cut_by_no_word(platform: Platform, session_id: str, sit: Sit, data: str) -> None:
    connections.see(sit(REP, 'rep'), 'another', data)
    connections.see(sit(CUSTOMER, 'customer'), 'reps', THEIRS)
    sit(CUSTOMER, 'newer')
    expect_cut(platform, session_id, 'customer')


@pytest.mark.parametrize('named', ['rep', '', '../project', 'a b', 'x' * 65])
def test_a_browser_cannot_have_the_other_side_cut_off_nor_anything_else(platform: Platform, session_id: str, sit: Sit, named: str) -> None:
    sit(REP, 'rep')
    sit(CUSTOMER, named)
    for connection in ('older', 'newer'):
        sit(CUSTOMER, connection)
    expect_cut(platform, session_id, 'older')


def test_the_reps_word_about_their_own_connection_counts_more_than_the_customers(platform: Platform, session_id: str, sit: Sit) -> None:
    sit(CUSTOMER, 'rep')
    sit(REP, 'rep')
    sit(CUSTOMER, 'older')
    sit(CUSTOMER, 'newer')
    expect_cut(platform, session_id, 'older')


def test_a_platform_that_does_not_do_it_is_noted_once_without_secrets(
    platform: Platform, session_id: str, sit: Sit, caplog: pytest.LogCaptureFixture
) -> None:
    platform.down = True
    for connection in ('older', 'newer'):
        sit(CUSTOMER, connection)
    until(lambda: caplog.messages, 'the log to tell')
    assert caplog.messages == ['A connection to the video platform could not be cut: ConnectionError']


def test_a_connection_that_is_gone_already_is_no_failure(
    platform: Platform, session_id: str, sit: Sit, caplog: pytest.LogCaptureFixture
) -> None:
    for connection in ('gone', 'older', 'newer'):
        sit(CUSTOMER, connection)
    expect_cut(platform, session_id, 'older')
    assert caplog.messages == []
