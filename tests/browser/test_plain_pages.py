"""The pages that only say something: nothing here, a link that leads nowhere, a call that is over, a sign-in that went wrong."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

import db
from tests.browser.conftest import axe, wait_alive
from tests.site import Site, next_full_hour

LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ('light', 'dark')]


@pytest.fixture(scope='module')
def over(site: Site) -> str:
    """The link to a call whose time was four hours ago."""
    appointment = site.book(next_full_hour() + timedelta(hours=2))
    past = update(db.Appointment).where(db.Appointment.id == appointment.id).values(starts_at=appointment.starts_at - timedelta(hours=6))
    db.writing(lambda session: session.execute(past))
    return site.link('chat', appointment)


def check(page: Page, width: int) -> None:
    assert axe(page) == []
    assert page.evaluate('document.documentElement.scrollWidth') <= width


@pytest.mark.parametrize(('width', 'scheme'), LOOKS)
def test_axe_finds_nothing_on_them(site: Site, over: str, open_page: Callable[..., Page], width: int, scheme: str) -> None:
    look = {'color_scheme': scheme, 'viewport': {'width': width, 'height': 780}}
    for path, heading in (('/nowhere', 'Page not found'), ('/chat/nonsense', 'This link leads nowhere')):
        page = open_page(site.url + path, alive=False, allow=('404',), **look)
        expect(page.get_by_role('heading', name=heading)).to_be_visible()
        check(page, width)
    page = open_page(over, **look)
    expect(page.get_by_role('heading', name='This call is over')).to_be_visible()
    check(page, width)
    page.goto(f'{site.url}/sign-in/used-up')
    wait_alive(page)
    expect(page.get_by_role('alert')).to_contain_text('This sign-in link has been used or is too old.')
    check(page, width)
    page.reload()
    wait_alive(page)
    expect(page.get_by_role('alert')).to_have_count(0)
