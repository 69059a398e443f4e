"""The way into a call in a real browser: trying camera, microphone, speaker and connection, and all that can be missing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import db
from tests.browser.calling import Open, expect_all_in_reach, expect_picture, expect_status, press, received
from tests.browser.conftest import ALLOW_ALL, FAKE_DEVICES, Launch, axe
from tests.conftest import missing
from tests.site import Site
from tests.turn_server import SECRET, SERVER, turn_server
from tests.waiting import until

THREE_CAMERAS = f'{FAKE_DEVICES}=device-count=3'  # the second of them sends no frames
SCRIPT: dict[str, Any] = {'content_type': 'text/javascript'}
MIC, CAM = ['audio'], ['video']

# The outer edge of a page: what it asks the browser for is written down, devices can be busy, and can be pulled out.
DEVICES = """
window.asked = []; window.given = 0; window.busy = false; window.unplugged = [];
const media = navigator.mediaDevices, ask = media.getUserMedia.bind(media), list = media.enumerateDevices.bind(media);
media.enumerateDevices = async () =>
  (await list()).filter(({ deviceId, kind }) => !window.unplugged.includes(deviceId) && !window.unplugged.includes(kind));
media.getUserMedia = async (wish) => {
  window.asked.push(Object.keys(wish).sort());
  if (window.busy) throw new DOMException('Could not start video source', 'NotReadableError');
  if (wish.video && window.unplugged.length) {
    const camera = (await media.enumerateDevices()).filter(({ kind }) => kind === 'videoinput').at(-1);
    wish.video = { deviceId: { exact: camera.deviceId } };
  }
  const stream = await ask(wish);
  window.given += 1;
  return stream;
};
"""
HOLD = """() => {
  const media = navigator.mediaDevices, ask = media.getUserMedia;
  media.getUserMedia = async (wish) => {
    media.getUserMedia = ask;
    await new Promise((resolve) => (window.answer = resolve));
    return ask(wish);
  };
}"""
SELF = "document.querySelector('.call-self video').srcObject?.getVideoTracks()[0]"
WAYS_IN = """
window.places = new Set();
const look = () => {
  const button = document.querySelector('.call-door-ways .primary');
  if (button) window.places.add(Math.round(button.getBoundingClientRect().top));
  requestAnimationFrame(look);
};
look();
"""
OWN_CAMERA = "document.querySelector('.check-picture video').srcObject.getVideoTracks()[0].label"
UNPLUG = f"""what => {{ window.unplugged.push(what); const track = {SELF}; track.stop(); track.dispatchEvent(new Event('ended')); }}"""
PLUG_IN = "() => { window.unplugged = []; navigator.mediaDevices.dispatchEvent(new Event('devicechange')); }"
HEAR = """
window.heard = 0;
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  if (this instanceof HTMLAudioElement) {
    const context = new AudioContext(), analyser = context.createAnalyser(), samples = new Float32Array(analyser.fftSize);
    context.createMediaStreamSource(this.srcObject).connect(analyser);
    setInterval(() => { analyser.getFloatTimeDomainData(samples); window.heard = Math.max(window.heard, ...samples); }, 50);
  }
  return play.call(this);
};
"""


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(REP_NAME='Riley Berger')


@pytest.fixture
def door(site: Site, appointment: db.Appointment, open_page: Open, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`door(chromium, …)`: the door of Carol's call, its edge written down; the rest: options of the context."""

    def make(inside: Browser, *scripts: str, **options: Any) -> Page:
        context = new_context(inside, **options)
        for script in (DEVICES, *scripts):
            context.add_init_script(script)
        return open_page(site.link('chat', appointment), inside=context)

    return make


def asked(page: Page) -> list[list[str]]:
    given: list[list[str]] = page.evaluate('asked')
    return given


