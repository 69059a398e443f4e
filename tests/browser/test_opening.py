"""The front page in a real browser, from nothing configured."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import axe
from tests.site import Site


def test_the_front_page_opens_with_no_error_and_nothing_for_axe_to_find(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page(site.url)
    assert page.get_by_role('heading', level=1).inner_text() == 'Schedule your appointment'
    assert axe(page) == []
