"""The rep's day in a real browser: signing in, the account, the appointments, the call."""

import json
import re
import urllib.request
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from services import appointments, reps
from services.times import day_words
from tests.browser.calling import Open
from tests.browser.conftest import axe, wait_alive
from tests.site import Site, at, day_ahead, next_full_hour

PASSWORD = 'correct horse'


def book_elsewhere(site: Site, starts_at: datetime, name: str = 'Ana Lima') -> None:
    """Somebody books through the running site, so that its pages hear of it."""
    booking = {'name': name, 'email': 'ana@example.com', 'timestamp': round(starts_at.timestamp() * 1000), 'tz': 'UTC'}
    headers = {'Content-Type': 'application/json'}
    urllib.request.urlopen(urllib.request.Request(f'{site.url}/schedule', json.dumps(booking).encode(), headers)).close()


def row(page: Page, words: str) -> Locator:
    times = page.get_by_role('navigation', name='Times of the day')
    return times.get_by_role('button', name=re.compile(rf'(^| ){words}'))


def sign_in(page: Page, email: str = 'riley@example.com', password: str = PASSWORD) -> None:
    page.get_by_label('Email').fill(email)
    page.get_by_label('Password').fill(password)
    page.get_by_label('Password').press('Enter')


@pytest.fixture
def password(site: Site) -> str:
    """The password Riley has."""
    rep = site.rep()
    reps.update(rep.id, name='Riley Berger', email='riley@example.com', time_zone='UTC', password=PASSWORD, repeated=PASSWORD)
    return PASSWORD


@pytest.fixture
def rep_page(site: Site, open_page: Open) -> Page:
    """Riley, signed in, on today's page."""
    page = open_page(site.new_sign_in_link())
    expect(page).to_have_url(f'{site.url}/rep')
    return page


def go(page: Page, url: str) -> None:
    page.goto(url)
    wait_alive(page)


def test_the_printed_link_signs_in_and_leads_to_a_complete_account(site: Site, open_page: Open) -> None:
    page = open_page(site.sign_in_link)
    expect(page).to_have_url(f'{site.url}/rep')
    expect(page.get_by_text('Please give your name, your email address and a password on')).to_be_visible()
    page.get_by_role('link', name='your account page').click()
    wait_alive(page)
    page.get_by_label('Name').fill('Riley Berger')
    page.get_by_label('Email').fill('riley@example')
    page.get_by_label('New password', exact=True).fill(PASSWORD)
    page.get_by_label('New password again').fill(PASSWORD)
    page.get_by_role('button', name='Save').click()
    expect(page.get_by_label('Email')).to_be_focused()
    expect(page.get_by_label('Email')).to_have_attribute('aria-invalid', 'true')
    expect(page.get_by_label('New password again')).to_have_value(PASSWORD)
    page.get_by_label('Email').fill('riley@example.com')
    page.get_by_role('button', name='Save').click()
    expect(page.get_by_text('Saved.')).to_be_visible()
    expect(page.get_by_role('link', name='Riley Berger')).to_be_visible()
    page.get_by_role('link', name='Appointments').click()
    expect(page.get_by_role('heading', name='Please select an appointment')).to_be_visible()
    expect(page.get_by_text('Please give')).to_have_count(0)


def test_a_wrong_password_keeps_the_address_and_the_right_one_leads_on(site: Site, open_page: Open, password: str) -> None:
    page = open_page(f'{site.url}/account')
    sign_in(page, password='wrong horse')
    expect(page.get_by_role('alert')).to_contain_text('do not belong together')
    expect(page.get_by_label('Email')).to_have_value('riley@example.com')
    expect(page.get_by_label('Password')).to_be_focused()
    page.keyboard.type(password)
    page.keyboard.press('Enter')
    expect(page).to_have_url(f'{site.url}/account')


def test_signing_in_never_leads_to_another_site(site: Site, open_page: Open, password: str) -> None:
    page = open_page(f'{site.url}/sign-in?next=//example.org/')
    sign_in(page)
    expect(page).to_have_url(f'{site.url}/rep')