def test_who_refused_at_the_door_reads_where_to_allow_it_and_is_in_the_picture_as_soon_as_they_have(
    door: Callable[..., Page], browser_that_refuses: Browser, riley: Page
) -> None:
    carol = door(browser_that_refuses)
    expect(carol.get_by_role('button', name='Turn on camera and microphone')).to_be_visible()
    assert asked(carol) == []
    press(carol, 'Turn on camera and microphone')
    expect(carol.get_by_role('button', name='Microphone', exact=True)).to_be_focused()
    expect(carol.get_by_text('Chrome blocks the camera and the microphone, so you can neither be seen nor heard.')).to_be_visible()
    assert asked(carol) == [[*MIC, *CAM]]
    assert axe(carol) == []
    carol.context.grant_permissions(['camera', 'microphone'])
    expect(carol.locator('.check-picture video')).to_be_visible()
    expect(carol.get_by_role('button', name='Try again')).to_have_count(0)
    before = len(asked(carol))
    press(carol, 'Join')
    press(riley, 'Start chat')
    expect_picture(carol, riley)
    assert len(asked(carol)) == before


@pytest.mark.parametrize(('width', 'height'), [(1280, 720), (390, 844)])
def test_the_ways_in_stay_where_they_are_while_the_page_comes_to_life(
    door: Callable[..., Page], browser: Browser, width: int, height: int
) -> None:
    carol = door(browser, f'({HOLD})()', WAYS_IN, viewport={'width': width, 'height': height})
    expect(carol.locator('.check-picture', has_text='One moment, please.')).to_be_visible()
    expect(carol.locator('.call-door-about')).to_contain_text('Riley Berger is')
    carol.evaluate('answer()')
    expect(carol.locator('.check-picture video')).to_be_visible()
    expect(carol.get_by_role('meter')).to_be_visible()
    assert len(carol.evaluate('[...places]')) == 1


def test_with_what_the_browser_gives_one_joins_and_what_it_gives_later_is_used(
    door: Callable[..., Page], browser_that_refuses: Browser, riley: Page
) -> None:
    carol = door(browser_that_refuses, permissions=['microphone'])
    press(riley, 'Start chat')
    press(carol, 'Join')
    expect(carol.get_by_text('Chrome blocks the camera, so you cannot be seen. Click the icon to the left')).to_be_visible()
    expect(carol.get_by_role('button', name='Camera off')).to_be_disabled()
    expect_status(riley, 'camera off')
    expect_picture(carol)
    until(lambda: received(riley)['packetsReceived'] > 20, 'sound from one who has no camera')
    carol.context.grant_permissions(['camera', 'microphone'])
    expect(carol.get_by_role('button', name='Camera off')).to_be_enabled()
    expect(carol.get_by_role('button', name='Try again')).to_have_count(0)
    expect_picture(riley)


def test_a_busy_device_is_tried_again_at_the_door_and_in_the_call_without_a_reload(door: Callable[..., Page], browser: Browser) -> None:
    carol = door(browser, 'window.busy = true')
    busy = carol.get_by_text('Another program is using the camera or the microphone').locator('visible=true')
    expect(busy).to_be_visible()
    before = len(asked(carol))
    press(carol, 'Try again')
    until(lambda: len(asked(carol)) > before, 'the browser to be asked again')
    press(carol, 'Join')
    expect_status(carol, 'Waiting')
    expect(busy).to_be_visible()
    carol.evaluate('busy = false')
    for width, height in ((667, 375), (320, 568)):
        carol.set_viewport_size({'width': width, 'height': height})
        expect_all_in_reach(carol, 40)
        assert axe(carol) == []
    press(carol, 'Try again')
    expect(busy).to_have_count(0)
    expect(carol.get_by_role('button', name='Camera off')).to_be_enabled()
    expect(carol.get_by_role('button', name='Mute')).to_be_focused()


def test_without_a_camera_one_joins_and_reads_what_to_do(door: Callable[..., Page], browser_without_devices: Browser, riley: Page) -> None:
    carol = door(browser_without_devices)
    expect(carol.get_by_role('combobox', name='Camera')).to_have_value('')
    assert carol.get_by_role('combobox', name='Camera').evaluate('select => select.selectedOptions[0].label') == 'None found'
    expect(carol.locator('.check-buttons .missing', has_text='videocam_off')).to_be_visible()
    press(riley, 'Start chat')
    press(carol, 'Join')
    expect_status(carol, 'Connected')
    absent = carol.get_by_text('No camera was found, so you cannot be seen. Connect one, and it is used at once.').locator('visible=true')
    expect(absent).to_be_visible()
    expect_picture(carol)
    press(carol, 'Go on without')
    expect(absent).to_have_count(0)
    expect(carol.get_by_role('button', name='Mute')).to_be_focused()
    press(carol, 'Camera off')
    expect(absent).to_be_visible()


