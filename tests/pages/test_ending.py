"""The end of a call as its customer sees it: ended by the rep, opened again, left, or closed because its time is over."""

from datetime import timedelta

import pytest
from nicegui.testing import User

import db
from services import appointments, calls, kinds, seats, visits
from services.places import ENDED
from services.video.base import CUSTOMER, REP
from tests.conftest import on_sqlite
from tests.occupants import Nobody
from tests.pages.calling import customer_in_call, join, link, store_talk
from tests.pages.conftest import Now, RightAfter
from tests.pages.seeing import find, press, see, see_no, trigger, until, words_on

pytestmark = on_sqlite

MINUTE = timedelta(minutes=1)


def said(user: User) -> str:
    """What a screen reader was told last of the page."""
    assert user.client
    return next(str(element.text) for element in user.client.layout.descendants() if 'page-news' in element._markers)


async def test_when_the_rep_ends_the_call_the_customer_reads_thanks_and_how_to_book_again(opened: db.Appointment, user: User) -> None:
    await customer_in_call(user, opened)
    seats.take(opened.id, REP, Nobody())
    await calls.end(opened.id)
    await see(user, 'Thank you for talking to Riley Berger.')
    assert said(user) == 'Thank you for talking to Riley Berger.'
    assert seats.who_is_there(opened.id) == frozenset()
    store_talk(opened, 12, ENDED)
    await see(user, 'The call lasted 12 minutes.')
    assert find(user, 'Book a new appointment').props['href'] == f'/{kinds.get(kinds.FIRST).slug}'
    await user.open(link('chat', opened))
    await see(user, 'The call lasted 12 minutes.')


async def test_how_long_it_lasted_is_read_too_when_it_is_written_down_while_the_page_is_made(
    opened: db.Appointment, user: User, right_after: RightAfter
) -> None:
    await calls.end(opened.id)
    right_after(visits, 'length', lambda: store_talk(opened, 12, ENDED))
    await user.open(link('chat', opened))
    await see(user, 'The call lasted 12 minutes.')


async def test_a_call_that_is_opened_again_shows_its_door_by_itself(opened: db.Appointment, user: User) -> None:
    await customer_in_call(user, opened)
    await calls.end(opened.id)
    await see(user, 'This call is over')
    await calls.reopen(opened.id)
    await see(user, 'Call with Riley Berger')
    assert said(user).startswith('Your call on ')
    await join(user, opened, CUSTOMER)
    assert seats.who_is_there(opened.id) == {CUSTOMER}


async def test_one_who_was_silent_when_the_call_was_ended_is_put_out_too(opened: db.Appointment, user: User) -> None:
    await customer_in_call(user, opened)
    seats._places[opened.id, CUSTOMER].heard_at -= 13
    seats.reap()
    assert seats.who_is_there(opened.id) == frozenset()
    await calls.end(opened.id)
    await see(user, 'This call is over')


async def test_a_customer_cannot_end_the_call_for_both(opened: db.Appointment, user: User) -> None:
    element = await customer_in_call(user, opened)
    assert element.props['can-end'] is False
    trigger(user, element, 'end')
    with pytest.raises(AssertionError):
        await see(user, 'This call is over', seconds=0.5)
    assert appointments.get(opened.id).ended_at is None


async def test_who_hangs_up_after_the_end_reads_thanks_and_can_still_go_back(appointment: db.Appointment, now: Now, user: User) -> None:
    now(appointment.starts_at)
    element = await customer_in_call(user, appointment)
    seats.take(appointment.id, REP, Nobody())
    now(appointment.starts_at + 61 * MINUTE)
    trigger(user, element, 'hang_up')
    await see(user, 'Thank you for talking to Riley Berger.')
    assert 'Book a new appointment' in words_on(user)
    press(user, 'Back to the call')
    await see(user, 'Call with Riley Berger')
    await see_no(user, 'Thank you for talking')


async def test_a_call_whose_time_is_over_thanks_who_talked(appointment: db.Appointment, now: Now, user: User) -> None:
    store_talk(appointment, 45, ENDED)
    now(appointment.starts_at + 91 * MINUTE)
    await user.open(link('chat', appointment))
    await see(user, 'Thank you for talking to Riley Berger.')
    await see(user, 'The call lasted 45 minutes.')


@pytest.mark.parametrize(('seconds', 'words'), [(0, 'This call closes in 5 minutes.'), (130, 'This call closes in 3 minutes.')])
async def test_who_is_in_the_call_is_told_before_it_closes(
    appointment: db.Appointment, now: Now, user: User, seconds: int, words: str
) -> None:
    _opens_at, closes_at = calls.window(appointment)
    now(closes_at - 5 * MINUTE + timedelta(seconds=seconds))
    element = await customer_in_call(user, appointment)
    await until(lambda: element.props.get('news') == words, user, words)
