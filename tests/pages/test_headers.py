"""What pages say of themselves to browsers and search engines."""

import re
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from nicegui import Client, core
from nicegui.testing import User

import db
from pages.headers import SafetyHeaders
from pages.layout import STYLE_URL
from services import kinds
from tests.conftest import on_sqlite

pytestmark = on_sqlite

FOR_EVERYBODY = {'/', '/{slug}'}


@pytest.fixture
async def rep_browser(rep_user: User) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which the rep is signed in, at the app as it is served."""
    served = httpx.ASGITransport(SafetyHeaders(core.app))
    async with httpx.AsyncClient(transport=served, base_url='http://test', cookies=rep_user.http_client.cookies) as browser:
        yield browser


def is_private(answer: httpx.Response) -> bool:
    """Whether no search engine may name this page, and no browser keep it."""
    return (answer.headers.get('X-Robots-Tag'), answer.headers.get('Cache-Control')) == ('noindex', 'no-store')


async def test_every_page_is_for_everybody_or_kept_private(rep_browser: httpx.AsyncClient) -> None:
    of_ours = {path for page, path in Client.page_routes.items() if page.__module__.startswith('pages.')}
    assert '/rep' in of_ours
    answers = {path: await rep_browser.get(re.sub('{.+}', 'x', path)) for path in of_ours}
    assert {path for path, answer in answers.items() if not is_private(answer)} == FOR_EVERYBODY


async def test_a_page_of_ones_own_is_private_without_being_named(rep_browser: httpx.AsyncClient, appointment: db.Appointment) -> None:
    answer = await rep_browser.get(f'/practice/{appointment.id}')
    assert appointment.name in answer.text
    assert is_private(answer)
    assert answer.headers['Referrer-Policy'] == 'same-origin', 'the form that signs out would not be believed'


async def test_where_a_private_page_sends_whoever_is_not_signed_in_is_private(rep_browser: httpx.AsyncClient) -> None:
    rep_browser.cookies.clear()
    answer = await rep_browser.get('/practice/1')
    assert answer.headers['Location'].startswith('/sign-in')
    assert is_private(answer)


async def test_the_style_of_the_pages_is_kept_by_browsers(rep_browser: httpx.AsyncClient) -> None:
    assert 'immutable' in (await rep_browser.get(STYLE_URL)).headers['Cache-Control']


async def test_who_would_wait_too_long_for_a_page_reads_so_in_our_words(
    rep_browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pages

    read = kinds.active

    def slowly() -> list[db.Kind]:
        time.sleep(0.5)
        return read()

    monkeypatch.setattr(kinds, 'active', slowly)
    assert (await rep_browser.get('/')).status_code == 200
    monkeypatch.setattr(pages, 'PATIENCE_SECONDS', 0.05)
    answer = await rep_browser.get('/')
    assert answer.status_code == 503
    assert 'Please try again in a moment.' in answer.text
