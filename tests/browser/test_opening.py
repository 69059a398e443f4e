"""How pages open in a real browser, from nothing configured."""

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.calling import expect_status, press
from tests.browser.conftest import axe
from tests.site import Site

NOTHING_KEPT = """
for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, { get() { throw new DOMException('Access is denied', 'SecurityError'); }, configurable: true });
"""


def test_the_front_page_opens_with_no_error_and_nothing_for_axe_to_find(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url)
    assert page.get_by_role('heading', level=1).inner_text() == 'Schedule your appointment'
    assert axe(page) == []


def test_a_browser_that_keeps_nothing_for_us_is_good_enough_for_a_call(
    site: Site, open_page: Callable[..., Page], browser: Browser
) -> None:
    context = browser.new_context(timezone_id='UTC', locale='en-US')
    context.add_init_script(NOTHING_KEPT)
    page = open_page(f'{site.url}/check', inside=context)
    expect(page.get_by_role('button', name='Test the connection')).to_be_visible()
    page = open_page(site.link('chat', site.book()), inside=context)
    press(page, 'Join')
    expect_status(page, 'Waiting')
    context.close()
