"""A call through a relay only: it heals when the relay was frozen, and neither side learns the other's address."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import db
from tests import turn_server
from tests.browser.calling import Open, expect_picture, expect_status, join
from tests.conftest import missing
from tests.site import Site
from tests.waiting import until

FROZEN_SECONDS = 9
KEEP_WHAT_IS_SAID = """() => {
  const emit = socket.emit.bind(socket);
  window.said = [];
  socket.emit = (...said) => (window.said.push(JSON.stringify(said)), emit(...said));
}"""
CANDIDATES = r'() => window.said.flatMap((said) => said.match(/candidate:[^\\\"]+/g) ?? [])'


@pytest.fixture(scope='module')
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """The port of a relay, and its process."""
    if turn_server.SERVER is None:
        missing('coturn')
    folder: Path = tmp_path_factory.mktemp('turn')
    with turn_server.turn_server(folder) as port:
        yield port, int((folder / 'pid').read_text())


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site], relay: tuple[int, int]) -> Site:
    turn = {'TURN_URLS': f'turn:127.0.0.1:{relay[0]}', 'TURN_SECRET': turn_server.SECRET}
    return make_site(REP_NAME='Riley Berger', RELAY_ALWAYS='true', **turn)


def test_a_call_through_the_relay_gives_no_address_away_and_heals_after_its_freeze(
    carol: Page, riley: Page, relay: tuple[int, int]
) -> None:
    for page in (carol, riley):
        page.evaluate(KEEP_WHAT_IS_SAID)
    join(carol, riley)
    expect_picture(carol, riley)
    expect(carol.locator('.call-status')).to_contain_text(re.compile('(good|fair|poor) line'))
    for page in (carol, riley):
        ways = page.evaluate(CANDIDATES)
        assert ways
        assert all(' typ relay raddr 0.0.0.0 ' in way for way in ways)
    with frozen(relay[1]):
        for page in (carol, riley):
            expect(page.locator('.call-status')).not_to_contain_text('Connected')
    for page in (carol, riley):
        expect_status(page, 'Connected')
    expect_picture(carol, riley)


EXPIRY = "() => Number(connections.at(-1).getConfiguration().iceServers[0].username.split(':')[0])"


def test_a_call_that_is_moved_goes_on_with_a_password_for_the_relay_that_lasts_as_long(
    site: Site, appointment: db.Appointment, carol: Page, riley: Page, open_page: Open
) -> None:
    join(carol, riley)
    before = {page: page.evaluate(EXPIRY) for page in (carol, riley)}
    own = open_page(site.link('manage', appointment))
    own.get_by_role('button', name='Reschedule').click()
    moving = own.get_by_role('dialog')
    first = moving.locator('[data-slot]').first
    today = str(first.get_attribute('data-slot'))
    moving.get_by_role('button', name='Next day').click()
    expect(first).not_to_have_attribute('data-slot', today)
    moving.get_by_role('button', name=re.compile(r'^\d+:00 [AP]M')).last.click()
    own.get_by_role('button', name='Move it').click()
    expect(own.get_by_text('You have moved this appointment.')).to_be_visible()
    for page in (carol, riley):
        until(lambda page=page: page.evaluate(EXPIRY) > before[page], 'a password for longer')
    expect_picture(carol, riley)
    assert carol.evaluate('connections.length') == riley.evaluate('connections.length') == 1


@contextmanager
def frozen(process: int) -> Iterator[None]:
    """The relay's process stands still meanwhile, and for nine seconds at least."""
    os.kill(process, signal.SIGSTOP)
    frozen_at = time.monotonic()
    try:
        yield
        until(lambda: time.monotonic() - frozen_at > FROZEN_SECONDS, 'nine seconds to pass')
    finally:
        os.kill(process, signal.SIGCONT)
