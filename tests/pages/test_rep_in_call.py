"""What the rep's page around a call does while the call is shown, in a simulated browser."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from nicegui import ui
from nicegui.testing import User

import db
from services import appointments, kinds, messages, seats
from services.customers import Customer
from services.video.base import CUSTOMER, REP
from tests.conftest import BERLIN, on_sqlite
from tests.occupants import Nobody
from tests.pages.seeing import find, press, see, until, words_on
from tests.pages.test_rep_day import address, button

pytestmark = on_sqlite

MINUTE = timedelta(minutes=1)
Now = Callable[[datetime], None]
SAM = 'Sam Stone'


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages look at the time often."""
    from pages import rep

    monkeypatch.setattr(rep, 'TICK_SECONDS', 0.05)


@pytest.fixture
def after(appointment: db.Appointment) -> db.Appointment:
    """Sam's appointment, right after Carol's."""
    return appointments.book(kinds.FIRST, appointment.starts_at + 60 * MINUTE, Customer(SAM, 'sam@example.com', 'A question', BERLIN))


def link(user: User, words: str) -> ui.link:
    found = find(user, words)
    assert isinstance(found, ui.link)
    return found


@pytest.mark.parametrize('is_read', [False, True])
async def test_on_the_appointment_messages_come_first_while_some_are_not_read(
    appointment: db.Appointment, rep_user: User, now: Now, *, is_read: bool
) -> None:
    now(appointment.starts_at)
    messages.say(appointment.id, CUSTOMER, 'Good morning')
    if is_read:
        messages.mark_read(appointment.id, REP)
    await rep_user.open(address(appointment))
    await see(rep_user, 'Good morning')
    words = words_on(rep_user)
    assert (words.index('Messages') < words.index('carol@example.com')) != is_read


async def test_during_a_call_the_header_leads_to_new_tabs(appointment: db.Appointment, rep_user: User, now: Now) -> None:
    now(appointment.starts_at)
    await rep_user.open(address(appointment, '&call=1'))
    await see(rep_user, '(opens in a new tab)')
    props = link(rep_user, 'Availability').props
    assert (props['target'], props['rel']) == ('_blank', 'noopener')
    press(rep_user, 'Stop chatting')
    await until(lambda: link(rep_user, 'Availability').props['target'] == '_self', rep_user, 'the links as they were')


async def test_during_a_call_the_next_one_is_offered_quietly_and_only_to_who_waits(
    appointment: db.Appointment, after: db.Appointment, rep_user: User, now: Now
) -> None:
    now(appointment.starts_at)
    await rep_user.open(address(appointment, '&call=1'))
    await see(rep_user, 'Carol Tanaka, at 11:00 AM')
    await until(lambda: button(rep_user, 'Call next').props['disabled'] is True, rep_user, 'the button to be off')
    assert 'primary' not in button(rep_user, 'Call next').classes
    seats.take(after.id, CUSTOMER, Nobody())
    await see(rep_user, 'Sam Stone, 12:00 PM, waiting')
    await until(lambda: button(rep_user, 'Call next').props['disabled'] is False, rep_user, 'the button to be on')
