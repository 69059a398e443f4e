"""What a stranger types is shown as text, on every page that shows it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import wait_alive
from tests.site import Site

NAME = '<img src=x onerror=window.hacked=1>'
COMMENT = '/etc/passwd {{ 7 * 191 }} ${window.hacked=2} "><script>window.hacked=3</script> \' :x="window.hacked=4"'


@pytest.fixture(scope='module')
def hostile(site: Site) -> dict[str, str]:
    """Where an appointment that Sam booked is shown."""
    appointment = site.book(name=NAME, comment=COMMENT, email='sam@example.com')
    return {
        'appointment': site.link('manage', appointment),
        'chat': site.link('chat', appointment),
        'rep': f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}',
        'mailbox': f'{site.url}/mailbox',
    }


@pytest.mark.parametrize('where', ['appointment', 'chat', 'rep', 'mailbox'])
def test_it_is_shown_as_text(site: Site, hostile: dict[str, str], open_page: Callable[..., Page], where: str) -> None:
    page = open_page(site.new_sign_in_link())
    page.goto(hostile[where])
    wait_alive(page)
    frames = [page, *page.frames]
    shown = page.get_by_text('7 * 191') if where != 'mailbox' else page.get_by_text(NAME)
    expect(shown.first).to_be_visible()
    assert '1337' not in page.inner_text('main')
    assert [frame.evaluate('window.hacked') for frame in frames] == [None] * len(frames)
    assert page.locator('img[src=x]').count() == 0


def test_in_the_call_too(site: Site, hostile: dict[str, str], open_page: Callable[..., Page]) -> None:
    rep = open_page(site.new_sign_in_link())
    rep.goto(hostile['rep'])
    wait_alive(rep)
    rep.get_by_role('button', name='Start chat').click()
    expect(rep.get_by_text(f'Waiting for {NAME}').first).to_be_visible()
    assert rep.evaluate('window.hacked') is None
