"""What people do in a call: share a screen, switch devices, arrange the pictures, use keys, leave or end it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.calling import CALL, IS_SENDING, expect_all_in_reach, expect_picture, expect_status, join, press, tab_to
from tests.browser.conftest import axe
from tests.site import Site
from tests.waiting import until

LOOKED_AT = ((1280, 760), (390, 844), (844, 390))  # by axe, to which the others are the same
SIZES = ((1280, 760), (820, 1100), (390, 844), (844, 390), (667, 375), (360, 640), (320, 640))
SENT = 'kind => connections.at(-1).getSenders().find(({ track }) => track?.kind === kind).track'
IS_SCREEN = f"() => Boolean(({SENT})('video').getSettings().displaySurface)"
IS_CAMERA = f"() => {{ const track = ({SENT})('video'); return track.readyState === 'live' && !track.getSettings().displaySurface; }}"
MICROPHONE = f"() => ({SENT})('audio').label"
SPEAKER = "document.querySelector('.call-frame video').sinkId"
PLUG_SPEAKERS = """are_there => {
  const media = navigator.mediaDevices, list = MediaDevices.prototype.enumerateDevices;
  media.enumerateDevices = async () => (await list.call(media)).filter(({ kind }) => are_there || kind !== 'audiooutput');
  media.dispatchEvent(new Event('devicechange'));
}"""
END_BY_BROWSER = f"() => {{ const track = ({SENT})('video'); track.stop(); track.dispatchEvent(new Event('ended')); }}"
REFUSE = "error => { navigator.mediaDevices.getDisplayMedia = async () => { throw new DOMException('', error); }; }"
INTO_A_BOX = """() => {
  const [call, box] = [document.querySelector('.call'), document.createElement('div')];
  box.style = 'width: 700px; height: 360px; --call-button: rgb(1, 2, 3); --call-picture: rgb(4, 5, 6); --call-page: rgb(7, 8, 9)';
  call.replaceWith(box);
  box.append(call);
}"""
TURN = f'([kind, on]) => {CALL}.turn_aloud(kind, on)'
WRITE_DOWN = """() => {
  const emit = socket.emit;
  window.given = [];
  socket.emit = (name, ...said) => {
    const on = JSON.parse(said[0]?.args?.[0] ?? null);
    if (typeof on?.screen === 'boolean') given.push(on);
    return emit.call(socket, name, ...said);
  };
}"""


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(REP_NAME='Riley Berger')


@contextmanager
def opened(page: Page, name: str) -> Iterator[Locator]:
    """The panel that this button opens; Escape closes it, and the button has the focus again."""
    button = page.get_by_role('button', name=name, exact=True)
    button.click()
    panel = page.get_by_role('group', name=name, exact=True)
    expect(panel).to_be_visible()
    yield panel
    page.keyboard.press('Escape')
    expect(panel).to_have_count(0)
    expect(button).to_be_focused()


def test_a_shared_screen_takes_the_place_of_the_camera_until_it_is_stopped_here_or_by_the_browser(carol: Page, riley: Page) -> None:
    join(carol, riley)
    press(carol, 'Share screen')
    expect(carol.get_by_text('You are sharing your screen')).to_be_visible()
    expect_status(riley, 'Carol Tanaka is sharing their screen')
    expect(riley.get_by_label('Screen of Carol Tanaka')).to_have_css('object-fit', 'contain')
    carol.wait_for_function(IS_SCREEN)
    press(carol, 'Camera off')
    expect_status(riley, 'camera off')
    expect(riley.locator('.call-note')).to_be_hidden()
    expect_picture(riley)

    press(carol, 'Stop sharing')
    expect(carol.get_by_role('button', name='Share screen')).to_be_focused()
    expect(riley.locator('.call-note')).to_contain_text('Carol Tanaka has the camera off.')
    carol.wait_for_function(IS_CAMERA)
    assert not carol.evaluate(IS_SENDING, 'video')
    press(carol, 'Camera off')
    expect(riley.get_by_label('Picture of Carol Tanaka')).to_be_visible()

    carol.keyboard.press('s')
    expect_status(riley, 'sharing')
    carol.wait_for_function(IS_SCREEN)
    carol.evaluate(END_BY_BROWSER)
    expect(riley.locator('.call-status')).not_to_contain_text('sharing')
    expect(carol.get_by_role('button', name='Share screen')).to_have_attribute('aria-pressed', 'false')
    carol.wait_for_function(IS_CAMERA)
    assert carol.evaluate(IS_SENDING, 'video')
    press(carol, 'Share screen')
    expect_status(riley, 'sharing')
    carol.reload()
    expect_status(carol, 'Connected')
    expect(riley.locator('.call-status')).not_to_contain_text('sharing')
    trouble = carol.get_by_text('The screen could not be shared.')
    for error, is_told in (('NotReadableError', True), ('NotAllowedError', False), ('NotReadableError', True)):
        carol.evaluate(REFUSE, error)
        press(carol, 'Share screen')
        expect(carol.get_by_text('You are sharing your screen')).to_have_count(0)
        expect(trouble).to_be_visible(visible=is_told)
    assert axe(carol) == []
    press(carol, 'Close')
    expect(trouble).to_be_hidden()
    expect(carol.get_by_role('button', name='Mute')).to_be_focused()
    expect_picture(riley)


def test_devices_are_switched_in_the_call_and_remembered(carol: Page, riley: Page) -> None:
    join(carol, riley)
    with opened(carol, 'Devices') as panel:
        panel.get_by_label('Microphone').select_option('Fake Audio Input 2')
        until(lambda: carol.evaluate(MICROPHONE) == 'Fake Audio Input 2', 'the other microphone to be sent')
        panel.get_by_label('Speaker').select_option('Fake Audio Output 1')
        carol.wait_for_function(SPEAKER)
        expect(panel.get_by_label('Camera')).to_have_value(carol.evaluate(f"() => ({SENT})('video').getSettings().deviceId"))
    for are_there in (False, True):
        carol.evaluate(PLUG_SPEAKERS, are_there)
        carol.wait_for_function(f'are_there => Boolean({SPEAKER}) === are_there', arg=are_there)
    carol.reload()
    expect_status(carol, 'Connected')
    assert carol.evaluate(MICROPHONE) == 'Fake Audio Input 2'


def test_the_pictures_are_arranged_by_pointer_and_by_keys(carol: Page, riley: Page) -> None:
    join(carol, riley)
    own = carol.get_by_role('button', name='Your own picture; arrow keys move it')
    room = carol.locator('.call-pictures').bounding_box()
    assert room is not None
    own.focus()
    for key in ('ArrowUp', 'ArrowLeft'):
        carol.keyboard.press(key)
    expect(carol.get_by_text('Your picture is at the top left')).to_be_attached()
    expect_near(own, room['x'], room['y'])
    own.hover()
    carol.mouse.down()
    carol.mouse.move(2000, 300, steps=3)
    box = own.bounding_box()
    assert box is not None
    assert box['x'] + box['width'] <= room['x'] + room['width'] + 1, 'it left the room'
    carol.mouse.up()
    expect_near(own, room['x'] + room['width'] - box['width'], room['y'])
    own.click()
    expect_near(own, room['x'] + room['width'] - box['width'], room['y'] + room['height'] - box['height'])
    own.click()
    carol.reload()
    expect_status(carol, 'Connected')
    expect_near(own, room['x'], room['y'] + room['height'] - box['height'])

    expect(carol.get_by_label('Picture of Riley Berger')).to_be_visible()
    for key, name in (('f', 'Full screen'), ('p', 'Picture in picture')):
        carol.keyboard.press(key)
        for pressed in ('true', 'false'):
            with opened(carol, 'More') as panel:
                expect(panel.get_by_role('button', name=name)).to_have_attribute('aria-pressed', pressed)
            carol.keyboard.press(key)


def expect_near(box: Locator, x: float, y: float) -> None:
    """It comes to lie in the corner of the room whose position for it is this, give or take its margin."""

    def is_near() -> bool:
        at = box.bounding_box()
        return at is not None and abs(at['x'] - x) < 20 and abs(at['y'] - y) < 20

    until(is_near, f'it to lie near {x}, {y}')


def test_one_key_mutes_unless_somebody_types_or_has_turned_the_keys_off(carol: Page) -> None:
    press(carol, 'Join')
    mute = carol.get_by_role('button', name='Mute')
    expect(mute).to_have_attribute('aria-pressed', 'false')
    carol.keyboard.press('m')
    expect(mute).to_have_attribute('aria-pressed', 'true')
    expect(carol.get_by_text('You are muted')).to_be_attached()
    carol.keyboard.press('Control+m')
    with opened(carol, 'Devices') as panel:
        panel.get_by_label('Camera').press('m')
    expect(mute).to_have_attribute('aria-pressed', 'true')

    carol.keyboard.press('?')
    help_ = carol.get_by_role('dialog', name='Keyboard shortcuts')
    expect(help_.get_by_text('Mute, or be heard again')).to_be_visible()
    help_.get_by_label('Use these keys').uncheck()
    help_.get_by_role('button', name='Close').click()
    for key in ('m', '?'):
        carol.keyboard.press(key)
    expect(mute).to_have_attribute('aria-pressed', 'true')
    carol.reload()
    expect(mute).to_be_visible()
    carol.keyboard.press('m')
    expect(mute).to_have_attribute('aria-pressed', 'true')
    press(carol, 'More')
    press(carol, 'Keyboard shortcuts')
    help_.get_by_label('Use these keys').check()
    carol.keyboard.press('Escape')
    carol.keyboard.press('m')
    expect(mute).to_have_attribute('aria-pressed', 'false')


def test_a_page_switches_devices_itself_and_hears_what_is_switched(carol: Page, riley: Page) -> None:
    join(carol, riley)
    carol.evaluate(WRITE_DOWN)
    carol.evaluate(TURN, ['microphone', False])
    expect(carol.get_by_role('button', name='Mute')).to_have_attribute('aria-pressed', 'true')
    expect(carol.get_by_text('You are muted')).to_be_attached()
    expect_status(riley, 'muted')
    carol.get_by_role('button', name='Camera off').click()
    carol.wait_for_function('given.length === 2')
    on = {'camera': True, 'screen': False}
    assert carol.evaluate('given') == [{'microphone': False} | on, {'microphone': False} | on | {'camera': False}]


def test_a_rep_leaves_the_call_or_ends_it_by_keyboard(carol: Page, riley: Page) -> None:
    join(carol, riley)
    with opened(riley, 'Hang up') as panel:
        expect(panel.get_by_role('button', name='Leave', exact=True)).to_be_focused()
    riley.keyboard.press('Enter')
    riley.keyboard.press('Enter')
    expect_status(carol, 'Riley Berger has left the call.')
    press(riley, 'Start chat')
    expect_status(carol, 'Connected')
    tab_to(riley, 'Hang up')
    riley.keyboard.press('Enter')
    tab_to(riley, 'End for both')
    riley.keyboard.press('Enter')
    expect(carol.get_by_role('button', name='Hang up')).to_have_count(0)


def test_all_of_it_fits_and_axe_finds_nothing_at_any_size(carol: Page, riley: Page) -> None:
    join(carol, riley)
    press(carol, 'Share screen')
    expect_status(riley, 'sharing')
    for width, height in SIZES:
        for page in (carol, riley):
            page.set_viewport_size({'width': width, 'height': height})
            expect_all_in_reach(page, 44 if width > 340 else 40)
        for page, name in ((carol, 'Devices'), (carol, 'More'), (riley, 'Hang up')):
            with opened(page, name) as panel:
                expect(panel).to_be_in_viewport(ratio=1)
                assert panel.evaluate('panel => panel.scrollWidth <= panel.clientWidth'), (name, width)
                assert name == 'More' or (width, height) not in LOOKED_AT or axe(page) == [], (name, width)
    assert axe(carol) == []
    carol.keyboard.press('?')
    expect(carol.get_by_role('dialog', name='Keyboard shortcuts')).to_be_in_viewport(ratio=1)
    assert axe(carol) == []


def test_it_fills_the_box_it_is_put_into_and_takes_the_colours_that_are_set_there(carol: Page) -> None:
    press(carol, 'Join')
    expect_status(carol, 'Waiting')
    carol.evaluate(INTO_A_BOX)
    for width, height in ((1280, 760), (844, 390)):
        carol.set_viewport_size({'width': width, 'height': height})
        box = carol.locator('.call').bounding_box()
        assert box is not None
        assert (box['width'], box['height']) == (700, 360)
    for selector, colour in (('.call-bar .icon', 'rgb(1, 2, 3)'), ('.call-pictures', 'rgb(4, 5, 6)'), ('.call', 'rgb(7, 8, 9)')):
        expect(carol.locator(selector).first).to_have_css('background-color', colour)
