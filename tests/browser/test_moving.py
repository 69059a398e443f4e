"""Moving, cancelling and handing over in real browsers: a customer in Tokyo, reps elsewhere, each seeing at once what another does."""

import re
from datetime import UTC, datetime, time

import pytest
from playwright.sync_api import Page, expect

from services import appointments, kinds, sign_ins, team
from services.customers import Customer
from services.team import Profile
from tests.browser.calling import Open
from tests.browser.conftest import axe, wait_alive
from tests.conftest import NEW_YORK, TOKYO
from tests.site import Site, day_ahead


def check(*pages: Page) -> None:
    """Axe finds nothing on these pages as they are now, and nothing sticks out."""
    for page in pages:
        assert axe(page) == []
        assert page.evaluate('document.documentElement.scrollWidth <= innerWidth')


def book(page: Page, time_words: str) -> None:
    page.get_by_role('button', name=re.compile(f'^{time_words}')).click()
    page.get_by_label('Name').fill('Carol Tanaka')
    page.get_by_label('Email').fill('carol@example.com')
    page.get_by_role('button', name='Schedule').click()
    expect(page.get_by_role('heading', name='Scheduling successful')).to_be_visible()


@pytest.mark.parametrize('width', [1280, 390])
def test_a_customer_in_tokyo_books_moves_and_cancels_and_the_rep_sees_each_step(site: Site, open_page: Open, width: int) -> None:
    day, view = day_ahead(20 + width % 7), {'viewport': {'width': width, 'height': 844}}
    rep = open_page(site.new_sign_in_link(), **view)
    rep.goto(f'{site.url}/rep?day={day}&at={day}T06:00Z')
    wait_alive(rep)
    carol = open_page(f'{site.url}/?day={day}', timezone_id=TOKYO, **view)
    book(carol, '3:00 PM')
    expect(rep.get_by_role('heading', name='at 6:00 AM')).to_be_visible()
    expect(rep.get_by_text('3:00 PM for Carol in Tokyo')).to_be_visible()
    check(carol, rep)

    carol.get_by_role('button', name='Reschedule').click()
    moving = carol.get_by_role('dialog', name='Choose a new time')
    expect(moving).to_be_visible()
    check(carol)
    moving.get_by_role('button', name=re.compile('^5:00 PM')).click()
    confirming = carol.get_by_role('dialog', name='Move the appointment to this time?')
    expect(confirming.get_by_text('8:00 AM in UTC')).to_be_visible()
    check(carol)
    confirming.get_by_role('button', name='Move it').click()
    expect(carol.get_by_text('You have moved this appointment. Before, it was on')).to_be_visible()
    expect(confirming).to_be_hidden()
    expect(carol.get_by_role('heading', name='5:00 – 6:00 PM')).to_be_visible()
    expect(rep.get_by_role('heading', name='at 8:00 AM')).to_be_visible()
    expect(rep.get_by_text('has been moved. Before, it was on')).to_be_visible()
    expect(rep).to_have_url(re.compile('at=.*T08:00Z'))
    check(carol, rep)

    carol.get_by_role('button', name='Cancel appointment').click()
    asked = carol.get_by_role('alertdialog', name='Cancel this appointment?')
    asked.get_by_label('Reason').fill('I am ill.')
    expect(asked.get_by_text('9 / 500')).to_be_visible()
    check(carol)
    asked.get_by_role('button', name='Cancel appointment').click()
    expect(carol.get_by_text('You have cancelled it. “I am ill.”')).to_be_visible()
    expect(rep.get_by_text('Carol Tanaka has cancelled this appointment. “I am ill.”')).to_be_visible()
    check(carol, rep)


def test_the_focus_is_never_lost_and_escape_leads_back(site: Site, open_page: Open) -> None:
    appointment = site.book(datetime.combine(day_ahead(18), time(9), UTC))
    page = open_page(site.link('manage', appointment))
    page.get_by_role('button', name='Reschedule').press('Enter')
    dialog = page.get_by_role('dialog')
    expect(dialog).to_be_visible()
    page.keyboard.press('Escape')
    expect(dialog).to_be_hidden()
    expect(page.get_by_role('button', name='Reschedule')).to_be_focused()
    page.keyboard.press('Enter')
    expect(dialog).to_be_visible()
    dialog.dispatch_event('close')  # as a busy browser does, which tells of the last closing only now
    dialog.get_by_role('button', name='11:00 AM').press('Enter')
    expect(page.get_by_role('heading', name='Move the appointment to this time?')).to_be_focused()
    page.keyboard.press('Tab')
    page.keyboard.press('Tab')
    page.keyboard.press('Enter')
    expect(page.get_by_role('heading', name='Your appointment')).to_be_focused()
    assert appointments.get(appointment.id).starts_at.hour == 11


def test_a_hand_over_is_seen_by_both_reps_and_the_customer(site: Site, open_page: Open) -> None:
    riley, robin = site.rep(), team.invite(Profile('Robin Ray', 'robin@example.com', NEW_YORK, colour='#a8246f'), [kinds.FIRST])
    day = day_ahead(19)
    carol = Customer('Carol Tanaka', 'carol@example.com', 'The offer', TOKYO)
    appointment = appointments.book(kinds.FIRST, datetime.combine(day, time(15), UTC), carol, rep_id=riley.id)
    customer = open_page(site.link('manage', appointment), timezone_id=TOKYO)
    theirs = open_page(f'{site.url}/sign-in/{sign_ins.new_link(robin.id)}')
    theirs.goto(f'{site.url}/rep?day={day}')
    wait_alive(theirs)
    expect(theirs.get_by_text('No appointments')).to_be_visible()
    expect(theirs.get_by_label('Appointments of')).to_be_hidden()
    own = open_page(site.new_sign_in_link())
    own.goto(f'{site.url}/rep?day={day}')
    wait_alive(own)
    check(own)
    own.get_by_role('button', name=re.compile('Carol Tanaka')).click()
    own.get_by_role('button', name='Hand over').click()
    asked = own.get_by_role('dialog', name='Hand this appointment over')
    check(own)
    own.set_viewport_size({'width': 390, 'height': 844})
    check(own)
    asked.get_by_label('Robin Ray').check()
    asked.get_by_role('button', name='Hand over').click()
    expect(own.get_by_text('is now Robin Ray’s')).to_be_visible()
    expect(theirs.get_by_role('button', name=re.compile('10:00 AM *Carol Tanaka'))).to_be_visible()
    expect(customer.get_by_text('Robin Ray will talk to you instead')).to_be_visible()
    check(own, customer)
    own.set_viewport_size({'width': 1280, 'height': 844})
    own.get_by_label('Appointments of').select_option('Robin Ray')
    expect(own).to_have_url(re.compile(f'rep={robin.id}'))
    own.goto(f'{site.url}/rep?day={day}')
    wait_alive(own)
    expect(own.get_by_label('Appointments of')).to_have_value(str(robin.id))
    check(own)
