"""`/rep` in a simulated browser: what it shows, and that it keeps itself true."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from nicegui import ui
from nicegui.testing import User
from sqlalchemy import update

import db
from services import agenda, appointment_changes, appointments, calls, clock, events, invitations, kinds, mail_states, reps, seats
from services.customers import Customer
from services.times import Reader
from services.video.base import REP
from tests.conftest import BERLIN, NEW_YORK, TOKYO, Configure, coming, on_sqlite
from tests.pages.calling import DEVICES, at_rep, day_of, engine, join, open_pane, sit
from tests.pages.conftest import Now, RightAfter
from tests.pages.rights import end_sign_in
from tests.pages.seeing import answer, button, find, press, see, see_no, trigger, until, went_back, words_on

pytestmark = on_sqlite


def row_of(user: User, words: str) -> ui.element:
    """The row of the sidebar in which this stands."""
    return next(element for element in find(user, words).ancestors() if 'rep-row' in element.classes)


def change_mail(appointment: db.Appointment, recipient: str = 'customer', *, is_done: bool = False, **values: object) -> None:
    """What the outbox worker may have made of the confirmation."""
    mail = db.OutboxItem.appointment_id == appointment.id, db.OutboxItem.recipient == recipient
    db.writing(lambda session: session.execute(update(db.OutboxItem).where(*mail).values(values)))
    events.publish(events.OutboxChanged(appointment.id, is_done=is_done))


def give_up_mail(appointment: db.Appointment) -> None:
    change_mail(appointment, state='failed', done_at=clock.now(), last_error='The server refused it')


async def test_a_day_shows_its_times_and_asks_to_select_one(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(day_of(appointment))
    await see(rep_user, 'Please select an appointment')
    words = words_on(rep_user)
    assert words[words.index('11:00 AM') + 1] == 'Carol Tanaka'
    assert words.count('free') == 6
    assert f'1 appointment · {Reader(ZoneInfo(BERLIN)).place_and_offset(appointment.starts_at)} time' in words


async def test_a_chosen_time_shows_the_appointment(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(day_of(appointment))
    press(rep_user, 'Carol Tanaka')
    theirs = f'{Reader(ZoneInfo(TOKYO)).time(appointment.starts_at)} for Carol in Tokyo'
    for words in ('at 11:00 AM', 'carol@example.com', 'The offer from last week', '60 minutes · starts in', theirs):
        await see(rep_user, words)
    assert row_of(rep_user, 'Carol Tanaka').props['aria-current'] == 'true'


async def test_a_free_time_says_that_nothing_is_there(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(day_of(appointment))
    press(rep_user, '2:00 PM')
    await see(rep_user, 'No appointment at 2:00 PM')


async def test_day_and_appointment_are_in_the_url_and_come_back(appointment: db.Appointment, rep_user: User) -> None:
    await open_pane(rep_user, appointment)
    went_back(rep_user, f'?day={appointment.starts_at.date() + timedelta(days=1)}')
    await see(rep_user, 'Please select an appointment')
    await see(rep_user, 'No appointments')
    went_back(rep_user, at_rep(appointment)[4:])
    await see(rep_user, 'carol@example.com')


@pytest.mark.parametrize('query', ['day=yesterday&at=noon', 'day=0001-01-01&at=0001-01-01T00:00Z', 'at=2026-11-22T10:00', 'call=1'])
async def test_a_url_that_means_nothing_shows_a_day_all_the_same(rep_user: User, query: str) -> None:
    await rep_user.open(f'/rep?{query}')
    await see(rep_user, 'Please select an appointment')


async def test_a_booking_made_elsewhere_changes_its_row_only(riley: db.Rep, carol: Customer, rep_user: User) -> None:
    await rep_user.open(f'/rep?day={coming(riley).date()}')
    before = find(rep_user, '11:00 AM'), find(rep_user, '2:00 PM')
    appointments.book(kinds.FIRST, coming(riley), carol)
    await see(rep_user, 'Carol Tanaka')
    await see(rep_user, '1 appointment ')
    assert (find(rep_user, '11:00 AM'), find(rep_user, '2:00 PM')) == before


async def test_what_is_booked_while_the_page_is_made_is_not_missed(
    riley: db.Rep, carol: Customer, rep_user: User, right_after: RightAfter
) -> None:
    right_after(agenda, 'entries_on', lambda: appointments.book(kinds.FIRST, coming(riley), carol))
    await rep_user.open(f'/rep?day={coming(riley).date()}')
    await see(rep_user, 'Carol Tanaka')


async def test_a_mail_sent_while_the_page_is_made_is_not_missed(
    appointment: db.Appointment, rep_user: User, right_after: RightAfter
) -> None:
    right_after(mail_states, 'of', lambda: change_mail(appointment, is_done=True, state='done', done_at=clock.now()))
    await rep_user.open(at_rep(appointment))
    await see(rep_user, 'The confirmation is in the mailbox here: no mail server is set.')


async def test_an_appointment_booked_at_the_chosen_time_appears(riley: db.Rep, carol: Customer, rep_user: User) -> None:
    await rep_user.open(f'/rep?at={coming(riley):%Y-%m-%dT%H:%MZ}')
    await see(rep_user, 'No appointment at 11:00 AM')
    appointments.book(kinds.FIRST, coming(riley), carol)
    await see(rep_user, 'carol@example.com')


async def test_an_appointment_that_the_customer_cancels_goes(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(appointment))
    appointment_changes.cancel(appointment.id)
    await see(rep_user, 'The appointment with Carol Tanaka has been cancelled.')
    await see(rep_user, 'No appointments')


async def test_of_two_choices_the_last_one_is_shown_however_long_each_takes(
    appointment: db.Appointment, rep_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked_at, later = appointments.booked_at, threading.Event()

    def slowly(rep_id: int, starts_at: datetime) -> db.Appointment | None:
        if starts_at != appointment.starts_at:
            later.wait(0.5)
        return booked_at(rep_id, starts_at)

    monkeypatch.setattr(appointments, 'booked_at', slowly)
    await rep_user.open(day_of(appointment))
    press(rep_user, '2:00 PM')
    press(rep_user, 'Carol Tanaka')
    await see(rep_user, 'carol@example.com')
    later.set()
    with pytest.raises(AssertionError):
        await see_no(rep_user, 'carol@example.com', seconds=1)


async def test_cancelling_asks_first(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(appointment))
    press(rep_user, 'Cancel appointment')
    await answer(rep_user, 'Cancel this appointment?', 'Keep it')
    assert appointments.get(appointment.id).status == 'booked'


async def test_cancelling_frees_the_time(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(appointment))
    press(rep_user, 'Cancel appointment')
    await answer(rep_user, 'Cancel this appointment?', 'Cancel appointment')
    await see(rep_user, 'No appointment at 11:00 AM')
    assert appointments.get(appointment.id).status == 'cancelled'


async def test_whoever_was_signed_out_cannot_cancel_any_more(appointment: db.Appointment, rep_user: User, key: str) -> None:
    await rep_user.open(at_rep(appointment))
    end_sign_in(key)
    press(rep_user, 'Cancel appointment')
    await answer(rep_user, 'Cancel this appointment?', 'Cancel appointment')
    await see(rep_user, 'Sign in')
    assert appointments.get(appointment.id).status == 'booked'


async def test_whoever_was_signed_out_reads_no_customer_any_more(appointment: db.Appointment, rep_user: User, key: str) -> None:
    await rep_user.open('/rep')
    end_sign_in(key)
    went_back(rep_user, at_rep(appointment)[4:])
    await see(rep_user, 'Password')
    assert 'carol@example.com' not in words_on(rep_user)


async def test_whoever_was_signed_out_is_not_shown_what_happens(riley: db.Rep, carol: Customer, rep_user: User, key: str) -> None:
    await rep_user.open(f'/rep?day={coming(riley).date()}')
    end_sign_in(key)
    appointments.book(kinds.FIRST, coming(riley), carol)
    await see(rep_user, 'Password')


async def test_whoever_was_signed_out_joins_no_call_any_more(opened: db.Appointment, rep_user: User, key: str) -> None:
    await rep_user.open(at_rep(opened, '&call=1'))
    await see(rep_user, 'Stop chatting')
    end_sign_in(key)
    trigger(rep_user, engine(rep_user), 'join', DEVICES)
    await see(rep_user, 'Password')
    assert seats.who_is_there(opened.id) == frozenset()


@pytest.mark.usefixtures('quick')
async def test_start_chat_appears_by_itself_an_hour_before(appointment: db.Appointment, rep_user: User, now: Now) -> None:
    opens_at, closes_at = calls.window(appointment)
    now(opens_at - timedelta(seconds=1))
    await rep_user.open(at_rep(appointment))
    await see(rep_user, 'starts in 60 minutes')
    assert 'Start chat' not in words_on(rep_user)
    now(opens_at)
    await see(rep_user, 'Start chat')
    now(closes_at)
    await see_no(rep_user, 'Start chat')
    await see(rep_user, 'ended 30 minutes ago')
    await see_no(rep_user, 'Cancel appointment')


@pytest.mark.usefixtures('quick')
async def test_a_free_time_that_goes_by_says_so(riley: db.Rep, rep_user: User, now: Now) -> None:
    now(datetime(2026, 11, 22, 9, 59, tzinfo=UTC))
    await rep_user.open('/rep?day=2026-11-22')
    await see(rep_user, 'not booked')
    assert words_on(rep_user).count('free') == 6
    now(datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    await until(lambda: words_on(rep_user).count('free') == 5, rep_user, 'one free time less')


async def test_the_customer_in_the_call_is_seen(opened: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(opened))
    await see(rep_user, 'Carol Tanaka is not in the call')
    place = sit(opened)
    await see(rep_user, 'Carol Tanaka is in the call right now', seconds=2)
    await see(rep_user, 'waiting', seconds=2)
    seats.leave(place)
    await see(rep_user, 'Carol Tanaka is not in the call', seconds=2)
    await see_no(rep_user, 'waiting', seconds=2)


async def test_starting_a_chat_shows_the_call_and_stopping_it_asks_first(opened: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(opened))
    press(rep_user, 'Start chat')
    await see(rep_user, 'Stop chatting')
    await see_no(rep_user, 'Copy the customer')
    await join(rep_user, opened, REP)
    press(rep_user, 'Stop chatting')
    await answer(rep_user, 'Stop chatting?', 'Stay')
    await see_no(rep_user, 'Stop chatting?')
    press(rep_user, 'Stop chatting')
    await answer(rep_user, 'Stop chatting?', 'Leave')
    trigger(rep_user, engine(rep_user), 'hang_up')  # what the browser says then
    await see(rep_user, 'Copy the customer')


async def test_a_reload_in_the_call_comes_back_to_it_and_the_day_can_be_turned(opened: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(opened, '&call=1'))
    await see(rep_user, 'Stop chatting')
    press(rep_user, 'chevron_right')
    await see(rep_user, 'No appointments')
    await see(rep_user, 'Stop chatting')


async def test_a_call_that_is_not_open_is_not_shown(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(appointment, '&call=1'))
    await see(rep_user, 'Copy the customer')
    assert 'Stop chatting' not in words_on(rep_user)


async def test_the_mail_s_state_is_shown_as_it_changes(
    appointment: db.Appointment, database: str, configure: Configure, rep_user: User
) -> None:
    configure(DATABASE_URL=database, SMTP_HOST='localhost', MAIL_FROM='calls@example.com')
    await rep_user.open(at_rep(appointment))
    await see(rep_user, 'The confirmation is on its way.')
    change_mail(appointment, tries=1, last_error='The server does not answer')
    await see(rep_user, 'could not be sent yet')
    change_mail(appointment, state='done', done_at=clock.now())
    await see(rep_user, 'Confirmation sent')


async def test_a_mail_that_was_given_up_can_be_sent_again(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open('/rep')
    give_up_mail(appointment)
    await see(rep_user, 'The confirmation to Carol Tanaka about ')
    change_mail(appointment, recipient='rep', state='failed', done_at=clock.now())
    await see(rep_user, 'The confirmation to Carol Tanaka and you about ')
    press(rep_user, 'Send again')
    await see_no(rep_user, 'could not be delivered')
    assert mail_states.of(appointment.id).state == 'waiting'


async def test_a_mail_that_fails_again_and_again_is_told_until_it_is_sent(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open('/rep')
    change_mail(appointment, tries=3, last_error='The server does not answer')
    await see(rep_user, 'The confirmation to Carol Tanaka about ')
    await see(rep_user, ' could not be sent yet. We keep trying.')
    assert 'Send again' not in words_on(rep_user)
    change_mail(appointment, is_done=True, state='done', done_at=clock.now())
    await see_no(rep_user, 'could not be sent yet')


async def test_what_was_given_up_and_what_is_still_tried_are_told_apart(appointment: db.Appointment, rep_user: User) -> None:
    change_mail(appointment, state='failed', done_at=clock.now())
    change_mail(appointment, recipient='rep', tries=3)
    await rep_user.open('/rep')
    await see(rep_user, 'The confirmation to Carol Tanaka about ')
    await see(rep_user, 'The confirmation to you about ')
    words = words_on(rep_user)
    assert words.count(' could not be delivered. ') == words.count(' could not be sent yet. We keep trying.') == 1


async def test_a_mail_that_was_given_up_leads_to_its_appointment(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open('/rep')
    give_up_mail(appointment)
    await see(rep_user, 'The confirmation to Carol Tanaka about ')
    press(rep_user, next(words for words in words_on(rep_user) if words.endswith('at 11:00 AM')))
    await see(rep_user, 'carol@example.com')
    await see(rep_user, 'The server refused it')


async def test_the_customer_s_link_is_shown_where_it_cannot_be_copied(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(appointment))
    copy = button(rep_user, "Copy the customer's link")
    trigger(rep_user, copy, 'click', False)
    await see(rep_user, f'This is the link: {invitations.chat_link(appointment)}')
    trigger(rep_user, copy, 'click', True)
    await see(rep_user, 'Copied')


async def test_what_the_account_lacks_is_asked_for_until_it_is_given(riley: db.Rep, rep_user: User, key: str) -> None:
    db.writing(lambda session: session.execute(update(db.Rep).values(name='', email=None)))
    await rep_user.open('/rep')
    await see(rep_user, 'Please give your name, your email address and a password on ')
    await see(rep_user, 'You have no address yet, so you are not told by mail of new appointments.')
    reps.update(
        riley.id, name='Riley', email='riley@example.com', time_zone=BERLIN, password='long enough', repeated='long enough', keep=key
    )
    await see_no(rep_user, 'Please give')


async def test_the_day_follows_the_rep_s_zone(appointment: db.Appointment, riley: db.Rep, rep_user: User) -> None:
    await rep_user.open(day_of(appointment))
    reps.update(riley.id, name='Riley', email='riley@example.com', time_zone=NEW_YORK)
    await see(rep_user, 'New York')
    await see(rep_user, '5:00 AM')


async def test_times_follow_the_browser_s_language(appointment: db.Appointment, rep_user: User) -> None:
    rep_user.http_client.headers['accept-language'] = 'de-DE,de;q=0.9'
    await rep_user.open(day_of(appointment))
    await see(rep_user, '16:00')


async def test_what_a_customer_typed_is_shown_as_text(riley: db.Rep, rep_user: User) -> None:
    nasty = Customer('<img src=x onerror=alert(1)>', 'carol@example.com', '"><script>alert(1)</script>', BERLIN)
    appointment = appointments.book(kinds.FIRST, coming(riley), nasty)
    await rep_user.open(at_rep(appointment))
    await see(rep_user, nasty.name)
    await see(rep_user, nasty.comment)
    page = await rep_user.http_client.get(at_rep(appointment))
    assert '<img src=x' not in page.text
    assert '<script>alert' not in page.text


async def test_both_in_the_call_is_said_in_the_row(opened: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(opened))
    places = [sit(opened), sit(opened, opened.rep_id)]
    await until(lambda: 'in call' in words_on(rep_user), rep_user, 'the row to say so')
    for place in places:
        seats.leave(place)
