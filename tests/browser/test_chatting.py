"""Writing to each other before and in a call, in real browsers."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

import db
from tests.browser.calling import FITS, Open, expect_status, press
from tests.browser.conftest import axe
from tests.site import Site

LATE = 'I am five minutes late.'
HOSTILE = '<img src=x onerror=window.hacked=1> {{ 7 * 191 }} ${window.hacked=2} "><script>window.hacked=3</script> \\'


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(REP_NAME='Riley Berger')


@pytest.fixture
def carol(site: Site, appointment: db.Appointment, open_page: Open) -> Page:
    """The customer, who has joined and waits."""
    page = open_page(site.link('chat', appointment))
    press(page, 'Join')
    expect_status(page, 'Waiting')
    return page


def field(page: Page) -> Locator:
    return page.get_by_role('textbox', name='Message to')


def said(page: Page) -> Locator:
    """What is shown of what was written."""
    return page.get_by_role('log', name='Messages').locator('.message .user-text')


def chat_button(page: Page, unread: int = 0) -> Locator:
    return page.get_by_role('button', name=f'Chat {unread} unread' if unread else 'Chat', exact=True)


def write(page: Page, text: str) -> None:
    field(page).fill(text)
    field(page).press('Enter')
    expect(field(page)).to_have_value('')


def test_who_waits_and_the_rep_write_to_each_other(carol: Page, riley: Page) -> None:
    expect(carol.get_by_text('Riley Berger is online and has been told that you are waiting.')).to_be_visible()
    press(riley, LATE)
    expect(carol.locator('.call-writes')).to_have_text(re.compile(f'Riley Berger wrote at .*:{LATE}'))
    expect(chat_button(carol, unread=1)).to_be_visible()
    assert axe(carol) == []
    chat_button(carol, unread=1).click()
    expect(field(carol)).to_be_focused()
    expect(carol.locator('.call-writes')).to_have_count(0)
    expect(chat_button(carol)).to_be_visible()
    field(carol).fill('  ')
    field(carol).press('Enter')
    expect(carol.get_by_text('Please write something first.')).to_be_visible()
    expect(field(carol)).to_have_value('  ')
    write(carol, HOSTILE)
    expect(said(riley)).to_have_text([LATE, HOSTILE])
    carol.reload()
    expect_status(carol, 'Waiting')
    expect(chat_button(carol)).to_be_visible()
    chat_button(carol).click()
    expect(said(carol)).to_have_text([LATE, HOSTILE])
    assert [page.evaluate('window.hacked') for page in (carol, riley)] == [None, None]
    assert axe(carol) == []
    assert axe(riley) == []


def test_in_the_call_too_without_leaving_it(carol: Page, riley: Page) -> None:
    press(riley, 'Start chat')
    expect_status(carol, 'Connected')
    riley.keyboard.press('c')
    expect(field(riley)).to_be_focused()
    write(riley, 'Look at page 3, please')
    expect(chat_button(carol, unread=1)).to_be_visible()
    expect(carol.locator('.call-writes')).to_be_hidden()
    assert 'Look at page 3, please' in carol.get_by_role('status').all_inner_texts()[-1]
    carol.set_viewport_size({'width': 390, 'height': 780})
    chat_button(carol, unread=1).click()
    expect(carol.get_by_role('dialog', name='Chat')).to_be_in_viewport(ratio=1)
    press(carol, 'Mute')  # the buttons are in reach
    expect_status(riley, 'muted')
    assert carol.evaluate(FITS)
    assert axe(carol) == []
    field(carol).press('Escape')
    expect(carol.get_by_role('dialog', name='Chat')).to_be_hidden()
    expect(chat_button(carol)).to_be_focused()


LIES_OVER = """([one, other]) => {
  const [a, b] = [one, other].map((selector) => document.querySelector(selector).getBoundingClientRect());
  return a.right > b.left && b.right > a.left && a.bottom > b.top && b.bottom > a.top;
}"""


def test_an_open_chat_lies_neither_over_the_pictures_nor_over_the_buttons(carol: Page) -> None:
    press(carol, 'Chat')
    expect(carol.locator('.call-chat')).to_be_visible()
    for width, height in ((1280, 760), (820, 1180), (390, 844), (844, 390), (700, 560)):
        carol.set_viewport_size({'width': width, 'height': height})
        for part in ('.call-pictures', '.call-bar'):
            assert not carol.evaluate(LIES_OVER, ['.call-chat', part]), (width, part)
        picture = carol.locator('.call-pictures').bounding_box()
        assert picture is not None
        assert min(picture['width'], picture['height']) >= 90, width
