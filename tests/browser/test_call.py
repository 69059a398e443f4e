"""The built-in call between two real browsers; `test_healing.py` has what becomes of it when things go wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import db
from services import appointment_changes, kinds
from tests.browser.calling import IS_SENDING, Open, expect_packets, expect_picture, expect_status, join, press, received, tab_to
from tests.browser.conftest import axe
from tests.site import Site, next_full_hour
from tests.waiting import until


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(REP_NAME='Riley Berger')


def test_two_people_see_and_hear_each_other(carol: Page, riley: Page) -> None:
    join(carol, riley)
    expect_picture(carol, riley)
    for page in (carol, riley):
        until(lambda page=page: received(page)['totalAudioEnergy'] > 0, 'sound')
        assert page.evaluate("() => document.querySelector('.call-frame video').videoWidth") > 0


def test_opening_the_link_shows_who_and_what_about_and_joins_nothing(carol: Page, riley: Page) -> None:
    expect(carol.get_by_role('heading', name='Call with Riley Berger')).to_be_visible()
    expect(carol.get_by_text('The offer from last week')).to_be_visible()
    expect(carol.get_by_role('button', name='Hang up')).to_be_hidden()
    assert carol.evaluate('connections.length') == 0
    press(riley, 'Start chat')
    expect_status(riley, 'Waiting for Carol Tanaka')


def test_the_mute_button_silences_and_says_so_on_both_sides(carol: Page, riley: Page) -> None:
    join(carol, riley)
    mute = carol.get_by_role('button', name='Mute')
    expect(mute).to_have_attribute('aria-pressed', 'false')
    mute.click()
    expect(mute).to_have_attribute('aria-pressed', 'true')
    expect_status(riley, 'Carol Tanaka: muted')
    expect(carol.get_by_text('Muted', exact=True)).to_be_visible()
    assert not carol.evaluate(IS_SENDING, 'audio')
    silent = expect_packets(riley, 30)  # after what was still on its way
    assert expect_packets(riley, 100) - silent < 1e-6
    mute.click()
    expect(riley.locator('.call-status')).not_to_contain_text('muted')
    assert carol.evaluate(IS_SENDING, 'audio')
    until(lambda: received(riley)['totalAudioEnergy'] > silent + 1e-4, 'sound again')


def test_the_camera_button_hides_and_says_so_on_both_sides(carol: Page, riley: Page) -> None:
    join(carol, riley)
    camera = riley.get_by_role('button', name='Camera off')
    camera.click()
    expect(camera).to_have_attribute('aria-pressed', 'true')
    expect_status(carol, 'Riley Berger: camera off')
    expect(riley.get_by_text('Camera off', exact=True)).to_be_visible()
    expect(carol.locator('.call-note')).to_contain_text('Riley Berger has the camera off.')
    assert not riley.evaluate(IS_SENDING, 'video')


def test_who_is_muted_and_unseen_stays_so_through_a_reload(carol: Page, riley: Page) -> None:
    join(carol, riley)
    for name in ('Mute', 'Camera off'):
        carol.get_by_role('button', name=name).click()
    expect_status(riley, 'muted, camera off')
    carol.reload()
    expect_status(carol, 'Connected')
    expect_status(riley, 'muted, camera off')
    for name, kind in (('Mute', 'audio'), ('Camera off', 'video')):
        expect(carol.get_by_role('button', name=name)).to_have_attribute('aria-pressed', 'true')
        assert not carol.evaluate(IS_SENDING, kind)


def test_who_hangs_up_lets_go_of_the_camera_and_can_come_back(carol: Page, riley: Page) -> None:
    join(carol, riley)
    tracks = carol.evaluate_handle("() => document.querySelector('.call-self video').srcObject.getTracks()")
    press(carol, 'Hang up')
    expect_status(riley, 'Carol Tanaka has left the call.')
    expect(carol.get_by_text('You have left the call.')).to_be_visible()
    assert set(tracks.evaluate('tracks => tracks.map(({ readyState }) => readyState)')) == {'ended'}
    carol.reload()
    expect(carol.get_by_role('button', name='Join', exact=True)).to_be_visible()
    press(carol, 'Join')
    expect_picture(carol, riley)


def test_the_rep_who_stops_chatting_comes_back_to_the_appointment(carol: Page, riley: Page) -> None:
    join(carol, riley)
    press(riley, 'Stop chatting')
    riley.get_by_role('alertdialog').get_by_role('button', name='Leave').click()
    expect_status(carol, 'Riley Berger has left the call.')
    press(riley, 'Start chat')
    expect_picture(carol, riley)


def test_a_call_works_by_keyboard_alone(carol: Page, riley: Page) -> None:
    press(riley, 'Start chat')
    tab_to(carol, 'Join')
    carol.keyboard.press('Enter')
    expect(carol.get_by_role('button', name='Mute')).to_be_focused()
    carol.keyboard.press('Space')
    expect_status(riley, 'muted')
    tab_to(carol, 'Hang up')
    carol.keyboard.press('Enter')
    expect(carol.get_by_role('button', name='Join again')).to_be_focused()


@pytest.mark.parametrize(('width', 'height', 'colours'), [(1280, 760, 'light'), (390, 780, 'dark'), (844, 390, 'light')])
def test_axe_finds_nothing_before_in_and_after_a_call(
    site: Site, appointment: db.Appointment, open_page: Open, new_context: Callable[..., Any], width: int, height: int, colours: str
) -> None:
    context = new_context(viewport={'width': width, 'height': height}, color_scheme=colours)
    page = open_page(site.link('chat', appointment), inside=context)
    assert axe(page) == []
    expect(page.get_by_role('button', name='Join', exact=True)).to_be_in_viewport(ratio=1)
    press(page, 'Join')
    expect_status(page, 'Waiting')
    assert axe(page) == []
    assert page.evaluate('document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth')
    press(page, 'Hang up')
    expect(page.get_by_role('button', name='Join again')).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize(('width', 'colours'), [(1280, 'dark'), (390, 'light')])
def test_axe_finds_nothing_before_the_call_opens(site: Site, open_page: Open, width: int, colours: str) -> None:
    early = site.book(next_full_hour() + timedelta(hours=3 + width % 7, days=len(colours)))
    page = open_page(site.link('chat', early), viewport={'width': width, 'height': 780}, color_scheme=colours)
    expect(page.get_by_text('It opens in')).to_be_visible()
    assert axe(page) == []


def test_a_cancelled_call_says_so_and_leads_to_a_new_appointment(site: Site, appointment: db.Appointment, open_page: Open) -> None:
    appointment_changes.cancel(appointment.id)
    page = open_page(site.link('chat', appointment))
    expect(page.get_by_role('heading', name='This appointment is cancelled')).to_be_visible()
    assert axe(page) == []
    page.get_by_role('link', name='Book a new appointment').click()
    expect(page).to_have_url(f'{site.url}{kinds.path(kinds.get(appointment.kind_id))}')
