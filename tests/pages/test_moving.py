"""Moving, handing over and cancelling on the pages: what each side sees at once, and who may do what."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from nicegui.testing import User
from sqlalchemy import update

import db
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
)
from services.customers import Customer
from services.errors import AppointmentChanged, NotAllowed, SlotTaken
from services.times import Reader
from services.video.base import REP
from tests.conftest import NEW_YORK, TOKYO, coming, on_sqlite
from tests.occupants import Nobody
from tests.pages.calling import at_rep, customer_in_call, day_of, link, open_pane, rep_in_call
from tests.pages.conftest import Now
from tests.pages.rights import end_admin_rights
from tests.pages.seeing import answer, around, find, press, press_slot, see, see_no, slot, told_closed, trigger, until, went_back, words_on

pytestmark = on_sqlite

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_TOKYO = Reader(ZoneInfo(TOKYO))


@pytest.fixture
def carol_user(user: User) -> User:
    """Carol in Tokyo, who has been here before."""
    user.http_client.cookies.set('tz', 'Asia%2FTokyo')
    return user


async def test_a_customer_moves_an_appointment_and_reads_when_it_was(appointment: db.Appointment, carol_user: User) -> None:
    await carol_user.open(link('manage', appointment))
    press(carol_user, 'Reschedule')
    await see(carol_user, 'Choose a new time')
    assert IN_TOKYO.time(appointment.starts_at) not in words_on(carol_user)
    press_slot(carol_user, appointment.starts_at + HOUR)
    await see(carol_user, 'Move the appointment to this time?')
    await see(carol_user, '12:00 PM for Riley Berger in Berlin')
    press(carol_user, 'Move it')
    await see(carol_user, 'You have moved this appointment. Before, it was on')
    await see(carol_user, IN_TOKYO.span(appointment.starts_at + HOUR, appointment.starts_at + 2 * HOUR))
    assert appointments.get(appointment.id).starts_at == appointment.starts_at + HOUR


async def test_a_closing_that_the_browser_tells_of_after_the_next_opening_closes_nothing(
    appointment: db.Appointment, carol_user: User
) -> None:
    await carol_user.open(link('manage', appointment))
    press(carol_user, 'Reschedule')
    await see(carol_user, 'Choose a new time')
    dialog = around(find(carol_user, 'Choose a new time'), 'dialog')
    first = dialog.props['data-opening']
    press(carol_user, 'Reschedule')
    await until(lambda: dialog.props['data-opening'] != first, carol_user, 'the dialog to open again')
    told_closed(carol_user, dialog, first)
    press_slot(carol_user, appointment.starts_at + HOUR)
    await see(carol_user, 'Move the appointment to this time?')


async def test_a_slot_that_goes_while_it_is_confirmed_is_told(appointment: db.Appointment, carol: Customer, carol_user: User) -> None:
    await carol_user.open(link('manage', appointment))
    press(carol_user, 'Reschedule')
    await see(carol_user, 'Choose a new time')
    press_slot(carol_user, appointment.starts_at + HOUR)
    appointments.book(kinds.FIRST, appointment.starts_at + HOUR, carol)
    await see(carol_user, SlotTaken.sentence)
    press(carol_user, 'Another time')
    assert slot(carol_user, appointment.starts_at + HOUR).props['aria-disabled'] == 'true'


async def test_a_customer_cancels_with_a_reason_that_the_rep_reads(appointment: db.Appointment, rep_user: User, carol_page: User) -> None:
    await rep_user.open(at_rep(appointment))
    await carol_page.open(link('manage', appointment))
    press(carol_page, 'Cancel appointment')
    await answer(carol_page, 'Cancel this appointment?', 'Cancel appointment', reason='I am ill.')
    await see(carol_page, 'You have cancelled it. “I am ill.”')
    await see(rep_user, 'Carol Tanaka has cancelled this appointment. “I am ill.”')
    await rep_user.open(at_rep(appointment))
    await see(rep_user, 'Carol Tanaka has cancelled this appointment. “I am ill.”')


async def test_a_customer_reads_at_once_what_the_rep_does(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, carol_user: User
) -> None:
    await carol_user.open(link('manage', appointment))
    await see(carol_user, 'Scheduling successful')
    handling.reschedule(riley, appointment.id, appointment.starts_at + HOUR, seen=0)
    await see(carol_user, 'Riley Berger has moved this appointment. Before, it was on')
    handling.hand_over(riley, appointment.id, robin.id, seen=1)
    await see(carol_user, 'Robin Doe will talk to you instead of Riley Berger.')
    await see(carol_user, 'Video call with Robin Doe')
    handling.cancel(robin, appointment.id, 'The line is down.', seen=2)
    await see(carol_user, 'Robin Doe has cancelled it. “The line is down.”')
    assert 'Reschedule' not in words_on(carol_user)


async def test_who_it_was_with_is_told_also_when_the_page_has_read_the_change_already(
    appointment: db.Appointment, robin: db.Rep, carol_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await carol_user.open(link('manage', appointment))
    publish = events.publish

    def after_a_mail(event: events.Event) -> None:
        if isinstance(event, events.AppointmentHandedOver):
            publish(events.OutboxChanged(appointment.id, is_done=True))
        publish(event)

    monkeypatch.setattr(events, 'publish', after_a_mail)
    appointment_changes.hand_over(appointment.id, robin.id)
    await see(carol_user, 'Robin Doe will talk to you instead of Riley Berger.')


async def test_when_notice_has_begun_a_sentence_stands_where_the_buttons_were(
    appointment: db.Appointment, carol_user: User, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages import appointment as page

    monkeypatch.setattr(page, 'TICK_SECONDS', 0.05)

    def fn(session: db.Session) -> None:
        session.execute(update(db.Kind).values(change_notice_minutes=24 * 60))
        revision.rise(session)

    db.writing(fn)
    until_when = appointment.starts_at - DAY
    now(until_when)
    await carol_user.open(link('manage', appointment))
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
    for address in (link('manage', booked), at_rep(booked)):
        await rep_user.open(address)
        await see(rep_user, 'Which product?')
        await see(rep_user, 'The large one')


async def test_an_open_appointment_stays_open_at_its_new_time(appointment: db.Appointment, rep_user: User) -> None:
    await open_pane(rep_user, appointment)
    appointment_changes.reschedule(appointment.id, appointment.starts_at + DAY + HOUR, by='customer')
    await see(rep_user, 'The appointment with Carol Tanaka has been moved. Before, it was on')
    await see(rep_user, 'at 12:00 PM')
    await see(rep_user, 'carol@example.com')
    await see(rep_user, '1 appointment ·')


async def test_a_rep_moves_by_the_same_grid_without_notice(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(appointment))
    press(rep_user, 'Reschedule')
    await see(rep_user, 'Choose a new time')
    press_slot(rep_user, appointment.starts_at + HOUR)
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
    await see(rep_user, 'The appointment with Carol Tanaka is now Robin Doe’s. Before, it was Riley Berger’s.')
    await see(rep_user, 'carol@example.com')
    assert appointments.get(appointment.id).rep_id == robin.id


async def test_a_rep_from_whom_it_is_taken_is_told_to_whom_it_went(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, robin_user: User
) -> None:
    appointment_changes.hand_over(appointment.id, robin.id)
    await open_pane(robin_user, appointment)
    handling.hand_over(riley, appointment.id, riley.id, seen=1)
    await see(robin_user, 'The appointment with Carol Tanaka is now Riley Berger’s. Before, it was Robin Doe’s.')
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
    await rep_user.open(day_of(appointment))
    await see(rep_user, '2 appointments')
    for words in ('Carol Tanaka', 'Riley Berger', 'Ana Lima', 'Robin Doe'):
        assert words in words_on(rep_user)
    trigger(rep_user, around(find(rep_user, 'Everyone'), 'select'), 'change', str(robin.id))
    await see(rep_user, '1 appointment ·')
    await see_no(rep_user, 'Carol Tanaka')
    press(rep_user, 'Ana Lima')
    await see(rep_user, 'ana@example.com')
    went_back(rep_user, f'?day={theirs.starts_at.date()}&rep=all')
    await see(rep_user, '2 appointments')


async def test_whose_day_was_looked_at_last_is_remembered(appointment: db.Appointment, robin: db.Rep, rep_user: User) -> None:
    rep_user.http_client.cookies.set('whose', str(robin.id))
    await rep_user.open(day_of(appointment))
    await see(rep_user, 'No appointments')
    await open_pane(rep_user, appointment)


async def test_two_reps_appointments_at_one_time_are_told_apart(
    appointment: db.Appointment, robin: db.Rep, carol: Customer, rep_user: User
) -> None:
    appointment_changes.hand_over(appointment.id, robin.id)
    appointments.book(kinds.FIRST, appointment.starts_at, Customer('Ana Lima', 'ana@example.com', '', NEW_YORK))
    await rep_user.open(day_of(appointment))
    press(rep_user, 'Carol Tanaka')
    await see(rep_user, 'carol@example.com')
    press(rep_user, 'Ana Lima')
    await see(rep_user, 'ana@example.com')
    await open_pane(rep_user, appointment, f'&rep=all&of={robin.id}')


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
    end_admin_rights()
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


async def test_both_sides_of_a_running_call_are_told_and_finish_it(
    opened: db.Appointment, robin: db.Rep, rep_user: User, carol_page: User
) -> None:
    customer = await customer_in_call(carol_page, opened)
    rep = await rep_in_call(rep_user, opened)
    appointment_changes.hand_over(opened.id, robin.id, seen=0)
    await until(
        lambda: 'Robin Doe has taken this appointment over.' in customer.props.get('news', ''), carol_page, 'the customer to be told'
    )
    await until(lambda: 'is now Robin Doe’s' in rep.props.get('news', ''), rep_user, 'the rep to be told')
    appointment_changes.cancel(opened.id, reason='Something came up.', seen=1)
    await until(
        lambda: 'has been cancelled. You can finish your call.' in customer.props.get('news', ''), carol_page, 'the customer to be told'
    )
    await until(lambda: '“Something came up.” You can finish your call.' in rep.props.get('news', ''), rep_user, 'the rep to be told')
    assert seats.who_is_there(opened.id) == {'customer', 'rep'}


async def test_who_waits_alone_for_a_call_that_is_moved_away_sees_when_it_is_now(opened: db.Appointment, user: User) -> None:
    await customer_in_call(user, opened)
    appointment_changes.reschedule(opened.id, opened.starts_at + DAY, by='rep')
    await see(user, 'It opens in 23 hours')
    assert seats.who_is_there(opened.id) == frozenset()


async def test_who_waits_alone_goes_on_with_who_has_taken_the_appointment_over(opened: db.Appointment, robin: db.Rep, user: User) -> None:
    engine = await customer_in_call(user, opened)
    appointment_changes.hand_over(opened.id, robin.id)
    news = 'Robin Doe has taken this over and calls you here.'
    await until(lambda: engine.props.get('news') == news, user, news)
    assert (engine.props['person'], engine.props['status']) == ('Robin Doe', 'Waiting for Robin Doe …')
    await until(lambda: engine.props['about'].startswith('Robin Doe is'), user, 'how it stands with Robin')
    messages.say(opened.id, REP, 'One moment')
    await see(user, ': One moment')
    assert find(user, 'Message to Robin Doe')
    trigger(user, engine, 'hang_up')
    await see(user, 'Call with Robin Doe')
    await see(user, 'Robin Doe sees and hears you only when you have joined.')
    assert not any('Riley' in words for words in words_on(user))


@pytest.mark.parametrize('is_talking', [True, False])
async def test_a_call_whose_appointment_is_moved_a_little_closes_later_too(
    opened: db.Appointment, rep_user: User, carol_page: User, is_talking: bool
) -> None:
    customer = await customer_in_call(carol_page, opened)
    if is_talking:
        await rep_in_call(rep_user, opened)
    later = opened.starts_at + HOUR
    appointment_changes.reschedule(opened.id, later, by='rep')
    await until(lambda: 'has been moved to' in customer.props.get('news', ''), carol_page, 'the news')
    assert ('You can finish your call.' in customer.props['news']) == is_talking
    await see(carol_page, IN_TOKYO.moment(later))
    closes_at = calls.window(appointments.get(opened.id))[1]
    await until(lambda: {place.closes_at for place in seats._places.values()} == {closes_at}, carol_page, 'the end of the call to be moved')


async def test_a_door_names_who_has_the_appointment_now(opened: db.Appointment, robin: db.Rep, user: User) -> None:
    await user.open(link('chat', opened))
    await see(user, 'Call with Riley Berger')
    appointment_changes.hand_over(opened.id, robin.id)
    await see(user, 'Call with Robin Doe')
    assert find(user, 'Join')


async def test_an_admin_takes_the_rep_s_seat_of_another_s_call(
    appointment: db.Appointment, robin: db.Rep, rep_user: User, now: Now
) -> None:
    appointment_changes.hand_over(appointment.id, robin.id)
    now(appointment.starts_at)
    seats.take(appointment.id, REP, Nobody())
    await rep_in_call(rep_user, appointment, f'&rep=all&of={robin.id}')
    assert seats.who_is_there(appointment.id) == {REP}
    await see(rep_user, 'Stop chatting')


async def test_a_cookie_that_names_nobody_means_everyone(robin: db.Rep, rep_user: User) -> None:
    for whose in ('nobody', '9' * 30):
        rep_user.http_client.cookies.set('whose', whose)
        assert (await rep_user.http_client.get('/rep')).status_code == 200