@pytest.mark.parametrize(
    ('lacking', 'words'),
    [
        ('window, "isSecureContext"', 'Please open this page with https://'),
        ('window, "RTCPeerConnection"', 'Chrome is too old for calls here.'),
    ],
)
def test_what_makes_a_call_impossible_is_told_at_the_door(door: Callable[..., Page], browser: Browser, lacking: str, words: str) -> None:
    carol = door(browser, f'Object.defineProperty({lacking}, {{ value: undefined }})')
    press(carol, 'Turn on camera and microphone')
    expect(carol.locator('.check-advice', has_text=words)).to_be_visible()
    press(carol, 'Join')
    expect(carol.locator('.call-sentence', has_text=words)).to_be_visible()
    expect(carol.get_by_role('button', name='Try again').first).to_be_enabled()


@pytest.mark.parametrize(
    ('way', 'device', 'gone', 'button'), [('Join without camera', MIC, CAM, 'Camera off'), ('Join muted', CAM, MIC, 'Mute')]
)
def test_a_device_that_is_not_used_is_not_asked_for_before_it_is(
    door: Callable[..., Page], browser_that_refuses: Browser, way: str, device: list[str], gone: list[str], button: str
) -> None:
    carol = door(browser_that_refuses, permissions=['microphone' if device == MIC else 'camera'])
    press(carol, way)
    expect_status(carol, 'Waiting')
    assert asked(carol) == [device]
    expect(carol.locator('.call-lacking').locator('visible=true')).to_have_count(0)
    carol.context.grant_permissions(['camera', 'microphone'])
    carol.evaluate(HOLD)
    switch = carol.get_by_role('button', name=button)
    switch.press('Enter')
    carol.wait_for_function('Boolean(window.answer)')
    expect(switch).to_be_disabled()
    expect(switch).to_be_focused()
    carol.keyboard.press('Enter')
    carol.evaluate('answer()')
    expect(switch).to_have_attribute('aria-pressed', 'false')
    expect(switch).to_be_enabled()
    assert asked(carol) == [device, gone]


def test_in_the_place_of_a_busy_camera_another_is_chosen(door: Callable[..., Page], launch: Launch) -> None:
    carol = door(launch(THREE_CAMERAS, ALLOW_ALL), 'window.busy = true')
    expect(carol.get_by_text('Another program is using the camera or the microphone')).to_be_visible()
    carol.evaluate('busy = false')
    carol.get_by_role('combobox', name='Camera').select_option('fake_device_2')
    expect(carol.locator('.check-picture video')).to_be_visible()
    expect(carol.get_by_text('Another program is using the microphone')).to_be_visible()
    assert carol.evaluate(OWN_CAMERA) == 'fake_device_2'


def test_of_several_choices_the_last_is_used(door: Callable[..., Page], launch: Launch) -> None:
    carol = door(launch(THREE_CAMERAS, ALLOW_ALL))
    expect(carol.locator('.check-picture video')).to_be_visible()
    carol.evaluate(HOLD)
    for name in ('fake_device_1', 'fake_device_0', 'fake_device_2'):
        carol.get_by_role('combobox', name='Camera').select_option(name)
    carol.wait_for_function('Boolean(window.answer)')
    before = carol.evaluate('given')
    carol.evaluate('answer()')
    carol.wait_for_function('before => given === before + 2', arg=before)  # the first and the last
    until(lambda: carol.evaluate(OWN_CAMERA) == 'fake_device_2', 'the last one chosen')


def test_what_is_tried_and_chosen_at_the_door_is_what_the_call_uses(door: Callable[..., Page], launch: Launch) -> None:
    carol = door(launch(THREE_CAMERAS, ALLOW_ALL), HEAR)
    camera = carol.get_by_role('combobox', name='Camera')
    expect(carol.locator('.check-picture video')).to_have_css('transform', 'matrix(-1, 0, 0, 1, 0, 0)')
    camera.select_option('fake_device_2')
    press(carol, 'Play a test sound')
    until(lambda: carol.evaluate('heard') > 0.1, 'the test sound')
    expect(carol.get_by_text('Speak: the bar should move')).to_be_visible()
    until(lambda: carol.get_by_role('meter').evaluate('meter => meter.value') > 0, 'the level of the microphone')
    carol.reload()
    expect(camera.locator('option:checked')).to_have_text('fake_device_2')
    press(carol, 'Join')
    expect_status(carol, 'Waiting')
    until(lambda: carol.evaluate(f'{SELF}.label') == 'fake_device_2', 'the camera chosen at the door')
    press(carol, 'Hang up')
    expect(carol.get_by_role('button', name='Turn on camera and microphone')).to_be_visible()


