"""What a customer who waits and their rep write to each other, and what the customer reads about the rep, on simulated pages."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from nicegui.testing import User
from sqlalchemy import update

import db
from services import events, messages, presence, seats
from services.times import Reader
from services.video.base import CUSTOMER, REP
from tests.conftest import TOKYO, Configure, on_sqlite
from tests.pages.calling import customer_in_call, open_chat, open_pane, seen, sit
from tests.pages.conftest import Now
from tests.pages.rights import end_sign_in
from tests.pages.seeing import press, see, see_no, trigger, until, with_class, words_on

pytestmark = on_sqlite

HOUR = timedelta(hours=1)


def in_tokyo(appointment: db.Appointment) -> str:
    """When it begins on Carol's clock."""
    return Reader(ZoneInfo(TOKYO)).time(appointment.starts_at)


def write(user: User, text: str) -> None:
    """Send the form of the messages with this in it."""
    trigger(user, with_class(user, 'message-form'), 'submit', {'text': text})


async def test_the_rep_writes_from_the_pane_and_who_waits_reads_it_large_and_answers(
    opened: db.Appointment, rep_user: User, carol_page: User
) -> None:
    found = await customer_in_call(carol_page, opened)
    await open_pane(rep_user, opened)
    press(rep_user, 'I am five minutes late.')
    await until(lambda: found.props['said'] == 'I am five minutes late.', carol_page, 'the message')
    assert (found.props['unread'], found.props.get('chatting', False)) == (1, False)
    trigger(carol_page, found, 'chat')
    seen(carol_page, is_seen=True)
    assert (found.props['unread'], found.props['chatting'], found.props['said']) == (0, True, '')
    write(carol_page, 'No problem')
    await see(rep_user, 'No problem')
    trigger(carol_page, found, 'chat')
    assert found.props['chatting'] is False
    assert [said.seat for said in messages.said(opened.id)] == [REP, CUSTOMER]


async def test_before_joining_one_reads_the_message_too_and_after_a_reload_all_of_them(opened: db.Appointment, carol_page: User) -> None:
    messages.say(opened.id, CUSTOMER, 'I am here')
    messages.say(opened.id, REP, 'Two minutes')
    await open_chat(carol_page, opened)
    await see(carol_page, ': Two minutes')
    await see(carol_page, 'I am here')


async def test_in_the_call_a_message_is_said_to_screen_readers_and_covers_nothing(opened: db.Appointment, carol_page: User) -> None:
    await customer_in_call(carol_page, opened)
    messages.say(opened.id, REP, 'Look at this')
    await see(carol_page, ': Look at this')
    said = with_class(carol_page, 'call-said')
    assert ('hidden-words' in said.classes, said.props['role']) == (True, 'status')


async def test_what_the_rep_cannot_see_is_not_read(opened: db.Appointment, rep_user: User) -> None:
    await open_pane(rep_user, opened)
    messages.say(opened.id, CUSTOMER, 'Are you there?')
    await see(rep_user, 'Are you there?')
    assert messages.unread(opened.id, REP) == 1
    seen(rep_user, is_seen=True)
    assert messages.unread(opened.id, REP) == 0
    messages.say(opened.id, CUSTOMER, 'Hello?')
    await see(rep_user, 'Hello?')
    assert messages.unread(opened.id, REP) == 0


async def test_what_is_refused_stays_with_its_reason(opened: db.Appointment, carol_page: User) -> None:
    await open_chat(carol_page, opened)
    write(carol_page, 'x' * (messages.TEXT_MAX + 3))
    await see(carol_page, 'This is longer than 1000 characters. Please send it in parts.')
    write(carol_page, 'Short')
    await see_no(carol_page, 'This is longer')
    await see(carol_page, 'Short')


async def test_with_a_link_that_was_revoked_nobody_writes(opened: db.Appointment, carol_page: User) -> None:
    await open_chat(carol_page, opened)
    db.writing(lambda session: session.execute(update(db.Appointment).values(key_version=2)))
    write(carol_page, 'Hello')
    await until(lambda: carol_page.notify.contains('This link does not lead anywhere'), carol_page, 'the reason')
    assert messages.said(opened.id) == []


async def test_a_rep_whose_sign_in_has_ended_writes_nothing(opened: db.Appointment, rep_user: User, key: str) -> None:
    await open_pane(rep_user, opened)
    end_sign_in(key)
    write(rep_user, 'Hello')
    await until(lambda: '/sign-in' in rep_user.back_history, rep_user, 'the way to the sign-in')
    assert messages.said(opened.id) == []


