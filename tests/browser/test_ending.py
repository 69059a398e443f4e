"""A call that the rep ends for both, or whose time is nearly over, and what is kept of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

import db
from services import appointments, calls, clock, sign_ins, team, visits
from services.team import Profile
from services.video.base import CUSTOMER, REP
from tests.browser.calling import Open, join, press
from tests.browser.conftest import axe, wait_alive
from tests.site import Site, next_full_hour
from tests.waiting import until

TRACKS = "() => document.querySelector('.call-self video').srcObject.getTracks()"
TYPED = "() => Object.keys(sessionStorage).filter((key) => key.startsWith('typed '))"
SAVED = re.compile(r'^Saved \d')


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(REP_NAME='Riley Berger')


def is_stored(site: Site, appointment: db.Appointment, ended: list[tuple[str, str]]) -> bool:
    """Whether these stays, each with how it ended, are what is written down."""
    site.use()
    return sorted((visit.seat, visit.ended) for visit in visits.of(appointment.id)) == sorted(ended)


def test_a_call_is_ended_for_both_thanked_for_opened_again_and_joined_again(
    site: Site, appointment: db.Appointment, carol: Page, riley: Page
) -> None:
    join(carol, riley)
    tracks = carol.evaluate_handle(TRACKS)
    press(riley, 'Hang up')
    press(riley, 'End for both')
    expect(carol.get_by_role('heading', name='Thank you for talking to Riley Berger.')).to_be_focused()
    expect(carol.get_by_text('The call lasted')).to_be_visible()
    assert set(tracks.evaluate('tracks => tracks.map(({ readyState }) => readyState)')) == {'ended'}
    expect(riley.get_by_role('heading', name='How did it go?')).to_be_visible()
    assert axe(carol) == axe(riley) == []
    until(lambda: is_stored(site, appointment, [(CUSTOMER, 'ended'), (REP, 'ended')]), 'the stays to be written down')
    carol.reload()
    expect(carol.get_by_role('heading', name='Thank you for talking to Riley Berger.')).to_be_visible()
    press(riley, 'Open the call again')
    join(carol, riley)
    press(riley, 'Stop chatting')
    riley.get_by_role('alertdialog').get_by_role('button', name='End for both').click()
    expect(carol.get_by_role('heading', name='Thank you for talking to Riley Berger.')).to_be_visible()
    until(lambda: is_stored(site, appointment, [(CUSTOMER, 'ended'), (REP, 'ended')] * 2), 'the second stays to be written down')


def let_close_soon(appointment: db.Appointment) -> None:
    """The time for its call is over in less than five minutes."""
    _opens_at, closes_at = calls.window(appointment)
    starts_at = appointment.starts_at - closes_at + clock.now().replace(second=0, microsecond=0) + timedelta(minutes=5)
    moved = update(db.Appointment).where(db.Appointment.id == appointment.id).values(starts_at=starts_at)
    db.writing(lambda session: session.execute(moved))


def test_both_read_that_the_call_closes_soon(site: Site, open_page: Open) -> None:
    appointment = site.book(next_full_hour() + timedelta(hours=3))  # the time it is booked for stays claimed
    let_close_soon(appointment)
    carol, riley = open_page(site.link('chat', appointment)), open_page(site.new_sign_in_link())
    riley.goto(f'{site.url}/rep?at={appointments.get(appointment.id).starts_at:%Y-%m-%dT%H:%MZ}')
    wait_alive(riley)
    join(carol, riley)
    for page in (carol, riley):
        expect(page.get_by_text(re.compile(r'^This call closes in \d minutes\.$'))).to_be_visible()
    assert axe(carol) == axe(riley) == []


def test_notes_are_kept_as_they_are_typed_and_nobody_loses_theirs(
    site: Site, appointment: db.Appointment, riley: Page, open_page: Open
) -> None:
    other = open_page(riley.url, inside=riley.context)
    mine, theirs = (page.get_by_role('textbox', name='Private notes') for page in (riley, other))
    theirs.press_sequentially('call back')
    expect(mine).to_have_value('call back')  # nothing was typed here
    expect(other.get_by_text(SAVED)).to_be_visible()
    mine.fill('mine')
    expect(riley.get_by_text(SAVED)).to_be_visible()
    expect(theirs).to_have_value('mine')
    mine.evaluate("field => (field.value = 'mine and')")  # typed, and not heard of yet
    theirs.fill('theirs')
    press(other, 'Save notes')
    expect(riley.get_by_text('Somebody else has changed these notes meanwhile')).to_be_visible()
    expect(mine).to_have_value('mine and')
    assert axe(riley) == []
    press(riley, 'Save notes')
    expect(theirs).to_have_value('mine and')
    site.use()
    assert appointments.get(appointment.id).notes == 'mine and'
    mine.press_sequentially('!')
    riley.reload()  # before that is kept
    wait_alive(riley)
    expect(mine).to_have_value('mine and!')
    until(lambda: appointments.get(appointment.id).notes == 'mine and!', 'it to be kept')


def test_what_a_rep_typed_and_did_not_keep_is_forgotten_when_another_signs_in(site: Site, appointment: db.Appointment, riley: Page) -> None:
    address = f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}&of={appointment.rep_id}'
    riley.goto(address)
    wait_alive(riley)
    notes = riley.get_by_role('textbox', name='Private notes')
    notes.fill('only for me')
    until(lambda: riley.evaluate(TYPED), 'the browser to keep what was typed')
    site.use()
    robin = team.invite(Profile('Robin Doe', 'robin@example.com', 'America/New_York', is_admin=True), [])
    riley.goto(f'{site.url}/sign-in/{sign_ins.new_link(robin.id)}')
    riley.goto(address)
    wait_alive(riley)
    riley.wait_for_function(f'({TYPED})().length === 0')
    expect(notes).to_have_value('')
    notes.press_sequentially('x')
    until(lambda: appointments.get(appointment.id).notes == 'x', 'the notes of the other one alone')


def test_what_a_rep_typed_and_did_not_keep_is_forgotten_at_the_sign_out(riley: Page) -> None:
    riley.evaluate("() => sessionStorage.setItem('typed 1 notes 1', '[]')")
    press(riley, 'Sign out')
    expect(riley.get_by_role('textbox', name='Password')).to_be_visible()
    riley.wait_for_function(f'({TYPED})().length === 0')
