"""`/chat/{key}` in a simulated browser: before, in and after the time of the call, and all that is said on it. Pictures need a real one."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from nicegui.testing import User

import db
from services import appointment_changes, appointments, calls, clock, kinds, relaying, reps, seats
from services.errors import VideoUnavailable
from services.keys import Purpose
from services.times import day_words
from services.video.base import CUSTOMER, REP
from services.video.peer import PeerBackend
from tests.conftest import on_sqlite
from tests.occupants import Recorder
from tests.pages.calling import DEVICES, customer_in_call, engine, link
from tests.pages.conftest import Now, RightAfter
from tests.pages.seeing import find, see, trigger, until, words_on

pytestmark = on_sqlite

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def clock_from(monkeypatch: pytest.MonkeyPatch) -> Now:
    """`clock_from(moment)`: the product's clock goes on from this instant."""
    real = clock.now

    def go_on(moment: datetime) -> None:
        started = real()
        monkeypatch.setattr(clock, 'now', lambda: moment + (real() - started))

    return go_on


async def test_early_the_page_says_when_the_call_opens(appointment: db.Appointment, now: Now, user: User) -> None:
    now(appointment.starts_at - timedelta(hours=3, minutes=5))
    await user.open(link('chat', appointment))
    await see(user, 'Your call with Riley Berger')
    await see(user, 'It opens in 2 hours and 5 minutes.')
    await see(user, 'The offer from last week')
    assert 'Join' not in words_on(user)


@pytest.mark.parametrize('kind', ['chat', 'manage'])
async def test_dates_are_in_the_order_of_the_browser_also_where_its_zone_is_not_known(
    appointment: db.Appointment, user: User, kind: Purpose
) -> None:
    user.http_client.headers['accept-language'] = 'en-GB'
    await user.open(link(kind, appointment))
    day = appointment.starts_at.astimezone(ZoneInfo(appointment.time_zone)).date()
    await see(user, day_words(day, 'en-GB'))
    assert day_words(day) not in ' '.join(words_on(user))


@pytest.mark.parametrize(
    ('remaining', 'words'),
    [
        (timedelta(days=2, hours=3, minutes=4), '2 days and 3 hours'),
        (timedelta(days=1), '1 day'),
        (timedelta(hours=1, seconds=1), '1 hour and 1 second'),
        (61 * SECOND, '1 minute and 1 second'),
        (timedelta(milliseconds=20), '1 second'),
    ],
)
async def test_the_countdown_names_the_two_largest_units(
    appointment: db.Appointment, now: Now, user: User, remaining: timedelta, words: str
) -> None:
    opens_at, _closes_at = calls.window(appointment)
    now(opens_at - remaining)
    await user.open(link('chat', appointment))
    await see(user, f'It opens in {words}.')


async def test_the_call_opens_by_itself(appointment: db.Appointment, clock_from: Now, user: User) -> None:
    opens_at, _closes_at = calls.window(appointment)
    clock_from(opens_at - 1.2 * SECOND)
    await user.open(link('chat', appointment))
    await see(user, 'It opens in')
    await see(user, 'Join')
    assert opens_at <= clock.now() < opens_at + 2 * SECOND


async def test_late_the_page_says_that_the_call_is_over(appointment: db.Appointment, now: Now, user: User) -> None:
    now(appointment.starts_at + 91 * MINUTE)
    await user.open(link('chat', appointment))
    await see(user, 'This call is over')
    assert find(user, 'Book a new appointment').props['href'] == f'/{kinds.get(kinds.FIRST).slug}'


async def test_an_open_door_closes_by_itself(appointment: db.Appointment, clock_from: Now, user: User) -> None:
    _opens_at, closes_at = calls.window(appointment)
    clock_from(closes_at - 1.5 * SECOND)
    await user.open(link('chat', appointment))
    await see(user, 'Join')
    await see(user, 'This call is over')


async def test_cancelling_changes_the_open_page(opened: db.Appointment, user: User) -> None:
    await user.open(link('chat', opened))
    await see(user, 'Join')
    appointment_changes.cancel(opened.id)
    await see(user, 'This appointment is cancelled')
    assert find(user, 'Book a new appointment').props['href'] == f'/{kinds.get(kinds.FIRST).slug}'


async def test_a_cancelling_while_the_page_is_made_is_not_missed(opened: db.Appointment, user: User, right_after: RightAfter) -> None:
    right_after(reps, 'get', lambda: appointment_changes.cancel(opened.id))
    await user.open(link('chat', opened))
    await see(user, 'This appointment is cancelled')


