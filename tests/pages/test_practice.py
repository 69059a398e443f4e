"""A page of one's own with a call in it: all that a call tells its page, in order, and what the page can do with it."""

import asyncio
from datetime import timedelta

import pytest
from nicegui.testing import User

import db
from pages.components.call_engine import UNKNOWN_PROBLEM, CallEngine
from pages.components.call_peer import CallPeer
from pages.components.video_call import VideoCall
from services import appointment_changes, calls, relaying, seats
from services.calls import Admission
from services.errors import Failed, VideoUnavailable
from services.video.base import CUSTOMER, REP, Seat
from tests.conftest import on_sqlite
from tests.pages.calling import DEVICES, sit
from tests.pages.conftest import Now
from tests.pages.seeing import part, press, see, trigger, until

pytestmark = on_sqlite

CAROL = 'Carol Tanaka'


@pytest.fixture
async def engine(opened: db.Appointment, rep_user: User) -> CallEngine:
    """The server's half of the call on the page, which nobody has joined."""
    await rep_user.open(f'/practice/{opened.id}')
    return part(rep_user, CallEngine)


@pytest.fixture
def done(engine: CallEngine, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What the browser is told to do."""
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(engine, 'run_method', lambda *what: told.append(what))
    return told


def log(user: User) -> list[str]:
    """What the page has written down of what it was told."""
    assert user.client
    return [str(element._text) for element in user.client.layout.descendants() if element.tag == 'li']


async def logged(user: User, *words: str) -> None:
    """Wait until exactly this was written down."""
    await until(lambda: log(user) == list(words), user, f'the log {words}, which is {log(user)}')


async def join(user: User, engine: CallEngine) -> None:
    """The rep joins, by the browser."""
    before = log(user).count('joined')
    trigger(user, engine, 'asking')
    trigger(user, engine, 'join', DEVICES)
    await until(lambda: log(user).count('joined') > before, user, 'the call to be joined')


async def test_a_page_hears_all_that_happens_in_its_call_in_order(engine: CallEngine, appointment: db.Appointment, rep_user: User) -> None:
    await join(rep_user, engine)
    carol = sit(appointment)
    trigger(rep_user, engine, 'gives', {'microphone': True, 'camera': False, 'screen': False})
    for _ in range(2):  # it is said again whenever it may have been missed
        relaying.relay(carol, {'devices': {'microphone': False, 'camera': True}, 'meeting': carol.meeting, 'number': 1})
    seats.leave(carol)
    trigger(rep_user, engine, 'hang_up')
    await calls.end(appointment.id)
    trigger(rep_user, engine, 'problem', {'name': 'unheard of'})
    await logged(
        rep_user,
        'joined',
        f'{CAROL} joined',
        'microphone=True camera=False screen=False',
        'theirs: microphone=False camera=True screen=False',
        f'{CAROL} left',
        'hung up',
        UNKNOWN_PROBLEM,
        'ended',
    )


async def test_who_is_there_already_is_told_of_after_this_side_has_joined(
    engine: CallEngine, appointment: db.Appointment, rep_user: User
) -> None:
    sit(appointment)
    await join(rep_user, engine)
    await logged(rep_user, 'joined', f'{CAROL} joined')


async def test_who_loads_the_page_again_or_meets_anew_has_not_joined_again(
    engine: CallEngine, appointment: db.Appointment, rep_user: User
) -> None:
    await join(rep_user, engine)
    for _ in range(2):
        carol = sit(appointment)
    seats.meet_again(carol)
    seats.leave(carol)
    sit(appointment)
    await logged(rep_user, 'joined', f'{CAROL} joined', f'{CAROL} left', f'{CAROL} joined')


async def test_a_call_that_is_moved_to_later_goes_on_until_it_closes_by_its_new_time(
    engine: CallEngine, appointment: db.Appointment, rep_user: User, now: Now
) -> None:
    _opens_at, before = calls.window(appointment)
    await join(rep_user, engine)
    moved = appointment_changes.reschedule(appointment.id, appointment.starts_at + timedelta(hours=2), by='rep')
    _opens_at, closes_at = calls.window(moved)
    await until(lambda: {place.closes_at for place in seats.taken(REP)} == {closes_at}, rep_user, 'the later end')
    now(before)
    seats.reap()
    assert log(rep_user) == ['joined']
    now(closes_at)
    seats.reap()
    await logged(rep_user, 'joined', 'ended')


def test_a_colleague_who_takes_the_other_side_over_comes_in_after_the_first_has_left(appointment: db.Appointment) -> None:
    told: list[object] = []
    peer = CallPeer(on_joined=lambda: told.append('joined'), on_left=lambda: told.append('left'), on_devices=lambda **on: told.append(on))
    carol, on = sit(appointment), {'microphone': True, 'camera': True, 'screen': False}
    for rep_id in (1, 2):
        sit(appointment, rep_id)
        peer.look(carol)
        peer.switched(on)
    assert told == ['joined', on, 'left', 'joined', on]


async def test_who_is_outside_cannot_hang_up_and_hears_once_that_the_call_was_ended(
    engine: CallEngine, appointment: db.Appointment, rep_user: User
) -> None:
    trigger(rep_user, engine, 'hang_up')
    await join(rep_user, engine)
    trigger(rep_user, engine, 'hang_up')
    trigger(rep_user, engine, 'hang_up')
    press(rep_user, 'End for both')
    await see(rep_user, 'ended')
    await calls.end(appointment.id)
    await calls.reopen(appointment.id)
    await join(rep_user, engine)
    press(rep_user, 'End for both')
    await logged(rep_user, 'joined', 'hung up', 'ended', 'joined', 'ended')


async def test_why_a_call_cannot_be_ended_is_said_at_the_door(engine: CallEngine, rep_user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_appointment_id: int) -> None:
        raise Failed

    monkeypatch.setattr(calls, 'end', fail)
    press(rep_user, 'End for both')
    await see(rep_user, Failed.sentence)


async def test_a_page_joins_and_switches_devices_itself(rep_user: User, done: list[tuple[object, ...]]) -> None:
    press(rep_user, 'Join muted')
    press(rep_user, 'Mute')
    await until(lambda: len(done) == 2, rep_user, 'the browser to be told')
    assert done == [('join', {'microphone': False}), ('turn_aloud', 'microphone', False)]


@pytest.mark.parametrize('is_async', [True, False])
async def test_a_page_that_fails_over_its_call_is_logged_and_the_call_goes_on(
    opened: db.Appointment,
    rep_user: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    *,
    is_async: bool,
) -> None:
    made = VideoCall.__init__

    def fail() -> None:
        raise RuntimeError('the page')

    async def fail_later() -> None:
        fail()

    def make(self: VideoCall, *args: object, **named: object) -> None:
        made(self, *args, **named | {'on_joined': fail_later if is_async else fail})  # type: ignore[arg-type]

    monkeypatch.setattr(VideoCall, '__init__', make)
    sit(opened)
    await rep_user.open(f'/practice/{opened.id}')
    trigger(rep_user, part(rep_user, CallEngine), 'join', DEVICES)
    await until(lambda: 'the page' in caplog.text, rep_user, 'the failure to be logged')
    assert seats.who_is_there(opened.id) == {REP, CUSTOMER}
    await logged(rep_user, f'{CAROL} joined')
    caplog.clear()


async def test_a_try_to_join_that_was_given_up_does_not_end_the_next_one(
    engine: CallEngine, appointment: db.Appointment, rep_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    admit, first = calls.admit, asyncio.Event()

    async def fail_at_last(_appointment_id: int, _seat: Seat) -> Admission:
        monkeypatch.setattr(calls, 'admit', admit)
        await first.wait()
        raise VideoUnavailable

    monkeypatch.setattr(calls, 'admit', fail_at_last)
    trigger(rep_user, engine, 'join', DEVICES)
    await until(lambda: calls.admit is admit, rep_user, 'the first try')
    trigger(rep_user, engine, 'hang_up')
    await join(rep_user, engine)
    first.set()
    await asyncio.sleep(0)  # it has failed by then
    await asyncio.sleep(0)
    assert seats.who_is_there(appointment.id) == {REP}
    assert log(rep_user) == ['hung up', 'joined']


@pytest.mark.parametrize(('number', 'words'), [('999', 'There is no such appointment.'), ('abc', 'There is nothing at this address.')])
async def test_a_number_of_no_appointment_is_said_on_a_plain_page(rep_user: User, number: str, words: str) -> None:
    answer = await rep_user.http_client.get(f'/practice/{number}')
    assert answer.status_code == 404
    assert words in answer.text
