"""The rep's day of calls in a simulated browser: who waits, whom to call next, what begins soon, and the rep's own status."""

from datetime import timedelta

import pytest
from nicegui import ui
from nicegui.testing import User

import db
from pages.components.arrival_alert import BLOCKED, DISMISSED, TOLD, UNABLE, ArrivalAlert
from pages.components.call_engine import CallEngine
from pages.components.stopwatch import Stopwatch
from services import appointments, calls, kinds, messages, presence, reps, seats
from services.customers import Customer
from services.video.base import CUSTOMER, REP
from tests.conftest import BERLIN, coming, on_sqlite
from tests.pages.calling import at_rep, day_of, rep_in_call, sit
from tests.pages.conftest import Now
from tests.pages.seeing import answer, around, button, find, part, press, see, see_no, trigger, until, went_back, with_class, words_on

pytestmark = [on_sqlite, pytest.mark.usefixtures('quick')]

MINUTE = timedelta(minutes=1)
CAROL, SAM = 'Carol Tanaka', 'Sam Stone'


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the browser is told to ring for."""
    told: list[str] = []
    monkeypatch.setattr(ArrivalAlert, 'ring', lambda _self, words, _about: told.append(words))
    return told


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the engines of calls are told to do."""
    told: list[str] = []
    monkeypatch.setattr(CallEngine, 'run_method', lambda _self, name, *_args, **_options: told.append(name))
    return told


def status(user: User) -> ui.element:
    return around(find(user, 'Away'), 'select')


def heard(user: User) -> str:
    """What a screen reader was told last of the next appointment."""
    assert user.client
    hint = with_class(user, 'rep-call-hint')
    beside = hint.parent_slot.children
    return str(beside[beside.index(hint) + 1].text)


def title(user: User) -> str:
    assert user.client
    return str(user.client.title)


async def test_a_row_says_how_it_stands_with_the_customer(appointment: db.Appointment, rep_user: User, now: Now) -> None:
    opens_at, closes_at = calls.window(appointment)
    now(opens_at - MINUTE)
    await rep_user.open(at_rep(appointment))
    assert 'not here yet' not in words_on(rep_user)
    now(opens_at)
    await see(rep_user, 'not here yet')
    customer = sit(appointment)
    await see(rep_user, 'waiting')
    rep = sit(appointment, appointment.rep_id)
    await see(rep_user, 'in call')
    seats.leave(customer)
    await see(rep_user, 'left')
    seats.leave(rep)
    now(closes_at)
    await see_no(rep_user, 'not here yet')


async def test_who_waits_is_counted_from_when_they_came(appointment: db.Appointment, rep_user: User, now: Now) -> None:
    now(appointment.starts_at)
    sit(appointment)
    now(appointment.starts_at + timedelta(minutes=2, seconds=14))
    await rep_user.open(at_rep(appointment))
    assert {
        element.props['seconds'] for element in rep_user.find(Stopwatch).elements if element.visible and 'seconds' in element.props
    } == {134}


async def test_a_row_says_what_the_customer_wrote_and_was_not_read(opened: db.Appointment, rep_user: User) -> None:
    await rep_user.open(day_of(opened))
    messages.say(opened.id, CUSTOMER, 'Good morning')
    await see(rep_user, '1 new')
    messages.mark_read(opened.id, REP)
    await see_no(rep_user, '1 new')


async def test_an_arrival_rings_once_and_is_in_the_title_as_long_as_they_wait(
    appointment: db.Appointment, rep_user: User, now: Now, rung: list[str]
) -> None:
    now(appointment.starts_at)
    await rep_user.open('/rep')
    before = title(rep_user)
    place = sit(appointment)
    await until(lambda: title(rep_user) == f'(1) Carol Tanaka is waiting · {before}', rep_user, 'the title')
    place = sit(appointment)  # they reload their page
    rep = sit(appointment, appointment.rep_id)
    await until(lambda: title(rep_user) == before, rep_user, 'the title as it was')
    seats.leave(rep)
    await until(lambda: title(rep_user) != before, rep_user, 'the customer to wait again')
    seats.leave(place)
    now(appointment.starts_at + 0.5 * MINUTE)
    await until(lambda: title(rep_user) == before, rep_user, 'the customer to be gone')
    place = sit(appointment)  # they come back
    await until(lambda: title(rep_user) != before, rep_user, 'the customer to wait again')
    assert rung == ['Carol Tanaka is waiting for your call at 11:00 AM.']
    seats.leave(place)
    now(appointment.starts_at + 2 * MINUTE)
    sit(appointment)
    await until(lambda: len(rung) == 2, rep_user, 'the second arrival')


async def test_who_waits_already_when_the_page_is_opened_does_not_ring(
    appointment: db.Appointment, after: db.Appointment, rep_user: User, now: Now, rung: list[str]
) -> None:
    now(appointment.starts_at)
    sit(appointment)
    await rep_user.open('/rep')
    assert title(rep_user).startswith('(1) Carol Tanaka is waiting')
    now(appointment.starts_at + MINUTE)
    sit(after)
    await until(lambda: title(rep_user).startswith('(2) Carol Tanaka and Sam Stone are waiting'), rep_user, 'both')
    assert rung == ['Sam Stone is waiting for your call at 12:00 PM.']