TIMES = """() => {
  const box = (element) => element.getBoundingClientRect();
  const date = box(document.querySelector('.rep-day .date-navigator')).bottom;
  const rows = [...document.querySelectorAll('.rep-day .rep-row')];
  const chosen = box(rows.find((row) => row.getAttribute('aria-current') === 'true'));
  return {
    hidden: rows.filter((row) => box(row).bottom <= date).length,
    cut: rows.filter((row) => box(row).top < date && box(row).bottom > date).length,
    before: rows.filter((row) => box(row).top >= date && box(row).bottom <= chosen.top).length,
    is_seen: chosen.bottom <= innerHeight,
  };
}"""


def test_the_chosen_time_is_in_sight_below_two_whole_ones_before_it(site: Site, rep_page: Page) -> None:
    rep_page.set_viewport_size({'width': 1280, 'height': 560})
    go(rep_page, f'{site.url}/rep?at={day_ahead(1)}T14:00Z')
    rep_page.wait_for_function(f'({TIMES})().hidden > 0')
    times = rep_page.evaluate(TIMES)
    assert (times['cut'], times['before'], times['is_seen']) == (0, 2, True)


def test_the_last_time_of_the_day_stays_in_sight_when_what_stands_above_the_list_grows(site: Site, rep_page: Page) -> None:
    go(rep_page, f'{site.url}/rep?at={day_ahead(1)}T23:00Z')
    rep_page.wait_for_function(f'({TIMES})().is_seen')
    rep_page.evaluate("document.querySelector('.rep-desk').style.minHeight = '400px'")
    rep_page.wait_for_function(f'({TIMES})().is_seen')


def test_while_the_times_of_another_day_are_on_their_way_nothing_breaks(rep_page: Page) -> None:
    rep_page.set_viewport_size({'width': 390, 'height': 844})
    expect(rep_page.locator('.rep-row').first).to_be_visible()
    rep_page.evaluate("document.querySelectorAll('.rep-row').forEach((row) => row.remove())")
    rep_page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))')


def test_signing_out_in_one_tab_sends_the_other_away(site: Site, rep_page: Page, open_page: Open) -> None:
    other = open_page(f'{site.url}/account', inside=rep_page.context)
    rep_page.get_by_role('button', name='Sign out').click()
    expect(rep_page).to_have_url(f'{site.url}/sign-in')
    expect(other).to_have_url(f'{site.url}/sign-in')


def test_a_booking_made_elsewhere_appears_by_itself(site: Site, rep_page: Page) -> None:
    go(rep_page, f'{site.url}/rep?day={day_ahead(5)}')
    row(rep_page, '2:00 PM').focus()
    book_elsewhere(site, at(day_ahead(5), 9))
    expect(row(rep_page, '9:00 AM Ana Lima')).to_be_visible()
    expect(row(rep_page, '2:00 PM')).to_be_focused()
    row(rep_page, 'Ana Lima').click()
    expect(rep_page.get_by_role('link', name='ana@example.com')).to_have_attribute('href', 'mailto:ana%40example.com')
    expect(rep_page.get_by_text('The confirmation is in the mailbox here')).to_be_visible()


def test_cancelling_asks_first_and_frees_the_time_on_every_page(site: Site, rep_page: Page, open_page: Open) -> None:
    appointment = site.book(at(day_ahead(6), 9))
    customer = open_page(f'{site.url}/?day={day_ahead(6)}')
    slot = customer.get_by_role('button', name='9:00 AM')
    expect(slot).to_have_attribute('aria-disabled', 'true')
    go(rep_page, f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}')
    rep_page.get_by_role('button', name='Cancel appointment').click()
    question = rep_page.get_by_role('alertdialog', name='Cancel this appointment?')
    question.get_by_role('button', name='Keep it').click()
    expect(question).to_have_count(0)
    expect(rep_page.get_by_role('button', name='Cancel appointment')).to_be_focused()
    rep_page.get_by_role('button', name='Cancel appointment').click()
    question.get_by_role('button', name='Cancel appointment').click()
    expect(rep_page.get_by_role('heading', name='No appointment at 9:00 AM')).to_be_visible()
    expect(row(rep_page, '9:00 AM free')).to_be_visible()
    expect(slot).to_have_attribute('aria-disabled', 'false')
    assert appointments.get(appointment.id).status == 'cancelled'


