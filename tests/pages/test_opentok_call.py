"""The call through OpenTok in a simulated browser: what its engine tells the server, and every sentence about what went wrong."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from nicegui.testing import User

import db
from pages.components.opentok_video import OpenTokVideo
from services import calls, seats
from tests.conftest import Configure, on_sqlite
from tests.opentok_platform import Platform, opentok_platform
from tests.pages.calling import customer_in_call, rep_in_call, sit
from tests.pages.conftest import Now
from tests.pages.seeing import see, trigger, until

pytestmark = on_sqlite

Told = list[tuple[str, Any]]
THEIRS = '{"seat": "customer", "id": "0123456789abcdef"}'
NAMED_IN_ITS_DOCUMENTATION = {
    'OT_AUTHENTICATION_ERROR',
    'OT_CONNECT_FAILED',
    'OT_USER_MEDIA_ACCESS_DENIED',
    'OT_NO_DEVICES_FOUND',
    'OT_HARDWARE_UNAVAILABLE',
}


@pytest.fixture(scope='module')
def running_platform() -> Iterator[Platform]:
    with opentok_platform() as platform:
        yield platform


@pytest.fixture
def platform(running_platform: Platform, database: str, configure: Configure) -> Iterator[Platform]:
    configure(DATABASE_URL=database, **running_platform.variables)
    running_platform.cut.clear()
    yield running_platform
    running_platform.down = False


@pytest.fixture
async def engine(platform: Platform, opened: db.Appointment, user: User) -> OpenTokVideo:
    """The server's half of the engine on the page of a customer who is in the call."""
    found = await customer_in_call(user, opened)
    assert isinstance(found, OpenTokVideo)
    return found


@pytest.fixture
def told(engine: OpenTokVideo, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the browser is told to do."""
    heard: Told = []
    monkeypatch.setattr(engine, 'run_method', lambda name, *args: heard.append((name, *args)))
    return heard


def answers(told: Told) -> list[Any]:
    """The credentials that were given."""
    return [args[0] for name, *args in told if name == 'connect']


async def test_a_browser_that_lost_its_session_gets_a_new_token_for_the_same_one(
    engine: OpenTokVideo, told: Told, appointment: db.Appointment, platform: Platform, user: User
) -> None:
    before = calls.ensure_session(appointment.id)
    for number in (1, 2):
        for _ in range(3):  # what it asks before it has its answer is one question
            trigger(user, engine, 'lost')
        await until(lambda number=number: len(answers(told)) == number, user, 'an answer')
    one, other = answers(told)
    assert one['session_id'] == other['session_id'] == before
    assert one['token'] != other['token']
    assert platform.accepts(before, other['token'])


async def test_a_browser_that_lost_its_session_is_let_in_again_only_while_the_call_is_open(
    engine: OpenTokVideo, appointment: db.Appointment, now: Now, user: User
) -> None:
    now(appointment.starts_at + timedelta(days=1))
    trigger(user, engine, 'lost')
    await see(user, 'This call is over')
    assert seats.who_is_there(appointment.id) == frozenset()


async def test_who_is_outside_is_given_nothing(engine: OpenTokVideo, told: Told, user: User) -> None:
    trigger(user, engine, 'hang_up')
    told.clear()
    trigger(user, engine, 'lost')
    trigger(user, engine, 'connection', {'id': 'abc'})
    assert told == []


@pytest.mark.parametrize('said', [None, {'id': 'older'}, {'id': ['older']}])
async def test_a_newer_tab_has_the_older_cut_off_from_the_platform(
    engine: OpenTokVideo, appointment: db.Appointment, platform: Platform, user: User, said: object
) -> None:
    trigger(user, engine, 'connection', {'id': 'older'})
    trigger(user, engine, 'connection', said)
    newer = sit(appointment)
    await until(lambda: platform.cut == [(calls.ensure_session(appointment.id), 'older')], user, 'the older to be cut off')
    seats.leave(newer)


async def test_a_customer_who_hangs_up_is_cut_off_by_what_the_reps_browser_has_seen(
    opened: db.Appointment,
    platform: Platform,
    rep_user: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    customer = sit(opened)
    found = await rep_in_call(rep_user, opened)
    assert isinstance(found, OpenTokVideo)
    for said in (None, {'connection': 'no-data'}, {'connection': ['a'], 'data': THEIRS}, {'connection': 'theirs', 'data': THEIRS}):
        trigger(rep_user, found, 'arrived', said)
    seats.leave(customer)
    await until(lambda: platform.cut == [(calls.ensure_session(opened.id), 'theirs')], rep_user, 'the customer to be cut off')


async def test_every_error_has_its_sentence_and_another_try(engine: OpenTokVideo, user: User) -> None:
    assert set(OpenTokVideo.problems) >= NAMED_IN_ITS_DOCUMENTATION
    for name, sentence in OpenTokVideo.problems.items():
        trigger(user, engine, 'problem', {'name': name})
        await see(user, sentence)
        await see(user, 'Try again')
