"""What is shown of what the two sides of a call have written: to whom, what of it leads elsewhere, and what is news."""

from datetime import timedelta
from unittest.mock import AsyncMock
from zoneinfo import ZoneInfo

import pytest
from nicegui import ui
from nicegui.testing import User
from sqlalchemy import update

import db
from pages.components import conversation
from pages.components.call_engine import CallEngine
from pages.components.linked_text import LinkedText
from pages.rep_page.view import RepView
from services import appointment_changes, appointments, calls, messages, reps, seats
from services.times import Reader
from services.video.base import CUSTOMER, REP
from tests.conftest import on_sqlite
from tests.pages.calling import customer_in_call, open_chat, open_pane, rep_in_call, seen, sit
from tests.pages.conftest import Now
from tests.pages.rights import end_admin_rights
from tests.pages.seeing import press, see, trigger, until, with_class, words_on

pytestmark = on_sqlite

MINUTE = timedelta(minutes=1)


def written(user: User) -> list[ui.element]:
    """All that the messages are made of."""
    assert user.client is not None
    return [part for one in user.client.layout.descendants() if isinstance(one, LinkedText) for part in one.descendants()]


def links(user: User) -> list[ui.element]:
    return [part for part in written(user) if part.tag == 'a']


def authors(user: User) -> list[str]:
    """Who wrote the messages, in their order."""
    assert user.client is not None
    return [
        str(part._text) for one in user.client.layout.descendants() if 'message-who' in one.classes for part in one if part.tag == 'strong'
    ]