def test_two_quick_clicks_ask_once(site: Site, rep_page: Page) -> None:
    appointment = site.book(at(day_ahead(6), 11))
    go(rep_page, f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}')
    rep_page.get_by_role('button', name='Cancel appointment').dblclick()
    expect(rep_page.get_by_role('alertdialog')).to_be_visible()
    rep_page.get_by_role('button', name='Keep it').click()
    expect(rep_page.get_by_role('alertdialog')).to_have_count(0)


def test_back_forward_and_reload_keep_day_and_appointment(site: Site, rep_page: Page) -> None:
    site.book(at(day_ahead(7), 9))
    go(rep_page, f'{site.url}/rep?day={day_ahead(6)}')
    rep_page.get_by_role('button', name='Next day').click()
    expect(rep_page.get_by_role('button', name=day_words(day_ahead(7)))).to_be_visible()
    row(rep_page, 'Carol Tanaka').click()
    chosen = rep_page.get_by_role('heading', name=f'{day_words(day_ahead(7))} at 9:00 AM')
    expect(chosen).to_be_visible()
    rep_page.go_back()
    expect(rep_page.get_by_role('heading', name='Please select an appointment')).to_be_visible()
    rep_page.go_back()
    expect(rep_page.get_by_role('button', name=day_words(day_ahead(6)))).to_be_visible()
    rep_page.go_forward()
    rep_page.go_forward()
    expect(chosen).to_be_visible()
    rep_page.reload()
    expect(chosen).to_be_visible()
    expect(row(rep_page, 'Carol Tanaka')).to_have_attribute('aria-current', 'true')


def test_everything_can_be_done_with_the_keyboard_alone(site: Site, rep_page: Page) -> None:
    appointment = site.book(at(day_ahead(8), 0))
    go(rep_page, f'{site.url}/rep?day={day_ahead(7)}')

    def press_on(name: str) -> None:
        for _ in range(80):
            rep_page.keyboard.press('Tab')
            if name in rep_page.evaluate('document.activeElement.ariaLabel || document.activeElement.innerText'):
                rep_page.keyboard.press('Enter')
                return
        pytest.fail(f'{name} cannot be reached')

    press_on('Next day')
    expect(rep_page.get_by_role('button', name=day_words(day_ahead(8)))).to_be_visible()
    press_on('Carol Tanaka')
    expect(rep_page.get_by_role('link', name='carol@example.com')).to_be_visible()
    press_on('Cancel appointment')
    expect(rep_page.get_by_role('button', name='Keep it')).to_be_focused()
    rep_page.keyboard.press('Escape')
    expect(rep_page.get_by_role('alertdialog')).to_have_count(0)
    expect(rep_page.get_by_role('button', name='Cancel appointment')).to_be_focused()
    rep_page.keyboard.press('Enter')
    expect(rep_page.get_by_role('button', name='Keep it')).to_be_focused()
    rep_page.keyboard.press('Tab')
    rep_page.keyboard.press('Enter')
    expect(rep_page.get_by_role('heading', name='No appointment at 12:00 AM')).to_be_visible()
    assert appointments.get(appointment.id).status == 'cancelled'


def test_on_a_phone_the_appointment_covers_the_times(site: Site, rep_page: Page) -> None:
    site.book(at(day_ahead(9), 9))
    rep_page.set_viewport_size({'width': 390, 'height': 844})
    go(rep_page, f'{site.url}/rep?day={day_ahead(9)}')
    row(rep_page, 'Carol Tanaka').click()
    heading = rep_page.get_by_role('heading', name=f'{day_words(day_ahead(9))} at 9:00 AM')
    expect(heading).to_be_focused()
    expect(row(rep_page, 'Carol Tanaka')).to_be_hidden()
    assert rep_page.evaluate('document.documentElement.scrollWidth') == 390
    rep_page.get_by_role('button', name='All times').click()
    expect(row(rep_page, 'Carol Tanaka')).to_be_focused()
    expect(heading).to_be_hidden()
    rep_page.go_back()
    expect(heading).to_be_visible()


