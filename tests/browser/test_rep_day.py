"""A rep's day of calls in a real browser: an arrival is heard and seen, and one click leads to the call."""

import re
import time
from collections.abc import Callable
from typing import Final, Literal

import pytest
from playwright.sync_api import Page, expect

import db
from pages.components.arrival_alert import BLOCKED
from tests.browser.calling import Open, day_of, wait_alive
from tests.browser.conftest import axe
from tests.site import Site

LOOKS: Final = ((1280, 'light'), (390, 'dark'))

# The edges of the browser: what it would play and show is written down.
NOTE_ALERTS = """
window.sounds = 0;
window.AudioContext = class extends AudioContext { constructor() { super(); window.sounds += 1; } };
window.notifications = [];
window.Notification = class {
  static permission = 'default';
  static async requestPermission() { return (Notification.permission = window.answer); }
  constructor(title, { tag }) { notifications.push({ title, tag }); window.latest = this; }
  close() { window.dismissed = true; }
};
"""


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(REP_NAME='Riley Berger')


@pytest.fixture
def riley(site: Site, appointment: db.Appointment, open_page: Open) -> Page:
    """The rep, signed in, on the day's page, whose sounds and notifications are written down."""
    page = open_page(site.new_sign_in_link())
    page.add_init_script(NOTE_ALERTS)
    page.goto(day_of(site, appointment))
    wait_alive(page)
    return page


def test_an_arrival_is_heard_and_seen_and_one_click_leads_to_the_call(
    site: Site, appointment: db.Appointment, riley: Page, open_page: Open
) -> None:
    before = riley.title()
    notify = riley.get_by_role('button', name='Notify me on this computer')
    assert notify.evaluate('button => button.offsetHeight') >= 24
    expect(riley.get_by_role('button', name='Sound')).to_have_accessible_description('Click anywhere on this page to hear it.')
    riley.evaluate("answer = 'denied'")
    notify.click()
    expect(riley.get_by_text(BLOCKED)).to_be_visible()
    expect(riley.get_by_text('Click anywhere on this page')).to_have_count(0)
    riley.evaluate("answer = 'granted'")
    notify.click()
    expect(notify).to_have_count(0)
    riley.get_by_role('button', name='Next day').click()
    row = riley.get_by_role('navigation', name='Times of the day').get_by_role('button', name='Carol Tanaka')
    expect(row).to_have_count(0)

    carol = open_page(site.link('chat', appointment))
    carol.get_by_role('button', name='Join', exact=True).click()
    riley.wait_for_function('notifications.length === 2 && sounds === 1')
    assert riley.evaluate('notifications[1].title').startswith('Carol Tanaka is waiting for your call at ')
    expect(riley).to_have_title(f'(1) Carol Tanaka is waiting · {before}')
    carol.reload()
    wait_alive(carol)
    expect(carol.get_by_role('button', name='Hang up')).to_be_visible()
    riley.evaluate('latest.onclick()')
    assert riley.evaluate('dismissed')

    riley.get_by_role('button', name='Previous day').click()
    expect(row).to_contain_text('waiting')
    waited = riley.locator('.rep-booked .stopwatch')
    shown = waited.inner_text()
    expect(waited).not_to_have_text(shown)
    assert riley.evaluate('[notifications.length, sounds]') == [2, 1]
    riley.get_by_role('button', name='Call next').click()
    expect(riley.get_by_text('Connected').first).to_be_visible()
    expect(row).to_contain_text('in call')
    expect(riley).to_have_title(before)
    riley.go_back()
    expect(riley.get_by_role('button', name='Hang up')).to_have_count(0)


def test_the_next_one_who_waits_is_counted_from_when_they_came(
    site: Site, appointment: db.Appointment, riley: Page, open_page: Open
) -> None:
    waits = riley.locator('.rep-desk .stopwatch')
    carol = open_page(site.link('chat', appointment))
    carol.get_by_role('button', name='Join', exact=True).click()
    expect(waits).to_have_text(re.compile('0:(0[4-9]|[1-5])'))
    carol.get_by_role('button', name='Hang up').click()
    sam = open_page(site.link('chat', site.book(name='Sam Stone')))
    riley.get_by_role('combobox', name='Your status').select_option('Away')  # it is looked up again who is near
    came_at = time.monotonic()
    sam.get_by_role('button', name='Join', exact=True).click()
    expect(riley.get_by_text(re.compile('Sam Stone, .* waiting'))).to_be_visible()
    minutes, seconds = waits.inner_text().split(':')
    assert int(minutes) * 60 + int(seconds) <= time.monotonic() - came_at + 1


def test_the_sound_is_off_where_it_was_turned_off(site: Site, appointment: db.Appointment, riley: Page, open_page: Open) -> None:
    sound = riley.get_by_role('button', name='Sound')
    sound.click()
    expect(sound).to_have_attribute('aria-pressed', 'false')
    riley.reload()
    wait_alive(riley)
    expect(sound).to_have_attribute('aria-pressed', 'false')
    riley.get_by_role('button', name='Next day').click()
    carol = open_page(site.link('chat', appointment))
    carol.get_by_role('button', name='Join', exact=True).click()
    expect(riley.get_by_text('Carol Tanaka is waiting for your call at')).to_be_attached()
    assert riley.evaluate('sounds') == 0
    sound.click()
    riley.wait_for_function('sounds === 1')


def test_axe_finds_nothing_while_somebody_waits_and_in_the_call(site: Site, appointment: db.Appointment, open_page: Open) -> None:
    page = open_page(site.new_sign_in_link())
    page.goto(day_of(site, appointment))
    wait_alive(page)
    expect(page.get_by_text('not here yet').first).to_be_visible()
    carol = open_page(site.link('chat', appointment))
    carol.get_by_role('button', name='Join', exact=True).click()
    expect(page.get_by_text(re.compile('Carol Tanaka, .* waiting'))).to_be_visible()
    carol.get_by_role('button', name='Chat', exact=True).click()
    carol.get_by_role('textbox', name='Message to').fill('Good morning')
    carol.keyboard.press('Enter')
    expect(page.get_by_text('1 new')).to_be_visible()
    for width, colours in LOOKS:
        look(page, width, colours)
        assert page.locator('.rep-booked .rep-name').evaluate('name => name.getBoundingClientRect().height') < 30  # one line
        assert axe(page) == []
        assert page.evaluate('document.documentElement.scrollWidth') == width
    page.get_by_role('button', name='Call next').click()
    page.get_by_text('About this appointment').click()
    expect(page.get_by_text('carol@example.com')).to_be_visible()
    expect(page.locator('.call-news .rep-call-hint')).to_have_count(1)  # of the next appointment: the full screen holds it too
    for width, colours in LOOKS:
        look(page, width, colours)
        assert axe(page) == []


def look(page: Page, width: int, colours: Literal['light', 'dark']) -> None:
    page.set_viewport_size({'width': width, 'height': 844})
    page.emulate_media(color_scheme=colours)
    page.wait_for_function(f"document.body.classList.contains('body--{colours}')")