async def test_another_rep_s_customer_rings_there_only(
    appointment: db.Appointment, robin: db.Rep, rep_user: User, now: Now, rung: list[str]
) -> None:
    theirs = appointments.book(kinds.FIRST, coming(robin), Customer(SAM, 'sam@example.com', '', BERLIN), rep_id=robin.id)
    now(theirs.starts_at)
    await rep_user.open(at_rep(theirs, f'&of={robin.id}&rep=all'))
    sit(theirs)
    await see(rep_user, 'waiting')
    assert rung == []
    assert 'waiting' not in title(rep_user)


async def test_who_takes_a_colleague_s_call_is_in_it_and_the_colleague_is_not(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, rep_user: User, now: Now
) -> None:
    theirs = appointments.book(kinds.FIRST, coming(robin), Customer(SAM, 'sam@example.com', '', BERLIN), rep_id=robin.id)
    now(theirs.starts_at)
    await rep_in_call(rep_user, theirs, f'&of={robin.id}&rep=all')
    assert presence.state(riley.id, but=appointment.id) == 'in_call'
    assert presence.state(robin.id, but=0) == 'absent'


async def test_the_next_call_is_with_who_waits_and_one_click_joins_it(
    opened: db.Appointment, after: db.Appointment, rep_user: User, asked: list[str]
) -> None:
    await rep_user.open(f'/rep?day={opened.starts_at.date() + timedelta(days=3)}')
    await see(rep_user, 'Carol Tanaka, at 11:00 AM')
    sit(after)
    await see(rep_user, 'Sam Stone, 12:00 PM, waiting')
    press(rep_user, 'Call next')
    await see(rep_user, 'Call with Sam Stone')
    await until(lambda: 'join' in asked, rep_user, 'the call to be joined')
    await see(rep_user, CAROL)  # the day is shown as well


async def test_without_a_next_call_the_button_is_off_and_says_when_there_is_one(
    appointment: db.Appointment, rep_user: User, now: Now
) -> None:
    opens_at, closes_at = calls.window(appointment)
    now(opens_at - MINUTE)
    await rep_user.open('/rep')
    await see(rep_user, 'Nobody to call now. Next: Carol Tanaka, at 11:00 AM. The call opens one hour before.')
    assert button(rep_user, 'Call next').props['disabled'] is True
    now(opens_at)
    await see_no(rep_user, 'Nobody to call now')
    assert 'Carol Tanaka, at 11:00 AM' in words_on(rep_user)
    assert button(rep_user, 'Call next').props['disabled'] is False
    await calls.end(appointment.id)
    await see(rep_user, 'Nobody to call now, nor in the next 24 hours.')
    await calls.reopen(appointment.id)
    await see(rep_user, 'Carol Tanaka, at 11:00 AM')
    now(closes_at)
    await see(rep_user, 'Nobody to call now, nor in the next 24 hours.')


async def test_of_a_next_call_that_is_not_today_the_day_is_named(appointment: db.Appointment, rep_user: User, now: Now) -> None:
    now(appointment.starts_at - 20 * 60 * MINUTE)
    await rep_user.open('/rep')
    await see(rep_user, f'Next: Carol Tanaka, {appointment.starts_at:%a} at 11:00 AM.')


async def test_what_is_booked_while_the_page_is_open_can_be_the_next_call(appointment: db.Appointment, rep_user: User, now: Now) -> None:
    now(appointment.starts_at - 4 * 60 * MINUTE)
    await rep_user.open('/rep')
    earlier = appointments.book(kinds.FIRST, appointment.starts_at - 60 * MINUTE, Customer(SAM, 'sam@example.com', '', BERLIN))
    await see(rep_user, 'Next: Sam Stone, at 10:00 AM.')
    now(earlier.starts_at)
    await see(rep_user, 'Sam Stone, at 10:00 AM')


async def test_going_to_the_next_call_from_another_one_asks_first(
    opened: db.Appointment, after: db.Appointment, rep_user: User, asked: list[str]
) -> None:
    await rep_in_call(rep_user, opened)
    sit(after)
    await see(rep_user, 'Sam Stone, 12:00 PM, waiting')
    press(rep_user, 'Call next')
    await answer(rep_user, 'Leave Carol Tanaka and call Sam Stone?', 'Stay')
    await see_no(rep_user, 'and call Sam Stone?')
    assert 'join' not in asked
    press(rep_user, 'Call next')
    await see(rep_user, 'End for both')
    assert ['danger' in find(rep_user, words).classes for words in ('Stay', 'Leave', 'End for both')] == [False, False, True]
    await answer(rep_user, 'Leave Carol Tanaka and call Sam Stone?', 'Leave')
    await see(rep_user, 'Call with Sam Stone')


