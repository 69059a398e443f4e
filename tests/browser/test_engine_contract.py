"""What every engine of the call does, whoever carries the pictures. A new one is one line in `ENGINES`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import db
from tests.browser.calling import Open, expect_picture, expect_status, join, press, received
from tests.opentok_platform import Platform, opentok_platform
from tests.site import Site
from tests.waiting import until

FAKE_OPENTOK = Path(__file__).with_name('fake_opentok.js')


@dataclass(frozen=True)
class Engine:
    """An engine, what configures it, and scripts that let its line waver and come back, and make the next join fail with these words."""

    name: str
    waver: str
    mend: str
    fail: str
    words: str
    variables: Callable[[Platform], dict[str, str]] = field(default=lambda _platform: {})


SAY_STATE = """state => {
  const connection = connections.findLast(({ connectionState }) => connectionState !== 'closed');
  if (state) Object.defineProperty(connection, 'connectionState', { value: state, configurable: true });
  else delete connection.connectionState;
  connection.dispatchEvent(new Event('connectionstatechange'));
}"""
AN_OLD_BROWSER = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true })"
ENGINES = (
    Engine('peer', f'({SAY_STATE})("disconnected")', f'({SAY_STATE})()', AN_OLD_BROWSER, 'is too old for calls'),
    Engine(
        'opentok',
        'OT.test.waver()',
        'OT.test.mend()',
        "OT.test.refuse('connect', 'OT_CONNECT_FAILED')",
        'does not answer',
        lambda at: at.variables,
    ),
)

CALL = "getElement(Number(document.querySelector('.call-stage').closest('[id^=c]').id.slice(1)))"
DRAWN = """(([width, height]) => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const pen = canvas.getContext('2d');
  setInterval(() => { pen.fillStyle = `hsl(${Date.now() % 360} 80% 50%)`; pen.fillRect(0, 0, width, height); }, 50);
  return canvas.captureStream(20).getVideoTracks()[0];
})"""
SHAPE = "() => { const { videoWidth, videoHeight } = document.querySelector('.call-frame video'); return videoWidth / videoHeight; }"
SENT = """kind => connections.filter((one) => one.connectionState === 'connected').flatMap((one) => one.getSenders())
  .filter(({ track }) => track?.kind === kind).map(({ track }) => track)"""
IS_SILENT = f'kind => ({SENT})(kind).every((track) => !track.enabled)'
NO_DEVICES_GIVEN = "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('No', 'NotAllowedError'); }; }"


@pytest.fixture(scope='module', params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


@pytest.fixture(scope='module')
def site(engine: Engine, make_site: Callable[..., Site]) -> Iterator[Site]:
    with opentok_platform() as platform:
        platform.script = FAKE_OPENTOK.read_bytes
        yield make_site(REP_NAME='Riley Berger', **engine.variables(platform))


@pytest.fixture
def window(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    return new_context()


@pytest.fixture
def carol(site: Site, appointment: db.Appointment, open_page: Open, window: BrowserContext) -> Page:
    """The customer, in a window that both sides share: so the stand-in for OpenTok reaches from one to the other."""
    return open_page(site.link('chat', appointment), inside=window)


@pytest.fixture
def riley(site: Site, appointment: db.Appointment, open_page: Open, window: BrowserContext) -> Page:
    """The rep, in the same window."""
    page = open_page(site.new_sign_in_link(), inside=window)
    page.goto(f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}')
    page.wait_for_function('window.did_handshake === true')
    return page


def expect_sound(page: Page) -> None:
    before = received(page)['packetsReceived']
    until(lambda: received(page)['packetsReceived'] > before + 10, 'sound')


def expect_shape(page: Page, shape: float) -> None:
    """The other one's picture has this width to its height."""
    page.wait_for_function(f'shape => Math.abs(({SHAPE})() - shape) < 0.02', arg=shape)


def tracks_of(page: Page) -> Any:
    """All tracks that this page uses: what is seen of oneself, and what is sent."""
    return page.evaluate_handle(
        f"() => [...document.querySelector('.call-self video').srcObject.getTracks(), ...['audio', 'video'].flatMap({SENT})]"
    )