def test_the_customer_s_link_is_copied(site: Site, rep_page: Page) -> None:
    appointment = site.book()
    rep_page.context.grant_permissions(['clipboard-read', 'clipboard-write'])
    go(rep_page, f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}')
    rep_page.get_by_role('button', name="Copy the customer's link").click()
    expect(rep_page.get_by_role('button', name='Copied')).to_be_visible()
    assert rep_page.evaluate('navigator.clipboard.readText()') == site.link('chat', appointment)


def test_the_rep_sees_who_waits_calls_them_comes_back_after_a_reload_and_stops(site: Site, rep_page: Page, open_page: Open) -> None:
    appointment = site.book()
    go(rep_page, f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}')
    expect(rep_page.get_by_text('Carol Tanaka is not in the call')).to_be_visible()
    customer = open_page(site.link('chat', appointment))
    customer.get_by_role('button', name='Join', exact=True).click()
    expect(rep_page.get_by_text('Carol Tanaka is in the call right now')).to_be_visible()
    expect(row(rep_page, 'Carol Tanaka waiting')).to_be_visible()
    rep_page.get_by_role('button', name='Start chat').click()
    expect(rep_page.get_by_text('Connected')).to_be_visible()
    rep_page.get_by_role('button', name='Next day').click()
    expect(rep_page.get_by_role('button', name=day_words(next_full_hour().date() + timedelta(days=1)))).to_be_visible()
    rep_page.reload()
    expect(rep_page.get_by_text('Connected')).to_be_visible()
    rep_page.get_by_role('button', name='Stop chatting').click()
    rep_page.get_by_role('alertdialog').get_by_role('button', name='Stay').click()
    expect(rep_page.get_by_role('alertdialog')).to_have_count(0)
    expect(rep_page.get_by_text('Connected')).to_be_visible()
    rep_page.get_by_role('button', name='Stop chatting').click()
    rep_page.get_by_role('alertdialog').get_by_role('button', name='Leave').click()
    expect(rep_page.get_by_role('button', name='Start chat')).to_be_visible()
    expect(customer.get_by_text('has left the call').first).to_be_visible()
    expect(rep_page).not_to_have_url(re.compile('call=1'))


def test_choosing_another_time_in_a_call_asks_first(site: Site, rep_page: Page) -> None:
    appointment = site.book()
    go(rep_page, f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}')
    rep_page.get_by_role('button', name='Start chat').click()
    expect(rep_page.get_by_role('button', name='Hang up')).to_be_visible()
    row(rep_page, 'not booked').or_(row(rep_page, 'free')).first.click()
    rep_page.get_by_role('alertdialog', name='Stop chatting?').get_by_role('button', name='Leave').click()
    expect(rep_page.get_by_role('heading', name='No appointment at')).to_be_visible()
    expect(rep_page.get_by_role('button', name='Hang up')).to_have_count(0)


@pytest.mark.parametrize('colours', ['light', 'dark'])
@pytest.mark.parametrize('width', [1280, 390])
def test_axe_finds_nothing(site: Site, open_page: Open, colours: str, width: int) -> None:
    appointment = site.book()
    look = {'color_scheme': colours, 'viewport': {'width': width, 'height': 844}}
    page = open_page(f'{site.url}/sign-in', **look)
    assert axe(page) == []
    page.goto(site.new_sign_in_link())
    wait_alive(page)
    assert axe(page) == []
    go(page, f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}')
    assert axe(page) == []
    page.get_by_role('button', name='Cancel appointment').click()
    expect(page.get_by_role('button', name='Keep it')).to_be_focused()
    assert axe(page) == []
    go(page, f'{site.url}/account')
    page.get_by_label('Email').fill('riley@')
    page.get_by_role('button', name='Save').click()
    expect(page.get_by_label('Email')).to_have_attribute('aria-invalid', 'true')
    assert axe(page) == []