async def test_who_left_while_the_rep_was_asked_is_not_called(opened: db.Appointment, after: db.Appointment, rep_user: User) -> None:
    await rep_in_call(rep_user, opened)
    place = sit(after)
    await see(rep_user, 'Sam Stone, 12:00 PM, waiting')
    press(rep_user, 'Call next')
    await see(rep_user, 'Leave Carol Tanaka and call Sam Stone?')
    seats.leave(place)
    await answer(rep_user, 'Leave Carol Tanaka and call Sam Stone?', 'Leave')
    await until(lambda: rep_user.notify.contains('Sam Stone has left meanwhile.'), rep_user, 'the news')
    assert REP in seats.who_is_there(opened.id)


async def test_who_stands_at_the_door_of_a_call_is_not_asked_whether_to_leave_it(
    opened: db.Appointment, after: db.Appointment, rep_user: User, asked: list[str]
) -> None:
    await rep_user.open(at_rep(opened, '&call=1'))
    sit(after)
    await see(rep_user, 'Sam Stone, 12:00 PM, waiting')
    press(rep_user, 'Call next')
    await see(rep_user, 'Call with Sam Stone')
    press(rep_user, 'Stop chatting')
    await see(rep_user, "Copy the customer's link")


async def test_the_own_status_is_kept_and_a_call_shows_in_it_by_itself(opened: db.Appointment, riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/rep')
    trigger(rep_user, status(rep_user), 'change', 'away')
    await until(lambda: reps.get(riley.id).is_away, rep_user, 'the rep to be away')
    await until(lambda: status(rep_user).props['value'] == 'away', rep_user, 'the status')
    trigger(rep_user, status(rep_user), 'change', 'available')
    await until(lambda: not reps.get(riley.id).is_away, rep_user, 'the rep to be back')
    place = sit(opened, opened.rep_id)
    await see(rep_user, 'In a call')
    seats.leave(place)
    await see(rep_user, 'Available')


async def test_a_call_says_when_the_next_appointment_begins(
    appointment: db.Appointment, after: db.Appointment, rep_user: User, now: Now
) -> None:
    now(after.starts_at - timedelta(minutes=5, seconds=1))
    await rep_user.open(at_rep(appointment, '&call=1'))
    assert not any('Your next appointment' in words for words in words_on(rep_user))
    now(after.starts_at - 5 * MINUTE)
    sentence = 'Your next appointment, with Sam Stone, begins in 5 minutes, at 12:00 PM.'
    await see(rep_user, sentence)
    assert any(isinstance(element, CallEngine) for element in find(rep_user, sentence).ancestors())  # it is seen on the full screen too
    now(after.starts_at - 4 * MINUTE)
    await see(rep_user, 'begins in 4 minutes')
    assert heard(rep_user) == sentence  # it is heard once
    now(after.starts_at)
    await see(rep_user, 'Your next appointment, with Sam Stone, begins now.')
    assert heard(rep_user) == 'Your next appointment, with Sam Stone, begins now.'
    now(after.starts_at + MINUTE)
    await see_no(rep_user, 'Your next appointment')


async def test_who_is_called_and_what_about_can_be_read_in_the_call(opened: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(opened, '&call=1'))
    await see(rep_user, 'About this appointment')
    await see(rep_user, 'carol@example.com')
    await see(rep_user, 'The offer from last week')


async def test_a_question_about_a_call_goes_when_the_browser_goes_back(opened: db.Appointment, rep_user: User) -> None:
    await rep_in_call(rep_user, opened)
    press(rep_user, 'Stop chatting')
    await see(rep_user, 'Stop chatting?')
    went_back(rep_user, at_rep(opened)[4:])
    await see_no(rep_user, 'Stop chatting?')
    await see(rep_user, "Copy the customer's link")


@pytest.mark.parametrize(
    ('found', 'told'),
    [
        ({'state': 'granted', 'is_shown': True}, TOLD),
        ({'state': 'granted', 'is_shown': False}, UNABLE),
        ({'state': 'denied'}, BLOCKED),
        ({'state': 'default'}, DISMISSED),
    ],
)
async def test_what_the_browser_says_of_notifications_is_put_into_words(rep_user: User, found: dict[str, object], told: str) -> None:
    await rep_user.open('/rep')
    alert = part(rep_user, ArrivalAlert)
    trigger(rep_user, alert, 'permission', found)
    assert alert.props['told'] == told


async def test_that_somebody_waits_is_not_said_any_more_when_they_have_gone(opened: db.Appointment, rep_user: User) -> None:
    await rep_user.open('/rep')
    alert = part(rep_user, ArrivalAlert)
    place = sit(opened)
    await until(lambda: f'{CAROL} is waiting' in alert.props.get('news', ''), rep_user, 'the news')
    seats.leave(place)
    await until(lambda: alert.props['news'] == '', rep_user, 'the news to be taken back')
