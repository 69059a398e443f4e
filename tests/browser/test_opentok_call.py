"""What only the call through OpenTok does: coming back into a session that was lost, and cutting off who was put out.

The contract that it shares with the other engines is in `test_engine_contract.py`; the real OpenTok.js is tried in `test_opentok.py`.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

import db
from tests.browser.calling import Open, expect_picture, expect_status, join, press, session_of
from tests.browser.engines import fake_opentok, new_context  # noqa: F401  the second is a fixture
from tests.opentok_platform import Platform, opentok_platform
from tests.site import Site
from tests.waiting import until

OWN_CONNECTION = 'OT.test.connections()'


@pytest.fixture(scope='module')
def platform() -> Iterator[Platform]:
    with opentok_platform() as platform:
        platform.script = fake_opentok
        yield platform


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site], platform: Platform) -> Site:
    return make_site(REP_NAME='Riley Berger', **platform.variables)


def cut_in(platform: Platform, session_id: str | None) -> list[str]:
    """The connections that were cut in this session; those of earlier tests' calls may be cut meanwhile."""
    return [connection for cut_from, connection in platform.cut if cut_from == session_id]


def wait_entered(page: Page) -> None:
    """Wait until this page has loaded the script and is in the session."""
    page.wait_for_function(f'window.OT && {OWN_CONNECTION}.length')


def test_a_session_that_is_lost_is_entered_anew_by_itself_and_the_second_loss_is_told(carol: Page, riley: Page) -> None:
    join(carol, riley)
    before = carol.evaluate(OWN_CONNECTION)
    carol.evaluate("OT.test.disconnect('networkDisconnected')")
    carol.wait_for_function(f'before => {OWN_CONNECTION}.length && {OWN_CONNECTION}[0] !== before', arg=before[0])
    for page in (carol, riley):
        expect_status(page, 'Connected')
    expect_picture(carol, riley)
    carol.evaluate("OT.test.disconnect('networkDisconnected')")
    expect(carol.get_by_text('The connection to the video service was lost.')).to_be_visible()
    press(carol, 'Try again')
    expect_picture(carol, riley)


def test_who_joins_elsewhere_is_cut_off_from_the_platform_and_who_is_cut_off_for_no_reason_is_told(
    site: Site, platform: Platform, appointment: db.Appointment, carol: Page, riley: Page, open_page: Open
) -> None:
    join(carol, riley)
    [older] = carol.evaluate(OWN_CONNECTION)
    newer = open_page(site.link('chat', appointment), inside=carol.context)
    press(newer, 'Join')
    expect(carol.get_by_text('You joined from another window.')).to_be_visible()
    session_id = session_of(site, appointment)
    until(lambda: cut_in(platform, session_id), 'the platform to be asked')
    assert cut_in(platform, session_id) == [older]
    wait_entered(newer)
    newer.evaluate("OT.test.disconnect('forceDisconnected')")
    expect(newer.get_by_text('The video service ended your part in this call.')).to_be_visible()
    press(newer, 'Try again')
    expect_picture(newer, riley)


def test_a_session_that_cannot_be_entered_anew_is_told(carol: Page) -> None:
    press(carol, 'Join')
    expect_status(carol, 'Waiting')
    wait_entered(carol)
    carol.evaluate("OT.test.refuse('connect', 'OT_AUTHENTICATION_ERROR')")
    carol.evaluate("OT.test.disconnect('serverRotation')")
    expect(carol.get_by_text('The video service did not let you in.')).to_be_visible()
    for name, words in (('OT_TIMEOUT', 'does not answer'), ('OT_PERMISSION_DENIED', 'did not let you in')):
        expect(carol.get_by_text(words)).not_to_be_attached()
        carol.evaluate("name => OT.test.refuse('publish', name)", name)
        press(carol, 'Try again')
        expect(carol.get_by_text(words)).to_be_visible()
