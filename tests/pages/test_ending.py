"""The end of a call as its customer sees it: ended by the rep, opened again, left, or closed because its time is over."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from nicegui.testing import User

import db
from pages.components.call_engine import CallEngine
from services import appointments, calls, events, kinds, seats, visits
from services.places import ENDED
from services.video.base import CUSTOMER, REP
from services.visits import Stay
from tests.conftest import on_sqlite
from tests.occupants import Nobody
from tests.pages.seeing import find, press, see, see_no, trigger, until, words_on

pytestmark = on_sqlite

MINUTE = timedelta(minutes=1)
Clock = Callable[[datetime], None]


def engine(user: User) -> CallEngine:
    return next(iter(user.find(CallEngine).elements))


async def joined(user: User, appointment: db.Appointment) -> CallEngine:
    """The engine of a page on which the customer has joined."""
    await user.open(f'/chat/{appointments.key("chat", appointment)}')
    trigger(user, engine(user), 'join', {'microphone': True, 'camera': True, 'reason': '', 'touches': 0})
    await until(lambda: CUSTOMER in seats.who_is_there(appointment.id), user, 'the seat to be taken')
    return engine(user)


def said(user: User) -> str:
    """What a screen reader was told last of the page."""
    assert user.client
    return next(str(element.text) for element in user.client.layout.descendants() if 'page-news' in element._markers)


def store_talk(appointment: db.Appointment, minutes: int) -> None:
    """Write down that both were there for so long, as the recorder does."""
    first, last = appointment.starts_at, appointment.starts_at + minutes * MINUTE
    visits.keep([Stay(f'stay of {seat}', appointment.id, seat, 'peer', first, last, ENDED) for seat in (CUSTOMER, REP)])
    events.publish(events.VisitsStored(appointment.id))


async def test_when_the_rep_ends_the_call_the_customer_reads_thanks_and_how_to_book_again(
    appointment: db.Appointment, now: Clock, user: User
) -> None:
    now(appointment.starts_at)
    await joined(user, appointment)
    seats.take(appointment.id, REP, Nobody())
    await calls.end(appointment.id)
    await see(user, 'Thank you for talking to Riley Berger.')
    assert said(user) == 'Thank you for talking to Riley Berger.'
    assert seats.who_is_there(appointment.id) == frozenset()
    store_talk(appointment, 12)
    await see(user, 'The call lasted 12 minutes.')
    assert find(user, 'Book a new appointment').props['href'] == f'/{kinds.get(kinds.FIRST).slug}'
    await user.open(f'/chat/{appointments.key("chat", appointment)}')
    await see(user, 'The call lasted 12 minutes.')


async def test_a_call_that_is_opened_again_shows_its_door_by_itself(appointment: db.Appointment, now: Clock, user: User) -> None:
    now(appointment.starts_at)
    await joined(user, appointment)
    await calls.end(appointment.id)
    await see(user, 'This call is over')
    await calls.reopen(appointment.id)
    await see(user, 'Call with Riley Berger')
    assert said(user).startswith('Your call on ')
    trigger(user, engine(user), 'join', {'microphone': True, 'camera': True, 'reason': '', 'touches': 0})
    await until(lambda: seats.who_is_there(appointment.id) == {CUSTOMER}, user, 'the seat to be taken again')


async def test_one_who_was_silent_when_the_call_was_ended_is_put_out_too(appointment: db.Appointment, now: Clock, user: User) -> None:
    now(appointment.starts_at)
    await joined(user, appointment)
    seats._places[appointment.id, CUSTOMER].heard_at -= 13
    seats.reap()
    assert seats.who_is_there(appointment.id) == frozenset()
    await calls.end(appointment.id)
    await see(user, 'This call is over')


async def test_a_customer_cannot_end_the_call_for_both(appointment: db.Appointment, now: Clock, user: User) -> None:
    now(appointment.starts_at)
    element = await joined(user, appointment)
    assert element.props['can-end'] is False
    trigger(user, element, 'end')
    with pytest.raises(AssertionError):
        await see(user, 'This call is over', seconds=0.5)
    assert appointments.get(appointment.id).ended_at is None


async def test_who_hangs_up_after_the_end_reads_thanks_and_can_still_go_back(appointment: db.Appointment, now: Clock, user: User) -> None:
    now(appointment.starts_at)
    element = await joined(user, appointment)
    seats.take(appointment.id, REP, Nobody())
    now(appointment.starts_at + 61 * MINUTE)
    trigger(user, element, 'hang_up')
    await see(user, 'Thank you for talking to Riley Berger.')
    assert 'Book a new appointment' in words_on(user)
    press(user, 'Back to the call')
    await see(user, 'Call with Riley Berger')
    await see_no(user, 'Thank you for talking')


async def test_a_call_whose_time_is_over_thanks_who_talked(appointment: db.Appointment, now: Clock, user: User) -> None:
    store_talk(appointment, 45)
    now(appointment.starts_at + 91 * MINUTE)
    await user.open(f'/chat/{appointments.key("chat", appointment)}')
    await see(user, 'Thank you for talking to Riley Berger.')
    await see(user, 'The call lasted 45 minutes.')


@pytest.mark.parametrize(('seconds', 'words'), [(0, 'This call closes in 5 minutes.'), (130, 'This call closes in 3 minutes.')])
async def test_who_is_in_the_call_is_told_before_it_closes(
    appointment: db.Appointment, now: Clock, user: User, seconds: int, words: str
) -> None:
    _opens_at, closes_at = calls.window(appointment)
    now(closes_at - 5 * MINUTE + timedelta(seconds=seconds))
    element = await joined(user, appointment)
    await until(lambda: element.props.get('news') == words, user, words)