async def test_the_messages_stand_on_the_pane_while_the_call_is_open_or_if_they_are_kept(
    appointment: db.Appointment, database: str, configure: Configure, rep_user: User, now: Now
) -> None:
    await open_pane(rep_user, appointment)
    assert 'Messages' not in words_on(rep_user)
    now(appointment.starts_at)
    configure(DATABASE_URL=database, KEEP_MESSAGES='true')
    messages.say(appointment.id, CUSTOMER, 'Until tomorrow')
    now(appointment.starts_at + 5 * HOUR)
    messages.forget()
    await open_pane(rep_user, appointment)
    await see(rep_user, 'Until tomorrow')
    assert 'I am five minutes late.' not in words_on(rep_user)


async def test_who_waits_reads_whether_the_rep_is_there(opened: db.Appointment, riley: db.Rep, carol_page: User) -> None:
    found = await customer_in_call(carol_page, opened)

    async def reads(words: str) -> None:
        await until(lambda: found.props.get('about') == f'Riley Berger is {words}', carol_page, words)

    away = 'away just now. As soon as they are back, they will see that you are waiting.'
    await reads(away)
    presence.arrive(riley.id, 'desk')
    await reads('online and has been told that you are waiting.')
    presence.set_away(riley.id, True)
    await reads(away)
    presence.set_away(riley.id, False)
    await reads('online and has been told that you are waiting.')


async def test_before_the_start_a_rep_without_a_page_is_not_away_but_not_here_yet(
    appointment: db.Appointment, carol_page: User, now: Now
) -> None:
    now(appointment.starts_at - timedelta(minutes=10))
    found = await customer_in_call(carol_page, appointment)
    words = f'Riley Berger is not here yet. Your call begins at {in_tokyo(appointment)}.'
    await until(lambda: found.props.get('about') == words, carol_page, words)
    now(appointment.starts_at)
    words = 'Riley Berger is away just now. As soon as they are back, they will see that you are waiting.'
    await until(lambda: found.props['about'] == words, carol_page, words)
    assert found.props['countdown'] == ''


async def test_who_comes_early_reads_when_the_call_begins_whether_the_rep_is_there_or_not(
    appointment: db.Appointment, riley: db.Rep, carol_page: User, now: Now
) -> None:
    now(appointment.starts_at - timedelta(minutes=47))
    presence.arrive(riley.id, 'desk')
    await open_chat(carol_page, appointment)
    await see(carol_page, f'Riley Berger is online. Your call begins at {in_tokyo(appointment)}.')
    await see(carol_page, 'It begins in 47 minutes.')
    now(appointment.starts_at - timedelta(minutes=45, seconds=30))
    await see(carol_page, 'It begins in 46 minutes.')
    found = await customer_in_call(carol_page, appointment)
    words = f'Riley Berger is online and has been told that you are waiting. Your call begins at {in_tokyo(appointment)}.'
    await until(lambda: found.props.get('about') == words, carol_page, words)
    assert found.props['countdown'] == 'It begins in 46 minutes.'


async def test_the_door_says_that_the_rep_waits_behind_it(opened: db.Appointment, riley: db.Rep, carol_page: User) -> None:
    presence.arrive(riley.id, 'desk')
    await open_chat(carol_page, opened)
    await see(carol_page, 'Riley Berger is online.')
    place = sit(opened, riley.id)
    await see(carol_page, 'Riley Berger is in the call and waits for you.')
    seats.leave(place)
    await see(carol_page, 'Riley Berger is online.')


async def test_who_waits_reads_that_the_rep_is_in_another_call(
    opened: db.Appointment, riley: db.Rep, carol_page: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await customer_in_call(carol_page, opened)
    monkeypatch.setattr(presence, 'state', lambda rep_id, *, but: 'in_call' if (rep_id, but) == (riley.id, opened.id) else 'away')
    events.publish(events.SeatTaken(opened.id + 1, REP, 'a visit', 'peer'))
    await until(lambda: 'in another call and has been told' in str(found.props['about']), carol_page, 'the call')


async def test_a_rep_is_there_while_their_page_is_open(riley: db.Rep, rep_user: User) -> None:
    assert presence.state(riley.id, but=0) == 'absent'
    client = await rep_user.open('/rep')
    assert presence.state(riley.id, but=0) == 'online'
    client.handle_disconnect(next(iter(client._socket_to_document_id)))
    assert presence._pages == {}