async def test_a_running_call_is_closed_by_the_server_when_its_time_is_over(
    appointment: db.Appointment, clock_from: Now, user: User
) -> None:
    _opens_at, closes_at = calls.window(appointment)
    clock_from(closes_at - 1.5 * SECOND)
    await customer_in_call(user, appointment)
    assert seats.who_is_there(appointment.id) == {CUSTOMER}
    await until(lambda: clock.now() > closes_at, user, 'the time to be over')
    seats.reap()
    await see(user, 'This call is over')
    assert seats.who_is_there(appointment.id) == frozenset()


async def test_who_waits_alone_is_told_of_a_cancelling(opened: db.Appointment, user: User) -> None:
    await customer_in_call(user, opened)
    appointment_changes.cancel(opened.id)
    await see(user, 'This appointment is cancelled')
    await until(lambda: not seats.who_is_there(opened.id), user, 'the seat to be free')


async def test_a_running_call_outlives_its_cancelling(opened: db.Appointment, user: User) -> None:
    element = await customer_in_call(user, opened)
    trigger(user, element, 'line', {'state': 'connected'})
    appointment_changes.cancel(opened.id)
    await until(lambda: appointments.get(opened.id).status == appointments.CANCELLED, user, 'the cancelling')
    assert seats.who_is_there(opened.id) == {CUSTOMER}
    trigger(user, element, 'hang_up')
    await see(user, 'This appointment is cancelled')


async def test_joining_takes_the_seat_and_leaving_the_page_gives_it_up(opened: db.Appointment, user: User) -> None:
    element = await customer_in_call(user, opened)
    assert seats.who_is_there(opened.id) == {CUSTOMER}
    assert element.props['status'] == 'Waiting for Riley Berger …'
    assert user.client
    user.client.delete()
    assert seats.who_is_there(opened.id) == frozenset()


async def test_opening_the_page_joins_nothing(opened: db.Appointment, user: User) -> None:
    await user.open(link('chat', opened))
    await see(user, 'Call with Riley Berger')
    await see(user, 'The offer from last week')
    assert seats.who_is_there(opened.id) == frozenset()


async def test_a_platform_that_does_not_answer_is_told_and_can_be_tried_again(
    opened: db.Appointment, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: PeerBackend) -> str:
        raise VideoUnavailable

    await user.open(link('chat', opened))
    with monkeypatch.context() as broken:
        broken.setattr(PeerBackend, 'create_session', fail)
        trigger(user, engine(user), 'join', DEVICES)
        await see(user, VideoUnavailable.sentence)
    await see(user, 'Try again')
    trigger(user, engine(user), 'join', DEVICES)
    await until(lambda: seats.who_is_there(opened.id) == {CUSTOMER}, user, 'the seat to be taken')


async def test_the_time_is_looked_at_again_when_somebody_joins(appointment: db.Appointment, now: Now, user: User) -> None:
    now(appointment.starts_at)
    await user.open(link('chat', appointment))
    now(appointment.starts_at + 91 * MINUTE)
    trigger(user, engine(user), 'join', DEVICES)
    await see(user, 'This call is over')
    assert seats.who_is_there(appointment.id) == frozenset()


async def test_what_is_missing_is_told_with_what_to_do_and_that_it_is_back(opened: db.Appointment, user: User) -> None:
    element = await customer_in_call(user, opened, camera=False, reason='NotReadableError')
    told = 'Another program is using the camera, so you cannot be seen. Close it there, then press “Try again”.'
    assert element.props['lacking'] == told
    trigger(user, element, 'devices', DEVICES)
    assert element.props['lacking'] == ''


async def test_news_and_what_is_missing_stand_beside_each_other(opened: db.Appointment, user: User) -> None:
    element = await customer_in_call(user, opened, camera=False, reason='NotFoundError')
    trigger(user, element, 'line', {'state': 'connected'})
    appointment_changes.cancel(opened.id)
    news = 'This appointment has been cancelled. You can finish your call.'
    await until(lambda: element.props.get('news') == news, user, news)
    assert element.props['lacking'].startswith('No camera was found')
    trigger(user, element, 'devices', DEVICES)
    assert (element.props['news'], element.props['lacking']) == (news, '')


