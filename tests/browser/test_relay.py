"""A call through a relay only: it heals when the relay was frozen, and neither side learns the other's address."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import turn_server
from tests.browser.calling import expect_picture, expect_status, join
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


def test_a_call_through_the_relay_gives_no_address_away_and_survives_its_freeze(carol: Page, riley: Page, relay: tuple[int, int]) -> None:
    for page in (carol, riley):
        page.evaluate(KEEP_WHAT_IS_SAID)
    join(carol, riley)
    expect_picture(carol, riley)
    expect_status(carol, 'good line')
    for page in (carol, riley):
        ways = page.evaluate(CANDIDATES)
        assert ways
        assert all(' typ relay raddr 0.0.0.0 ' in way for way in ways)
    freeze(carol, relay[1])
    for page in (carol, riley):
        expect_status(page, 'Connected')
    expect_picture(carol, riley)


def freeze(page: Page, process: int) -> None:
    """Let the relay's process stand still for nine seconds, while the pages go on."""
    os.kill(process, signal.SIGSTOP)
    end = time.monotonic() + FROZEN_SECONDS
    until(lambda: page.wait_for_timeout(200) or time.monotonic() > end, 'the relay to thaw')
    os.kill(process, signal.SIGCONT)