def busy_once(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """The next time this is read, the database is too busy."""
    read = getattr(module, name)

    def fail(*_args: object) -> None:
        monkeypatch.setattr(module, name, read)
        raise db.Busy

    monkeypatch.setattr(module, name, fail)


async def handed_over_in_call(user: User, appointment: db.Appointment, colleague: db.Rep) -> CallEngine:
    """The call of a rep with no right but to their own, who sits in it with the customer, while it becomes the colleague's."""
    end_admin_rights()
    sit(appointment)
    engine = await rep_in_call(user, appointment)
    appointment_changes.hand_over(appointment.id, colleague.id)
    return engine


async def left_to_colleague(user: User, appointment: db.Appointment, rep: db.Rep, colleague: db.Rep) -> CallEngine:
    """The customer's call, in which a colleague has taken the place of the rep who said they would be fetched."""
    sit(appointment, rep.id)
    engine = await customer_in_call(user, appointment)
    messages.say(appointment.id, REP, 'I fetch Robin', rep.id)
    await until(lambda: engine.props['said'] == 'I fetch Robin', user, 'the message')
    sit(appointment, colleague.id)
    await until(lambda: engine.props['person'] == reps.display_name(colleague), user, 'the colleague')
    return engine


async def test_who_may_not_take_part_any_more_reads_nothing_new(
    opened: db.Appointment, riley: db.Rep, robin: db.Rep, rep_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_admin_rights()
    monkeypatch.setattr(RepView, 'catch_up', AsyncMock())  # the page is behind
    await open_pane(rep_user, opened)
    messages.say(opened.id, CUSTOMER, 'Good morning')
    await see(rep_user, 'Good morning')
    appointment_changes.hand_over(opened.id, robin.id)
    messages.say(opened.id, CUSTOMER, 'This is for Robin')
    await see(rep_user, 'You do not take part in this conversation any more.')
    seen(rep_user, is_seen=True)
    assert 'This is for Robin' not in words_on(rep_user)
    assert 'I am five minutes late.' not in words_on(rep_user)
    assert messages.unread(opened.id, REP) == 2


async def test_at_the_door_a_message_has_its_time_and_is_no_news_for_ever(opened: db.Appointment, user: User, now: Now) -> None:
    messages.say(opened.id, REP, 'Ten minutes')
    now(opened.starts_at + 29 * MINUTE)
    engine = await open_chat(user, opened)
    at = Reader(ZoneInfo(opened.time_zone)).time(opened.starts_at)
    await see(user, f'Riley Berger wrote at {at}: Ten minutes')
    assert (engine.props['said'], engine.props['said-by']) == ('Ten minutes', f'Riley Berger wrote at {at}:')
    now(opened.starts_at + 31 * MINUTE)
    engine = await open_chat(user, opened)
    await see(user, 'Ten minutes')
    assert not any('wrote at' in words for words in words_on(user))
    assert (engine.props['said'], engine.props['unread']) == ('', 1)


async def test_what_was_written_before_one_left_the_call_is_no_news_at_its_door(opened: db.Appointment, user: User, now: Now) -> None:
    engine = await customer_in_call(user, opened)
    messages.say(opened.id, REP, 'Look at https://example.com')
    await until(lambda: engine.props['said'] != '', user, 'the message')
    assert len(links(user)) == 1  # among the messages, not in what only screen readers hear
    now(opened.starts_at + MINUTE)
    await calls.end(opened.id)
    await see(user, 'Join again')
    assert engine.props['said'] == ''
    await calls.reopen(opened.id)
    messages.say(opened.id, REP, 'Sorry, https://example.com')
    await see(user, 'Riley Berger wrote at')
    assert len(links(user)) == 3


@pytest.mark.parametrize(
    ('text', 'addresses'),
    [
        ('See https://example.com/a_(b)?c=1&d=2, or (HTTP://example.org/).', ['https://example.com/a_(b)?c=1&d=2', 'HTTP://example.org/']),
        ('javascript:alert(1) data:text/html,x //example.com ftp://example.com https://', []),
        ('https://example.com/"onmouseover="alert(1) <a href="x">', ['https://example.com/']),
        ('https://example.com/\u202emoc.live <script>alert(1)</script>', ['https://example.com/']),
    ],
)
async def test_only_addresses_of_pages_are_links(opened: db.Appointment, user: User, text: str, addresses: list[str]) -> None:
    messages.say(opened.id, CUSTOMER, text)
    await open_chat(user, opened)
    await until(lambda: bool(written(user)), user, 'the message')
    assert [link.props['href'] for link in links(user)] == addresses
    assert all((link.props['target'], link.props['rel']) == ('_blank', 'noopener noreferrer nofollow') for link in links(user))
    assert ''.join(part._text for part in written(user) if part._text and 'hidden-words' not in part.classes) == text


async def test_after_a_passing_error_the_message_is_shown_all_the_same(
    opened: db.Appointment, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, 'AGAIN_SECONDS', 0.05)
    engine = await customer_in_call(user, opened)
    busy_once(monkeypatch, appointments, 'by_key')
    messages.say(opened.id, REP, 'Two minutes')
    await see(user, 'Two minutes')
    assert conversation.OVER not in words_on(user)
    assert engine.props['unread'] == 1


async def test_who_cannot_be_asked_about_for_a_moment_keeps_what_was_typed_and_sends_it_again(
    opened: db.Appointment, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_chat(user, opened)
    busy_once(monkeypatch, appointments, 'by_key')
    trigger(user, with_class(user, 'message-form'), 'submit', {'text': 'Hello'})
    await see(user, str(db.Busy()))
    trigger(user, with_class(user, 'message-form'), 'submit', {'text': 'Hello'})
    await see(user, 'Hello')


async def test_a_rep_whose_appointment_was_handed_over_goes_on_writing_until_the_colleague_comes(
    opened: db.Appointment, robin: db.Rep, rep_user: User
) -> None:
    engine = await handed_over_in_call(rep_user, opened, robin)
    await until(lambda: 'is now Robin Doe’s' in str(engine.props.get('news')), rep_user, 'the news')
    messages.say(opened.id, CUSTOMER, 'And one more question')
    await see(rep_user, 'And one more question')
    trigger(rep_user, with_class(rep_user, 'message-form'), 'submit', {'text': 'Yes?'})
    await until(lambda: [said.text for said in messages.said(opened.id)][1:] == ['Yes?'], rep_user, 'the answer')
    sit(opened, robin.id)
    messages.say(opened.id, CUSTOMER, 'This is for Robin')
    await see(rep_user, 'Robin Doe has taken this call over.')
    assert not any('This is for Robin' in words for words in words_on(rep_user))


async def test_a_rep_with_no_other_right_reads_nothing_while_they_are_out_of_the_call_and_all_of_it_once_back(
    opened: db.Appointment, robin: db.Rep, rep_user: User
) -> None:
    engine = await handed_over_in_call(rep_user, opened, robin)
    seats._places[opened.id, REP].heard_at -= 13
    seats.reap()
    messages.say(opened.id, CUSTOMER, 'Are you there?')
    await see(rep_user, conversation.OVER)
    assert 'Are you there?' not in words_on(rep_user)
    trigger(rep_user, engine, 'beat')
    await see(rep_user, 'Are you there?')
    assert conversation.OVER not in words_on(rep_user)
    assert with_class(rep_user, 'message-form').visible


async def test_a_message_is_named_after_the_rep_who_wrote_it_whoever_sits_there_now(
    opened: db.Appointment, riley: db.Rep, robin: db.Rep, user: User
) -> None:
    engine = await left_to_colleague(user, opened, riley, robin)
    messages.say(opened.id, REP, 'Hello Carol', robin.id)
    await until(lambda: engine.props['said'] == 'Hello Carol', user, 'the second message')
    assert str(engine.props['said-by']).startswith('Robin Doe wrote at')
    assert authors(user) == ['Riley Berger', 'Robin Doe']
    await customer_in_call(user, opened)
    await until(lambda: len(authors(user)) == 2, user, 'both messages')
    assert authors(user) == ['Riley Berger', 'Robin Doe']


async def test_the_mark_of_what_is_not_read_names_who_wrote_it_and_not_who_has_come_since(
    opened: db.Appointment, riley: db.Rep, robin: db.Rep, user: User
) -> None:
    engine = await left_to_colleague(user, opened, riley, robin)
    seen(user, is_seen=False)
    assert str(engine.props['said-by']).startswith('Riley Berger wrote at')


async def test_what_a_colleague_writes_on_the_appointment_or_in_its_call_is_theirs(
    opened: db.Appointment, robin: db.Rep, robin_user: User
) -> None:
    db.writing(lambda session: session.execute(update(db.Rep).values(is_admin=True)))
    await open_pane(robin_user, opened, f'&of={opened.rep_id}')
    press(robin_user, 'I am five minutes late.')
    await until(lambda: len(messages.said(opened.id)) == 1, robin_user, 'the first message')
    await rep_in_call(robin_user, opened, f'&of={opened.rep_id}')
    trigger(robin_user, with_class(robin_user, 'message-form'), 'submit', {'text': 'Here I am'})
    await until(lambda: authors(robin_user) == ['You'] * 2, robin_user, 'both messages')
    assert [said.rep_id for said in messages.said(opened.id)] == [robin.id] * 2
