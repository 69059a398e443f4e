"""What the rep's page around a call does while the call is shown, in a simulated browser."""

import pytest
from nicegui import ui
from nicegui.testing import User

import db
from services import messages
from services.video.base import CUSTOMER, REP
from tests.conftest import on_sqlite
from tests.pages.calling import at_rep, sit
from tests.pages.seeing import button, find, press, see, until, words_on

pytestmark = [on_sqlite, pytest.mark.usefixtures('quick')]


def link(user: User, words: str) -> ui.link:
    found = find(user, words)
    assert isinstance(found, ui.link)
    return found


@pytest.mark.parametrize('is_read', [False, True])
async def test_on_the_appointment_messages_come_first_while_some_are_not_read(
    opened: db.Appointment, rep_user: User, *, is_read: bool
) -> None:
    messages.say(opened.id, CUSTOMER, 'Good morning')
    if is_read:
        messages.mark_read(opened.id, REP)
    await rep_user.open(at_rep(opened))
    await see(rep_user, 'Good morning')
    words = words_on(rep_user)
    assert (words.index('Messages') < words.index('carol@example.com')) != is_read


async def test_during_a_call_the_header_leads_to_new_tabs(opened: db.Appointment, rep_user: User) -> None:
    await rep_user.open(at_rep(opened, '&call=1'))
    await see(rep_user, '(opens in a new tab)')
    props = link(rep_user, 'Availability').props
    assert (props['target'], props['rel']) == ('_blank', 'noopener')
    press(rep_user, 'Stop chatting')
    await until(lambda: link(rep_user, 'Availability').props['target'] == '_self', rep_user, 'the links as they were')


async def test_during_a_call_the_next_one_is_offered_quietly_and_only_to_who_waits(
    opened: db.Appointment, after: db.Appointment, rep_user: User
) -> None:
    await rep_user.open(at_rep(opened, '&call=1'))
    await see(rep_user, 'Carol Tanaka, at 11:00 AM')
    await until(lambda: button(rep_user, 'Call next').props['disabled'] is True, rep_user, 'the button to be off')
    assert 'primary' not in button(rep_user, 'Call next').classes
    sit(after)
    await see(rep_user, 'Sam Stone, 12:00 PM, waiting')
    await until(lambda: button(rep_user, 'Call next').props['disabled'] is False, rep_user, 'the button to be on')
