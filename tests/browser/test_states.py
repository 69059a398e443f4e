"""A call whose two browsers do not find each other, as it looks when all tries were in vain."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.calling import press
from tests.browser.conftest import axe
from tests.site import Site

ONLY_BY_A_RELAY = """window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(ways) { super({ ...ways, iceServers: [], iceTransportPolicy: 'relay' }); }
};"""
IMPATIENT = 'from services import lines; lines.FIRST_SECONDS = 1'  # how long it takes otherwise is told in `services/test_lines.py`


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(IMPATIENT, REP_NAME='Riley Berger')


def test_axe_finds_nothing_in_a_call_that_finds_no_way(carol: Page, riley: Page) -> None:
    carol.context.add_init_script(ONLY_BY_A_RELAY)
    carol.reload()
    press(carol, 'Join')
    press(riley, 'Start chat')
    for page in (carol, riley):
        expect(page.locator('.call-note')).to_contain_text('There is no way from your network')
    assert axe(carol) == axe(riley) == []
