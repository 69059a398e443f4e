"""What every engine of the call does, whoever carries the pictures. A new one is one line in `engines.py`."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

import db
from tests.backends import VARIABLES
from tests.browser.calling import CALL, Open, expect_packets, expect_picture, expect_status, join, press, received, wait_alive
from tests.browser.engines import ENGINES, Engine, fake_opentok, new_context  # noqa: F401  the last is a fixture
from tests.opentok_platform import opentok_platform
from tests.site import Site
from tests.waiting import until

DRAWN = """(([width, height]) => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const pen = canvas.getContext('2d');
  setInterval(() => { pen.fillStyle = `hsl(${Date.now() % 360} 80% 50%)`; pen.fillRect(0, 0, width, height); }, 50);
  return canvas.captureStream(20).getVideoTracks()[0];
})"""
SHAPE = "() => { const { videoWidth, videoHeight } = document.querySelector('.call-frame video'); return videoWidth / videoHeight; }"
SENT = """kind => connections.filter((one) => one.connectionState === 'connected').flatMap((one) => one.getSenders())
  .filter(({ track }) => track?.kind === kind).map(({ track }) => track)"""
ALL_TRACKS = f"() => [...document.querySelector('.call-self video').srcObject.getTracks(), ...['audio', 'video'].flatMap({SENT})]"
FRAMES_SENT = """async () => {
  const reports = await Promise.all(connections.map((one) => one.getStats())), entries = reports.flatMap((report) => [...report.values()]);
  return entries.reduce((sum, { type, framesSent }) => sum + (type === 'outbound-rtp' && framesSent || 0), 0);
}"""
IS_SILENT = f'kind => ({SENT})(kind).every((track) => !track.enabled)'
NO_DEVICES_GIVEN = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('No', 'NotAllowedError'); };"


@pytest.fixture(scope='module', params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


@pytest.fixture(scope='module')
def site(engine: Engine, make_site: Callable[..., Site]) -> Iterator[Site]:
    with opentok_platform() as platform:
        platform.script = fake_opentok
        yield make_site(REP_NAME='Riley Berger', **VARIABLES[engine.name](platform))


def expect_sound(page: Page) -> None:
    before = received(page)['packetsReceived']
    until(lambda: received(page)['packetsReceived'] > before + 10, 'sound')


def expect_silence(page: Page, kind: str, is_silent: bool) -> None:
    until(lambda: page.evaluate(IS_SILENT, kind) == is_silent, f"the customer's {kind} to be {'off' if is_silent else 'on'}")


def expect_shape(page: Page, shape: float) -> None:
    """The other one's picture has this width to its height."""
    page.wait_for_function(f'shape => Math.abs(({SHAPE})() - shape) < 0.02', arg=shape)


def test_two_see_and_hear_each_other_and_one_who_is_muted_and_unseen_sends_nothing(carol: Page, riley: Page) -> None:
    join(carol, riley)
    expect_picture(carol, riley)
    for page in (carol, riley):
        expect_sound(page)
        told = page.evaluate(f'async () => [...(await {CALL}.statistics()).values()].map(({{ type }}) => type)')
        assert {'inbound-rtp', 'outbound-rtp', 'candidate-pair'} <= set(told)
    for is_off in (True, False):
        for name in ('Mute', 'Camera off'):
            press(carol, name)
        status = expect(riley.locator('.call-status'))
        (status.to_contain_text if is_off else status.not_to_contain_text)('camera off')
        for kind in ('audio', 'video'):
            expect_silence(carol, kind, is_off)


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
    until(lambda: is_still(carol, riley), 'the picture to give way')
    expect_sound(riley)
    carol.evaluate(f'{CALL}.give_way(false)')
    expect_picture(riley)


def test_a_picture_that_gave_way_comes_back_whatever_became_of_the_camera_meanwhile(carol: Page, riley: Page) -> None:
    join(carol, riley)
    expect_picture(riley)
    carol.evaluate(f'{CALL}.give_way(true)')
    carol.evaluate(f'{CALL}.carry("video", null)')
    carol.evaluate(f'{CALL}.give_way(false)')
    carol.evaluate(f'size => {CALL}.carry("video", {DRAWN}(size))', [300, 300])
    expect_shape(riley, 1)
    expect_picture(riley)
    carol.evaluate(f'{CALL}.carry("video", null)')
    carol.evaluate(f'{CALL}.give_way(true)')
    carol.evaluate(f'size => {CALL}.carry("video", {DRAWN}(size))', [600, 200])
    until(lambda: is_still(carol, riley), 'the new picture to give way too')
    carol.evaluate(f'{CALL}.give_way(false)')
    expect_shape(riley, 3)


def is_still(sender: Page, receiver: Page) -> bool:
    """Whether one sends no picture while a second of their sound comes to the other."""
    before = sender.evaluate(FRAMES_SENT)
    expect_packets(receiver, 50)
    return bool(sender.evaluate(FRAMES_SENT) == before)


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
    carol.add_init_script(NO_DEVICES_GIVEN)
    carol.reload()
    wait_alive(carol)
    join(carol, riley)
    expect_picture(carol)
    expect_sound(carol)
    assert received(riley) == {'framesDecoded': 0, 'packetsReceived': 0, 'totalAudioEnergy': 0}
    expect_status(riley, 'Connected')


def test_who_hangs_up_lets_go_of_the_devices_and_a_problem_at_the_next_join_is_told_in_a_sentence(
    engine: Engine, carol: Page, riley: Page
) -> None:
    join(carol, riley)
    tracks = carol.evaluate_handle(ALL_TRACKS)
    press(carol, 'Hang up')
    expect_status(riley, 'Carol Tanaka has left the call.')
    states = tracks.evaluate('tracks => tracks.map(({ readyState }) => readyState)')
    assert len(states) >= 3
    assert set(states) == {'ended'}
    carol.evaluate(engine.fail)
    press(carol, 'Join again')
    expect(carol.get_by_text(engine.words)).to_be_visible()
    carol.evaluate('delete navigator.mediaDevices')
    press(carol, 'Try again')
    expect_picture(carol, riley)
