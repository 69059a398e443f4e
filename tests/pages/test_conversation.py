"""What is shown of what the two sides of a call have written: to whom, what of it leads elsewhere, and what is news."""

from datetime import timedelta
from unittest.mock import AsyncMock
from zoneinfo import ZoneInfo

import pytest
from nicegui import ui
from nicegui.testing import User

import db
from pages.components.linked_text import LinkedText
from pages.rep_page.view import RepView
from services import appointment_changes, calls, messages
from services.times import Reader
from services.video.base import CUSTOMER, REP
from tests.conftest import on_sqlite
from tests.pages.calling import customer_in_call, open_chat, open_pane, seen
from tests.pages.conftest import Now
from tests.pages.rights import end_admin_rights
from tests.pages.seeing import see, until, words_on

pytestmark = on_sqlite

MINUTE = timedelta(minutes=1)


def written(user: User) -> list[ui.element]:
    """All that the messages are made of."""
    assert user.client is not None
    return [part for one in user.client.layout.descendants() if isinstance(one, LinkedText) for part in one.descendants()]


def links(user: User) -> list[ui.element]:
    return [part for part in written(user) if part.tag == 'a']


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
