"""What stands beside and over a running call, in real browsers: the picture keeps its room and is seen whole."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import db
from tests.browser.calling import Open, day_of, press, wait_alive
from tests.browser.conftest import axe
from tests.site import Site

IS_WHOLE = """() => {
  const frame = document.querySelector('.call-frame').getBoundingClientRect();
  const video = document.querySelector('.call-frame video').getBoundingClientRect();
  return video.top >= frame.top && video.bottom <= frame.bottom && video.left >= frame.left && video.right <= frame.right;
}"""
NOTES, ABOUT = 'Private notes', 'About this appointment'


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(REP_NAME='Riley Berger')


@pytest.fixture
def riley(site: Site, appointment: db.Appointment, open_page: Open) -> Page:
    """The rep, in a call with Carol."""
    carol = open_page(site.link('chat', appointment))
    press(carol, 'Join')
    page = open_page(site.new_sign_in_link())
    page.goto(f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}&call=1')
    wait_alive(page)
    press(page, 'Join')
    expect(page.get_by_text('Connected').first).to_be_visible()
    return page


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).locator('visible=true').bounding_box()
    assert found
    return dict(found)


def test_notes_and_what_it_is_about_stand_beside_the_picture_one_at_a_time(riley: Page) -> None:
    riley.set_viewport_size({'width': 1280, 'height': 720})
    for title in (ABOUT, NOTES):
        riley.locator('summary', has_text=title).click()
        expect(riley.locator('details[open]')).to_have_count(1)
        pictures, side = box(riley, '.call-pictures'), box(riley, '.rep-call-side')
        assert pictures['height'] >= 360
        assert pictures['x'] + pictures['width'] <= side['x']
        assert side['y'] + side['height'] <= 720
        assert riley.evaluate(IS_WHOLE)
        expect(riley.get_by_role('button', name=f'Close: {title}').locator('.icon')).to_have_css('color', 'rgb(236, 238, 241)')
        assert axe(riley) == []
    assert box(riley, '.rep-call-side textarea')['width'] > side['width'] - 50


IS_IN_SIGHT = """(selector) => {
  const row = document.querySelector(selector)?.getBoundingClientRect();
  return Boolean(row && row.height && row.top >= 0 && row.bottom <= innerHeight);
}"""


def test_the_day_is_shown_where_the_call_is_on_a_phone_and_after_a_reload_in_the_call(
    riley: Page, site: Site, appointment: db.Appointment
) -> None:
    riley.reload()
    wait_alive(riley)
    riley.wait_for_function(IS_IN_SIGHT, arg='.rep-row[aria-current=true]')
    riley.set_viewport_size({'width': 390, 'height': 500})
    riley.goto(day_of(site, appointment))
    wait_alive(riley)
    riley.wait_for_function(IS_IN_SIGHT, arg='.rep-booked')


def test_while_the_server_does_not_answer_our_words_say_that_the_call_goes_on(riley: Page) -> None:
    riley.evaluate("document.getElementById('popup').ariaHidden = 'false'")
    said = riley.evaluate("getComputedStyle(document.getElementById('popup'), '::before').content")
    assert said == '"Messages and buttons pause for a moment; your call goes on."'
    assert riley.evaluate("document.getElementById('popup').innerText.trim()") == ''


def test_a_picture_in_the_small_window_says_so_in_its_place(riley: Page) -> None:
    words = riley.get_by_text('Carol Tanaka is in the small window')
    press(riley, 'More')
    press(riley, 'Picture in picture')
    expect(words).to_be_visible()
    expect(riley.locator('.call-frame video')).to_be_hidden()
    riley.evaluate('document.exitPictureInPicture()')
    expect(words).to_have_count(0)
    expect(riley.locator('.call-frame video')).to_be_visible()


def test_a_picture_that_cannot_be_put_into_a_small_window_says_so(riley: Page) -> None:
    words = riley.get_by_text('There is no picture yet to put into a small window.')
    riley.evaluate('() => { HTMLVideoElement.prototype.requestPictureInPicture = () => Promise.reject(new DOMException()) }')
    press(riley, 'More')
    press(riley, 'Picture in picture')
    expect(words).to_be_visible()
    press(riley, 'Close')
    expect(words).to_have_count(0)


def test_a_phone_on_its_side_leaves_some_of_the_picture_beside_the_chat(riley: Page) -> None:
    riley.set_viewport_size({'width': 844, 'height': 390})
    press(riley, 'Chat')
    chat, pictures = box(riley, '.call-chat'), box(riley, '.call-pictures')
    assert chat['x'] + chat['width'] + 200 <= pictures['x'] + pictures['width']


def test_on_a_phone_they_lie_over_the_picture_and_can_be_closed(riley: Page) -> None:
    riley.set_viewport_size({'width': 390, 'height': 800})
    before = box(riley, '.call-pictures')
    riley.locator('summary', has_text=NOTES).click()
    assert box(riley, '.call-pictures') == before
    assert box(riley, '.rep-call-side')['width'] <= 390
    press(riley, f'Close: {NOTES}')
    expect(riley.locator('.rep-call-side').locator('visible=true')).to_have_count(0)
    expect(riley.locator('summary', has_text=NOTES)).to_be_focused()


LIGHT = """--call-page: #f4f5f7; --call-card: #fff; --call-line: #dde1e6; --call-text: #1a1c20; --call-quiet: #565d68;
--call-accent: #1d5fa8; --call-link: #1d5fa8; --call-button: #e4e7eb; --call-notice: #e4e7eb; --call-picture: #dde1e6; --call-own: #cfd4da;
--call-good: #166534; --call-good-soft: #e5f4ea; --call-bad: #b3261e; --call-bad-soft: #fdecea; --call-scheme: light"""
CONTRAST = """(element) => {
  const paint = new OffscreenCanvas(1, 1).getContext('2d');
  const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const luminance = (colour) => {
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...paint.getImageData(0, 0, 1, 1).data].map((part) => linear(part / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (one) => {
    const own = getComputedStyle(one).backgroundColor;
    return own === 'rgba(0, 0, 0, 0)' ? ground(one.parentElement) : own;
  };
  const [dark, light] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort((one, other) => one - other);
  return (light + 0.05) / (dark + 0.05);
}"""


@pytest.mark.parametrize(('colours', 'scheme'), [('', 'dark'), (LIGHT, 'light')])
def test_words_can_be_read_in_a_call_of_other_colours(riley: Page, colours: str, scheme: str) -> None:
    riley.evaluate('colours => { document.body.style.cssText += colours; }', colours)
    press(riley, 'Chat')
    field = riley.get_by_role('textbox', name='Message to')
    field.fill('https://example.com')
    field.press('Enter')
    riley.locator('.rep-call-hint').evaluate("hint => { hint.textContent = 'Your next appointment begins now.'; }")
    for words in ('.message.own a', '.message.own .message-who', '.rep-call-hint', '.call-status', '.call-label'):
        assert riley.locator(words).first.evaluate(CONTRAST) >= 4.5, words
    expect(riley.locator('.call')).to_have_css('color-scheme', scheme)
    assert axe(riley) == []
