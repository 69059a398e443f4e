"""Moving, handing over and cancelling on the pages: what each side sees at once, and who may do what."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from nicegui.testing import User
from sqlalchemy import update

import db
from pages.components.call_engine import CallEngine
from services import (
    appointment_changes,
    appointments,
    calls,
    events,
    handling,
    holds,
    kinds,
    messages,
    reps,
    revision,
    seats,
    sign_ins,
    team,
)
from services.customers import Customer
from services.errors import AppointmentChanged, NotAllowed, SlotTaken
from services.team import Profile
from services.times import Reader
from services.video.base import REP
from tests.conftest import NEW_YORK, TOKYO, coming, on_sqlite
from tests.occupants import Nobody
from tests.pages.seeing import answer, element_with, find, press, see, see_no, trigger, until, went_back, words_on

pytestmark = on_sqlite

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_TOKYO = Reader(ZoneInfo(TOKYO))


@pytest.fixture
def robin(riley: db.Rep) -> db.Rep:
    """Another rep, no admin."""
    return team.invite(Profile('Robin Ray', 'robin@example.com', NEW_YORK), [kinds.FIRST])


@pytest.fixture
def robin_user(robin: db.Rep, user: User) -> User:
    """Robin, signed in."""
    user.http_client.cookies.set('sign_in', sign_ins.sign_in_by_link(sign_ins.new_link(robin.id)))
    return user


@pytest.fixture
def carol_user(user: User) -> User:
    """Carol in Tokyo, who has been here before."""
    user.http_client.cookies.set('tz', 'Asia%2FTokyo')
    return user


def manage(appointment: db.Appointment) -> str:
    return f'/appointment/{appointments.key("manage", appointment)}'


def at_rep(appointment: db.Appointment, extra: str = '') -> str:
    return f'/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}{extra}'


def choose(user: User, starts_at: datetime) -> None:
    """Click on this slot of the dialog."""
    assert user.client is not None
    grid = next(element for element in user.client.layout.descendants() if 'slot-grid' in element.classes)
    trigger(user, grid, 'click', starts_at.isoformat())


async def test_a_customer_moves_an_appointment_and_reads_when_it_was(appointment: db.Appointment, carol_user: User) -> None:
    await carol_user.open(manage(appointment))
    press(carol_user, 'Reschedule')
    await see(carol_user, 'Choose a new time')
    assert IN_TOKYO.time(appointment.starts_at) not in words_on(carol_user)
    choose(carol_user, appointment.starts_at + HOUR)
    await see(carol_user, 'Move the appointment to this time?')
    await see(carol_user, '12:00 PM for Riley Berger in Berlin')
    press(carol_user, 'Move it')
    await see(carol_user, 'You have moved this appointment. Before, it was on')
    await see(carol_user, IN_TOKYO.span(appointment.starts_at + HOUR, appointment.starts_at + 2 * HOUR))
    assert appointments.get(appointment.id).starts_at == appointment.starts_at + HOUR


async def test_a_slot_that_goes_while_it_is_confirmed_is_told(appointment: db.Appointment, carol: Customer, carol_user: User) -> None:
    await carol_user.open(manage(appointment))
    press(carol_user, 'Reschedule')
    await see(carol_user, 'Choose a new time')
    choose(carol_user, appointment.starts_at + HOUR)
    appointments.book(kinds.FIRST, appointment.starts_at + HOUR, carol)
    await see(carol_user, SlotTaken.sentence)
    press(carol_user, 'Another time')
    assert element_with(carol_user, **{'data-slot': (appointment.starts_at + HOUR).isoformat()}).props['aria-disabled'] == 'true'


async def test_a_customer_cancels_with_a_reason_that_the_rep_reads(
    appointment: db.Appointment, rep_user: User, create_user: Callable
) -> None:
    carol_user: User = create_user()
    await rep_user.open(at_rep(appointment))
    await carol_user.open(manage(appointment))
    press(carol_user, 'Cancel appointment')
    await answer(carol_user, 'Cancel this appointment?', 'Cancel appointment', reason='I am ill.')
    await see(carol_user, 'You have cancelled it. “I am ill.”')
    await see(rep_user, 'Carol Tanaka has cancelled this appointment. “I am ill.”')
    await rep_user.open(at_rep(appointment))
    await see(rep_user, 'Carol Tanaka has cancelled this appointment. “I am ill.”')


async def test_a_customer_reads_at_once_what_the_rep_does(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, carol_user: User
) -> None:
    await carol_user.open(manage(appointment))
    await see(carol_user, 'Scheduling successful')
    handling.reschedule(riley, appointment.id, appointment.starts_at + HOUR, seen=0)
    await see(carol_user, 'Riley Berger has moved this appointment. Before, it was on')
    handling.hand_over(riley, appointment.id, robin.id, seen=1)
    await see(carol_user, 'Robin Ray will talk to you instead of Riley Berger.')
    await see(carol_user, 'Video call with Robin Ray')
    handling.cancel(robin, appointment.id, 'The line is down.', seen=2)
    await see(carol_user, 'Robin Ray has cancelled it. “The line is down.”')
    assert 'Reschedule' not in words_on(carol_user)


async def test_who_it_was_with_is_told_also_when_the_page_has_read_the_change_already(
    appointment: db.Appointment, robin: db.Rep, carol_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await carol_user.open(manage(appointment))
    publish = events.publish

    def after_a_mail(event: events.Event) -> None:
        if isinstance(event, events.AppointmentHandedOver):
            publish(events.OutboxChanged(appointment.id, is_done=True))
        publish(event)

    monkeypatch.setattr(events, 'publish', after_a_mail)
    appointment_changes.hand_over(appointment.id, robin.id)
    await see(carol_user, 'Robin Ray will talk to you instead of Riley Berger.')


async def test_when_notice_has_begun_a_sentence_stands_where_the_buttons_were(
    appointment: db.Appointment, carol_user: User, now: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages import appointment as page

    monkeypatch.setattr(page, 'TICK_SECONDS', 0.05)

    def fn(session: db.Session) -> None:
        session.execute(update(db.Kind).values(change_notice_minutes=24 * 60))
        revision.rise(session)

    db.writing(fn)
    until_when = appointment.starts_at - DAY
    now(until_when)
    await carol_user.open(manage(appointment))
    await see(carol_user, 'You can move or cancel it until')
    press(carol_user, 'Cancel appointment')
    await see(carol_user, 'Cancel this appointment?')
    now(until_when + timedelta(seconds=1))
    await see(carol_user, 'It could be moved or cancelled until 1 day before it begins')
    assert 'Reschedule' not in words_on(carol_user)
    await answer(carol_user, 'Cancel this appointment?', 'Cancel appointment')
    await see(carol_user, 'This appointment could be moved or cancelled until 1 day before it begins.')
    assert appointments.get(appointment.id).status == 'booked'


async def test_what_was_asked_is_shown_to_both_sides(riley: db.Rep, carol: Customer, rep_user: User) -> None:
    booked = appointments.book(kinds.FIRST, coming(riley), carol, answers=[('Which product?', 'The large one')])
    for address in (manage(booked), at_rep(booked)):
        await rep_user.open(address)
        await see(rep_user, 'Which product?')
        await see(rep_user, 'The large one')


async def test_an_open_appointment_stays_open_at_its_new_time(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(appointment))
    await see(rep_user, 'carol@example.com')
    appointment_changes.reschedule(appointment.id, appointment.starts_at + DAY + HOUR, by='customer')
    await see(rep_user, 'The appointment with Carol Tanaka has been moved. Before, it was on')
    await see(rep_user, 'at 12:00 PM')
    await see(rep_user, 'carol@example.com')
    await see(rep_user, '1 appointment ·')


async def test_a_rep_moves_by_the_same_grid_without_notice(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(appointment))
    press(rep_user, 'Reschedule')
    await see(rep_user, 'Choose a new time')
    choose(rep_user, appointment.starts_at + HOUR)
    await see(rep_user, f'{IN_TOKYO.time(appointment.starts_at + HOUR)} for Carol in Tokyo')
    press(rep_user, 'Move it')
    await see(rep_user, 'has been moved. Before, it was on')
    assert appointments.get(appointment.id).calendar_sequence == 1


async def test_what_was_changed_meanwhile_is_told_and_not_overwritten(
    appointment: db.Appointment, rep_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rep_user.open(at_rep(appointment))
    press(rep_user, 'Cancel appointment')
    await see(rep_user, 'Cancel this appointment?')
    with monkeypatch.context() as deaf:
        deaf.setattr(events, 'publish', lambda _event: None)
        appointment_changes.reschedule(appointment.id, appointment.starts_at + HOUR, by='customer')
    await answer(rep_user, 'Cancel this appointment?', 'Cancel appointment')
    await see(rep_user, AppointmentChanged.sentence)
    assert appointments.get(appointment.id).status == 'booked'


async def test_an_admin_hands_over_and_keeps_it_in_sight(appointment: db.Appointment, robin: db.Rep, rep_user: User) -> None:
    await rep_user.open(at_rep(appointment))
    press(rep_user, 'Hand over')
    await answer(rep_user, 'Hand this appointment over', 'Hand over')
    await see(rep_user, 'Please choose who is to have it.')
    await answer(rep_user, 'Hand this appointment over', 'Hand over', to=str(robin.id))
    await see(rep_user, 'The appointment with Carol Tanaka is now Robin Ray’s. Before, it was Riley Berger’s.')
    await see(rep_user, 'carol@example.com')
    assert appointments.get(appointment.id).rep_id == robin.id


async def test_a_rep_from_whom_it_is_taken_is_told_to_whom_it_went(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, robin_user: User
) -> None:
    appointment_changes.hand_over(appointment.id, robin.id)
    await robin_user.open(at_rep(appointment))
    await see(robin_user, 'carol@example.com')
    handling.hand_over(riley, appointment.id, riley.id, seen=1)
    await see(robin_user, 'The appointment with Carol Tanaka is now Riley Berger’s. Before, it was Robin Ray’s.')
    await see_no(robin_user, 'carol@example.com')


async def test_nobody_free_is_said_with_what_to_do(appointment: db.Appointment, robin: db.Rep, carol: Customer, rep_user: User) -> None:
    appointment_changes.hand_over(appointment.id, robin.id)
    second = appointments.book(kinds.FIRST, appointment.starts_at, carol)
    await rep_user.open(at_rep(second))
    press(rep_user, 'Hand over')
    await see(rep_user, 'No other rep is free then.')


async def test_an_admin_sees_everyone_s_day_or_one_rep_s(
    appointment: db.Appointment, robin: db.Rep, carol: Customer, rep_user: User
) -> None:
    theirs = appointments.book(kinds.FIRST, coming(robin, hour=10), Customer('Ana Lima', 'ana@example.com', '', NEW_YORK), rep_id=robin.id)
    await rep_user.open(f'/rep?day={appointment.starts_at.date()}')
    await see(rep_user, '2 appointments')
    for words in ('Carol Tanaka', 'Riley Berger', 'Ana Lima', 'Robin Ray'):
        assert words in words_on(rep_user)
    select = find(rep_user, 'Everyone').parent_slot.parent
    trigger(rep_user, select, 'change', str(robin.id))
    await see(rep_user, '1 appointment ·')
    await see_no(rep_user, 'Carol Tanaka')
    press(rep_user, 'Ana Lima')
    await see(rep_user, 'ana@example.com')
    went_back(rep_user, f'?day={theirs.starts_at.date()}&rep=all')
    await see(rep_user, '2 appointments')


async def test_whose_day_was_looked_at_last_is_remembered(appointment: db.Appointment, robin: db.Rep, rep_user: User) -> None:
    rep_user.http_client.cookies.set('whose', str(robin.id))
    await rep_user.open(f'/rep?day={appointment.starts_at.date()}')
    await see(rep_user, 'No appointments')
    await rep_user.open(at_rep(appointment))
    await see(rep_user, 'carol@example.com')


async def test_two_reps_appointments_at_one_time_are_told_apart(
    appointment: db.Appointment, robin: db.Rep, carol: Customer, rep_user: User
) -> None:
    appointment_changes.hand_over(appointment.id, robin.id)
    appointments.book(kinds.FIRST, appointment.starts_at, Customer('Ana Lima', 'ana@example.com', '', NEW_YORK))
    await rep_user.open(f'/rep?day={appointment.starts_at.date()}')
    press(rep_user, 'Carol Tanaka')
    await see(rep_user, 'carol@example.com')
    press(rep_user, 'Ana Lima')
    await see(rep_user, 'ana@example.com')
    await rep_user.open(at_rep(appointment, f'&rep=all&of={robin.id}'))
    await see(rep_user, 'carol@example.com')


@pytest.mark.parametrize('extra', ['', '&rep=all', '&rep=1', '&rep=all&of=1'])
async def test_who_is_no_admin_sees_their_own_only(appointment: db.Appointment, robin_user: User, extra: str) -> None:
    await robin_user.open(at_rep(appointment, extra))
    await see(robin_user, 'No appointment at')
    assert not {'Carol Tanaka', 'carol@example.com', 'Everyone'} & set(words_on(robin_user))


async def test_who_is_no_admin_any_more_sees_and_does_nothing_more_to_what_is_another_s(
    appointment: db.Appointment, robin: db.Rep, rep_user: User
) -> None:
    appointment_changes.hand_over(appointment.id, robin.id)
    await rep_user.open(at_rep(appointment, f'&rep=all&of={robin.id}'))
    press(rep_user, 'Cancel appointment')
    await see(rep_user, 'Cancel this appointment?')
    db.writing(lambda session: session.execute(update(db.Rep).values(is_admin=False)))
    await answer(rep_user, 'Cancel this appointment?', 'Cancel appointment')
    await see(rep_user, str(NotAllowed('This belongs to somebody else. Please ask an admin.')))
    events.publish(events.RepChanged(reps.first().id))
    await see_no(rep_user, 'carol@example.com')


async def test_what_is_being_booked_is_said_at_once(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open(f'/rep?day={coming(riley).date()}')
    hold = holds.take(kinds.FIRST, coming(riley), 'browser', 'network')
    await see(rep_user, 'being booked')
    holds.release('browser', hold.expires_at)
    await see_no(rep_user, 'being booked')


async def in_call(user: User, address: str) -> CallEngine:
    """The engine of a page that has joined the call there."""
    await user.open(address)
    engine = next(iter(user.find(CallEngine).elements))
    trigger(user, engine, 'asking')
    trigger(user, engine, 'join', {'microphone': True, 'camera': True, 'reason': ''})
    await see_no(user, 'Joining …')
    trigger(user, engine, 'ready')
    return engine


async def test_both_sides_of_a_running_call_are_told_and_finish_it(
    appointment: db.Appointment, robin: db.Rep, rep_user: User, create_user: Callable, now: Callable[[datetime], None]
) -> None:
    now(appointment.starts_at)
    carol_user: User = create_user()
    customer = await in_call(carol_user, f'/chat/{appointments.key("chat", appointment)}')
    rep = await in_call(rep_user, at_rep(appointment, '&call=1'))
    appointment_changes.hand_over(appointment.id, robin.id, seen=0)
    await until(
        lambda: 'Robin Ray has taken this appointment over.' in customer.props.get('news', ''), carol_user, 'the customer to be told'
    )
    await until(lambda: 'is now Robin Ray’s' in rep.props.get('news', ''), rep_user, 'the rep to be told')
    appointment_changes.cancel(appointment.id, reason='Something came up.', seen=1)
    await until(
        lambda: 'has been cancelled. You can finish your call.' in customer.props.get('news', ''), carol_user, 'the customer to be told'
    )
    await until(lambda: '“Something came up.” You can finish your call.' in rep.props.get('news', ''), rep_user, 'the rep to be told')
    assert seats.who_is_there(appointment.id) == {'customer', 'rep'}


async def test_who_waits_alone_for_a_call_that_is_moved_away_sees_when_it_is_now(
    appointment: db.Appointment, user: User, now: Callable[[datetime], None]
) -> None:
    now(appointment.starts_at)
    await in_call(user, f'/chat/{appointments.key("chat", appointment)}')
    appointment_changes.reschedule(appointment.id, appointment.starts_at + DAY, by='rep')
    await see(user, 'It opens in 23 hours')
    assert seats.who_is_there(appointment.id) == frozenset()


async def test_who_waits_alone_goes_on_with_who_has_taken_the_appointment_over(
    appointment: db.Appointment, robin: db.Rep, user: User, now: Callable[[datetime], None]
) -> None:
    now(appointment.starts_at)
    engine = await in_call(user, f'/chat/{appointments.key("chat", appointment)}')
    appointment_changes.hand_over(appointment.id, robin.id)
    news = 'Robin Ray has taken this over and calls you here.'
    await until(lambda: engine.props.get('news') == news, user, news)
    assert (engine.props['person'], engine.props['status']) == ('Robin Ray', 'Waiting for Robin Ray …')
    await until(lambda: engine.props['about'].startswith('Robin Ray is'), user, 'how it stands with Robin')
    messages.say(appointment.id, REP, 'One moment')
    await see(user, ': One moment')
    assert find(user, 'Message to Robin Ray')
    trigger(user, engine, 'hang_up')
    await see(user, 'Call with Robin Ray')
    await see(user, 'Robin Ray sees and hears you only when you have joined.')
    assert not any('Riley' in words for words in words_on(user))


@pytest.mark.parametrize('is_talking', [True, False])
async def test_a_call_whose_appointment_is_moved_a_little_closes_later_too(
    appointment: db.Appointment, rep_user: User, create_user: Callable, now: Callable[[datetime], None], is_talking: bool
) -> None:
    now(appointment.starts_at)
    user: User = create_user()
    customer = await in_call(user, f'/chat/{appointments.key("chat", appointment)}')
    if is_talking:
        await in_call(rep_user, at_rep(appointment, '&call=1'))
    later = appointment.starts_at + HOUR
    appointment_changes.reschedule(appointment.id, later, by='rep')
    await until(lambda: 'has been moved to' in customer.props.get('news', ''), user, 'the news')
    assert ('You can finish your call.' in customer.props['news']) == is_talking
    await see(user, IN_TOKYO.moment(later))
    closes_at = calls.window(appointments.get(appointment.id))[1]
    await until(lambda: {place.closes_at for place in seats._places.values()} == {closes_at}, user, 'the end of the call to be moved')


async def test_a_door_names_who_has_the_appointment_now(
    appointment: db.Appointment, robin: db.Rep, user: User, now: Callable[[datetime], None]
) -> None:
    now(appointment.starts_at)
    await user.open(f'/chat/{appointments.key("chat", appointment)}')
    await see(user, 'Call with Riley Berger')
    appointment_changes.hand_over(appointment.id, robin.id)
    await see(user, 'Call with Robin Ray')
    assert find(user, 'Join')


async def test_an_admin_takes_the_rep_s_seat_of_another_s_call(
    appointment: db.Appointment, robin: db.Rep, rep_user: User, now: Callable[[datetime], None]
) -> None:
    appointment_changes.hand_over(appointment.id, robin.id)
    now(appointment.starts_at)
    seats.take(appointment.id, REP, Nobody())
    await in_call(rep_user, at_rep(appointment, f'&rep=all&of={robin.id}&call=1'))
    assert seats.who_is_there(appointment.id) == {REP}
    await see(rep_user, 'Stop chatting')


async def test_a_cookie_that_names_nobody_means_everyone(robin: db.Rep, rep_user: User) -> None:
    for whose in ('nobody', '9' * 30):
        rep_user.http_client.cookies.set('whose', whose)
        assert (await rep_user.http_client.get('/rep')).status_code == 200
