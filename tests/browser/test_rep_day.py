"""A rep's day of calls in a real browser: an arrival is heard and seen, and one click leads to the call."""

import re
import time
from collections.abc import Callable
from typing import Final, Literal

import pytest
from playwright.sync_api import Page, Route, expect

import db
from pages.components.arrival_alert import BLOCKED
from tests.browser.conftest import axe, wait_alive
from tests.site import Site

Open = Callable[..., Page]

LOOKS: Final = ((390, 'light'), (1280, 'light'), (390, 'dark'), (1280, 'dark'))

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
def appointment(site: Site) -> db.Appointment:
    return site.book()


@pytest.fixture
def riley(site: Site, open_page: Open) -> Page:
    """The rep, signed in, on a page whose sounds and notifications are written down."""
    page = open_page(site.new_sign_in_link())
    page.add_init_script(NOTE_ALERTS)
    page.reload()
    wait_alive(page)
    return page


def deliver_late(route: Route) -> None:
    """As slowly as a phone gets a page."""
    time.sleep(3)
    route.continue_()


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
    assert riley.title() == f'(1) Carol Tanaka is waiting · {before}'
    carol.route('**/socket.io.min.js', deliver_late)
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
    expect(riley.get_by_text('Connected').first).to_be_visible(timeout=20_000)
    expect(row).to_contain_text('in call')
    expect(riley).to_have_title(before)
    riley.go_back()
    expect(riley.get_by_role('button', name='Hang up')).to_have_count(0)


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
    expect(page.get_by_text('not here yet').first).to_be_visible()
    carol = open_page(site.link('chat', appointment))
    carol.get_by_role('button', name='Join', exact=True).click()
    expect(page.get_by_text(re.compile('Carol Tanaka, .* waiting'))).to_be_visible()
    for width, colours in LOOKS:
        look(page, width, colours)
        assert axe(page) == []
        assert page.evaluate('document.documentElement.scrollWidth') == width
    page.get_by_role('button', name='Call next').click()
    page.get_by_text('About this appointment').click()
    expect(page.get_by_text('carol@example.com')).to_be_visible()
    expect(page.locator('.call-news .rep-call-hint')).to_have_count(1)  # of the next appointment: the full screen holds it too
    for width, colours in LOOKS[1:3]:
        look(page, width, colours)
        assert axe(page) == []


def look(page: Page, width: int, colours: Literal['light', 'dark']) -> None:
    page.set_viewport_size({'width': width, 'height': 844})
    page.emulate_media(color_scheme=colours)
    page.wait_for_function(f"document.body.classList.contains('body--{colours}')")
