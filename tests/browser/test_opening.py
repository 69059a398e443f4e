"""How pages open in a real browser, from nothing configured."""

from collections.abc import Callable

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.calling import expect_status, press
from tests.browser.conftest import axe
from tests.site import Site, day_ahead
from tests.waiting import until

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


def test_nothing_moves_when_the_icons_come_late(site: Site, browser: Browser) -> None:
    context = browser.new_context(timezone_id='UTC', locale='en-US')
    page, held = context.new_page(), list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route('**/*.woff2', hold)
    page.goto(f'{site.url}/?day={day_ahead(4)}')
    expect(page.locator('[data-slot]').first).to_be_visible()
    widths = "() => [...document.querySelectorAll('.icon, button')].map(part => part.offsetWidth)"
    until(lambda: page.wait_for_timeout(50) or held, 'the font to be asked for')
    before = page.evaluate(widths)
    for route in held:
        route.continue_()
    page.evaluate('async () => { await document.fonts.ready }')
    assert page.evaluate(widths) == before
    context.close()