async def test_who_joins_without_a_camera_by_their_own_will_misses_nothing(opened: db.Appointment, user: User) -> None:
    element = await customer_in_call(user, opened, camera=None)
    assert element.props['lacking'] == ''


@pytest.mark.parametrize(
    ('kinds_asked', 'sentence'),
    [
        (['microphone', 'camera'], 'Please let the browser use your camera and microphone.'),
        (['microphone'], 'Please let the browser use your microphone.'),
        ([], 'One moment, please.'),
    ],
)
async def test_the_door_says_what_the_browser_asks_for(opened: db.Appointment, user: User, kinds_asked: list[str], sentence: str) -> None:
    await user.open(link('chat', opened))
    trigger(user, engine(user), 'asking', {'kinds': kinds_asked})
    await see(user, sentence)


async def test_the_status_says_how_it_goes(opened: db.Appointment, user: User) -> None:
    element, riley = await customer_in_call(user, opened), Recorder()
    place = seats.take(opened.id, REP, riley)
    said = [element.props['status']]
    for state in ('connecting', 'connected', 'disconnected', 'failed', 'connected'):
        trigger(user, element, 'line', {'state': state})
        said.append(element.props['status'])
    relaying.relay(place, {'meeting': riley.meeting, 'devices': {'microphone': False, 'camera': False}})
    said.append(element.props['status'])
    seats.leave(place)
    said.append(element.props['status'])
    assert said == [
        'Connecting to Riley Berger …',
        'Connecting to Riley Berger …',
        'Connected',
        'The connection is unstable …',
        'The connection was lost. Trying again …',
        'Connected',
        'Connected · Riley Berger: muted, camera off',
        'Riley Berger has left the call.',
    ]


async def test_one_who_only_fell_silent_is_still_seen_until_the_line_fails(
    opened: db.Appointment, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    element = await customer_in_call(user, opened)
    place = seats.take(opened.id, REP, Recorder())
    told: list[str] = []
    monkeypatch.setattr(element, 'run_method', lambda name, *_: told.append(name))
    trigger(user, element, 'line', {'state': 'connected'})
    place.heard_at -= 13
    seats.reap()
    assert (element.props['status'], told) == ('Connected', [])
    trigger(user, element, 'line', {'state': 'failed'})
    assert told == ['peer_left']
    assert element.props['status'] == 'The connection to Riley Berger broke off. Waiting …'


async def test_a_newer_window_closes_the_older_one(opened: db.Appointment, user: User) -> None:
    await customer_in_call(user, opened)
    newer = seats.take(opened.id, CUSTOMER, Recorder())
    await see(user, 'You joined from another window.')
    seats.leave(newer)
    trigger(user, engine(user), 'join', DEVICES)
    await until(lambda: seats.who_is_there(opened.id) == {CUSTOMER}, user, 'the seat to be taken back')


async def test_a_page_that_comes_back_by_itself_takes_no_seat_from_a_newer_one(opened: db.Appointment, user: User) -> None:
    newer = seats.take(opened.id, CUSTOMER, Recorder())
    await user.open(link('chat', opened))
    trigger(user, engine(user), 'join', DEVICES | {'was': 'the key of an older place'})
    await see(user, 'You joined from another window.')
    assert seats.is_seated(newer)
    trigger(user, engine(user), 'join', DEVICES)
    await until(lambda: not seats.is_seated(newer), user, 'the seat to be taken')


async def test_a_page_that_is_loaded_again_comes_back_to_its_own_seat(opened: db.Appointment, user: User) -> None:
    before = seats.take(opened.id, CUSTOMER, Recorder(), key='its key')
    await user.open(link('chat', opened))
    trigger(user, engine(user), 'join', DEVICES | {'was': 'its key'})
    await until(lambda: not seats.is_seated(before), user, 'the seat to be taken')


@pytest.mark.parametrize(
    ('problem', 'words'), [('insecure', 'https://'), ('something new', 'The call has stopped working. Please try again.')]
)
async def test_a_problem_is_told_and_gives_the_seat_up(opened: db.Appointment, user: User, problem: str, words: str) -> None:
    trigger(user, await customer_in_call(user, opened), 'problem', {'name': problem})
    await see(user, words)
    await see(user, 'Try again')
    assert seats.who_is_there(opened.id) == frozenset()


async def test_a_key_of_another_kind_opens_no_call(appointment: db.Appointment, user: User) -> None:
    answer = await user.http_client.get(f'/chat/{appointments.key("manage", appointment)}')
    assert answer.status_code == 404