def test_two_see_and_hear_each_other_and_let_go_of_their_devices_when_they_hang_up(carol: Page, riley: Page) -> None:
    join(carol, riley)
    expect_picture(carol, riley)
    for page in (carol, riley):
        expect_sound(page)
        numbers = page.evaluate(f'async () => [...(await {CALL}.statistics()).values()].map(({{ type }}) => type)')
        assert {'inbound-rtp', 'outbound-rtp', 'candidate-pair'} <= set(numbers)
    tracks = tracks_of(carol)
    assert len(tracks.evaluate('tracks => tracks')) >= 3
    press(carol, 'Hang up')
    expect_status(riley, 'Carol Tanaka has left the call.')
    assert set(tracks.evaluate('tracks => tracks.map(({ readyState }) => readyState)')) == {'ended'}
    press(carol, 'Join again')
    expect_picture(carol, riley)


def test_who_is_muted_or_unseen_sends_neither_sound_nor_picture_and_the_other_side_reads_it(carol: Page, riley: Page) -> None:
    join(carol, riley)
    expect_picture(riley)
    for name in ('Mute', 'Camera off'):
        carol.get_by_role('button', name=name, exact=True).click()
    expect_status(riley, 'muted · camera off')
    for kind in ('audio', 'video'):
        assert carol.evaluate(IS_SILENT, kind)
    for name in ('Mute', 'Camera off'):
        carol.get_by_role('button', name=name, exact=True).click()
    expect(riley.locator('.call-status')).not_to_contain_text('off')
    for kind in ('audio', 'video'):
        assert not carol.evaluate(IS_SILENT, kind)


def test_another_camera_a_screen_and_no_picture_at_all_arrive_while_the_sound_goes_on(carol: Page, riley: Page) -> None:
    join(carol, riley)
    expect_picture(riley)
    carol.evaluate(f'size => {CALL}.carry("video", {DRAWN}(size))', [300, 300])
    expect_shape(riley, 1)
    carol.evaluate(f'size => {CALL}.show_screen({DRAWN}(size))', [600, 200])
    expect_shape(riley, 3)
    carol.evaluate(f'{CALL}.show_screen(null)')
    expect_shape(riley, 16 / 9)
    expect_picture(riley)
    expect_sound(riley)
    carol.evaluate(f'{CALL}.give_way(true)')
    until(lambda: is_still(riley), 'the picture to give way')
    expect_sound(riley)
    carol.evaluate(f'{CALL}.give_way(false)')
    expect_picture(riley)


def is_still(page: Page) -> bool:
    """Whether no new picture comes while sound does."""
    before = received(page)['framesDecoded']
    expect_sound(page)
    return received(page)['framesDecoded'] == before


def test_a_call_goes_on_after_a_line_that_dropped_a_reload_and_in_a_second_tab(
    engine: Engine, site: Site, appointment: db.Appointment, carol: Page, riley: Page, open_page: Open
) -> None:
    join(carol, riley)
    carol.evaluate(engine.waver)
    expect_status(carol, 'The connection is unstable')
    carol.evaluate(engine.mend)
    expect_status(carol, 'Connected')
    carol.reload()
    expect_status(carol, 'Connected')
    expect_picture(carol, riley)
    newer = open_page(site.link('chat', appointment), inside=carol.context)
    press(newer, 'Join')
    expect(carol.get_by_text('You joined from another window.')).to_be_visible()
    expect_picture(newer, riley)


def test_one_who_sends_nothing_sees_and_hears_and_both_know_that_they_are_connected(carol: Page, riley: Page) -> None:
    carol.evaluate(NO_DEVICES_GIVEN)
    join(carol, riley)
    expect_picture(carol)
    expect_sound(carol)


def test_a_problem_is_told_in_a_sentence_and_the_next_try_succeeds(engine: Engine, carol: Page, riley: Page) -> None:
    press(carol, 'Join')
    expect_status(carol, 'Waiting')
    press(carol, 'Hang up')
    carol.evaluate(engine.fail)
    press(carol, 'Join again')
    expect(carol.get_by_text(engine.words)).to_be_visible()
    carol.evaluate('delete navigator.mediaDevices')
    press(carol, 'Try again')
    press(riley, 'Start chat')
    expect_picture(carol, riley)