def test_a_camera_that_is_pulled_out_is_replaced_and_the_last_one_is_used_again_when_it_is_back(
    door: Callable[..., Page], launch: Launch, riley: Page
) -> None:
    carol = door(launch(THREE_CAMERAS, ALLOW_ALL))
    press(riley, 'Start chat')
    press(carol, 'Join')
    expect_picture(riley)
    first = carol.evaluate(f'{SELF}.getSettings().deviceId')
    carol.evaluate(UNPLUG, first)
    carol.wait_for_function(f'first => {SELF}?.readyState === "live" && {SELF}.getSettings().deviceId !== first', arg=first)
    expect_picture(riley)
    carol.evaluate(UNPLUG, 'videoinput')
    expect(
        carol.get_by_text('No camera was found, so you cannot be seen. Connect one, and it is used at once.').locator('visible=true')
    ).to_be_visible()
    expect_status(riley, 'camera off')
    carol.evaluate(PLUG_IN)
    expect(carol.locator('.call-lacking').locator('visible=true')).to_have_count(0)
    expect_picture(riley)


def test_the_connection_is_tried_through_the_relay_and_told_plainly_also_when_it_is_gone(
    make_site: Callable[..., Site], open_page: Open, tmp_path: Path
) -> None:
    if SERVER is None:
        missing('coturn')
    with turn_server(tmp_path) as port:
        page = open_page(f'{make_site(TURN_URLS=f"turn:127.0.0.1:{port}", TURN_SECRET=SECRET).url}/check')
        press(page, 'Test the connection')
        expect(page.get_by_text('The relay for strict networks can be reached and carries what you send.')).to_be_visible()
    press(page, 'Test the connection')
    expect(page.get_by_text('The relay for strict networks cannot be reached.')).to_be_visible()


def test_with_opentok_its_script_and_its_platform_are_tried(make_site: Callable[..., Site], open_page: Open) -> None:
    addresses = {'OPENTOK_SCRIPT_URL': 'https://video.example.com/a.js', 'OPENTOK_API_URL': 'https://api.example.com'}
    page = open_page(f'{make_site(TB_KEY="47", TB_SECRET="secret", **addresses).url}/check', allow=('example.com', 'ERR_FAILED'))
    api = 'https://api.example.com/**'
    page.route(api, lambda route: route.fulfill())
    for script, words in ((None, 'cannot'), ('window.OT = {}', 'can'), ('', 'cannot'), ('window.OT = {}', 'can')):
        page.unroute('**/a.js')
        page.route('**/a.js', lambda route, *, body=script: route.abort() if body is None else route.fulfill(**SCRIPT, body=body))
        press(page, 'Test the connection')
        expect(page.get_by_text(f'The video service {words} be reached.')).to_be_visible()
        expect(page.get_by_text('This browser can make a connection.')).to_be_visible()
    page.route(api, lambda route: route.abort())
    press(page, 'Test the connection')
    expect(page.get_by_text('The video service does not answer.')).to_be_visible()


def test_axe_finds_nothing_on_the_page_of_the_check(site: Site, open_page: Open, browser_that_refuses: Browser) -> None:
    page = open_page(f'{site.url}/check', inside=browser_that_refuses)
    press(page, 'Test the connection')
    expect(page.get_by_text('This browser can make a connection.')).to_be_visible()
    for turn in ('refused', 'allowed'):
        if turn == 'allowed':
            page.context.grant_permissions(['camera', 'microphone'])
        else:
            press(page, 'Turn on camera and microphone')
        expect(page.get_by_role('button', name='Try again')).to_have_count(1 if turn == 'refused' else 0)
        for width, colours in ((1280, 'light'), (390, 'dark')):
            page.set_viewport_size({'width': width, 'height': 780})
            page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            assert axe(page) == [], f'{turn}, {width}, {colours}'
            assert page.evaluate('document.documentElement.scrollWidth <= innerWidth')
