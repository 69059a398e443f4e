"""What becomes of a call when a page, a line, a signal or the server is lost: it heals by itself, and says how it stands meanwhile."""

import time
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import db
from tests.browser.calling import CALL, ICE_NAME, IS_SENDING, Open, expect_picture, expect_status, join, press, wait_alive
from tests.browser.conftest import axe
from tests.site import Site
from tests.waiting import until

LOSE_THE_FIRST_OFFER = """() => {
  const emit = socket.emit.bind(socket);
  socket.emit = (...said) => {
    if (window.lost || !JSON.stringify(said).includes('offer')) return emit(...said);
    window.lost = true;
  };
}"""
SAY_ALL_TWICE = """() => {
  const emit = socket.emit.bind(socket);
  socket.emit = (...said) => { for (const _ of 'ab') emit(...said); };
}"""
# The browser measures every second, and says that the line is a good one, but that half of what was sent is lost while `is_poor`.
MEASURE_AS_WE_SAY = """
const set = window.setInterval.bind(window);
window.setInterval = (handler, ms, ...rest) => set(handler, ms === 3000 ? 1100 : ms, ...rest);
const GOOD = { packetsLost: 0, fractionLost: 0, jitter: 0.005, roundTripTime: 0.02, currentRoundTripTime: 0.02 };
const measure = RTCPeerConnection.prototype.getStats;
RTCPeerConnection.prototype.getStats = async function (...options) {
  const lost = (entry) => (window.is_poor && entry.type === 'inbound-rtp' ? { packetsLost: entry.packetsReceived } : {});
  return new Map([...(await measure.apply(this, options))].map(([id, entry]) => [id, { ...entry, ...GOOD, ...lost(entry) }]));
};
"""
FRAMES_SENT = """async () => [...(await connections.at(-1).getStats()).values()]
  .filter(({ type, kind }) => type === 'outbound-rtp' && kind === 'video').reduce((sum, { framesSent }) => sum + framesSent, 0)"""


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(REP_NAME='Riley Berger')


def seconds_shown(page: Page) -> int:
    """How long the call has lasted, as the page says."""
    minutes, seconds = page.locator('.call-clock').inner_text().split(':')
    return int(minutes) * 60 + int(seconds)


# pages


@pytest.mark.parametrize('who', ['customer', 'rep'])
def test_a_call_survives_the_reload_of_either_side(carol: Page, riley: Page, who: str) -> None:
    join(carol, riley)
    gone = carol if who == 'customer' else riley
    gone.reload()
    expect_status(gone, 'Connected')
    expect_picture(carol, riley)
    gone.evaluate(f'{CALL}.held = true')  # as in a browser that wants a click before a sound
    press(gone, 'Start picture and sound')
    expect(gone.get_by_role('button', name='Mute')).to_be_focused()


def test_who_goes_away_is_missed_at_once_and_has_not_joined_when_they_open_the_link_again(site: Site, carol: Page, riley: Page) -> None:
    join(carol, riley)
    link = carol.url
    carol.evaluate('url => { setTimeout(() => location.assign(url)); }', site.url)  # nobody waits here until the other page is there
    expect_status(riley, 'The connection is unstable')
    expect_status(riley, 'The connection to Carol Tanaka broke off')  # it might have been a reload
    carol.wait_for_url(lambda url: url != link)
    for arrive in (lambda: carol.goto(link), carol.reload):
        arrive()
        wait_alive(carol)
        assert not carol.evaluate(f'Boolean({CALL}.wish)')
        expect(carol.get_by_role('button', name='Join', exact=True)).to_be_enabled()


def test_a_call_that_a_loaded_again_page_shows_later_is_joined_by_the_click_alone(riley: Page) -> None:
    link = riley.url
    press(riley, 'Start chat')
    expect_status(riley, 'Waiting')
    riley.goto(link)
    riley.reload()
    wait_alive(riley)
    press(riley, 'Start chat')
    expect_status(riley, 'Waiting')
    assert not riley.evaluate(f'{CALL}.wish.is_return')


def test_the_newest_tab_wins_and_the_older_can_take_the_call_back(
    site: Site, appointment: db.Appointment, carol: Page, riley: Page, open_page: Open
) -> None:
    join(carol, riley)
    carol.keyboard.press('?')
    expect(carol.get_by_role('dialog', name='Keyboard shortcuts')).to_be_visible()
    newer = open_page(site.link('chat', appointment), inside=carol.context)
    press(newer, 'Join')
    expect(carol.get_by_text('You joined from another window.')).to_be_visible()
    expect_picture(newer, riley)
    assert axe(carol) == []
    press(carol, 'Use here instead')
    expect(newer.get_by_text('You joined from another window.')).to_be_visible()
    expect_picture(carol, riley)


def test_a_side_that_vanishes_is_noticed(carol: Page, riley: Page) -> None:
    join(carol, riley)
    carol.context.close()
    expect_status(riley, 'The connection to Carol Tanaka broke off')


# the server, and the line to it


def test_a_call_survives_a_restart_of_the_server_with_one_reload_of_each_page(site: Site, carol: Page, riley: Page) -> None:
    join(carol, riley)
    for name in ('Mute', 'Camera off'):
        carol.get_by_role('button', name=name).click()
    expect_status(riley, 'muted, camera off')
    loaded: Counter[Page] = Counter()
    for page in (carol, riley):
        page.on('load', lambda page: loaded.update([page]))
    before = seconds_shown(riley)
    site.kill()
    expect_picture(carol)
    site.start()
    until(lambda: carol.wait_for_timeout(50) or len(loaded) >= 2, 'both pages to be loaded again')
    for page in (carol, riley):
        expect_status(page, 'Connected')
    expect_status(riley, 'muted, camera off')
    expect_picture(carol)
    assert loaded == {carol: 1, riley: 1}
    until(lambda: abs(seconds_shown(carol) - seconds_shown(riley)) <= 1, 'both to read how long they have talked')
    assert seconds_shown(riley) >= before
    assert not any(carol.evaluate(IS_SENDING, kind) for kind in ('audio', 'video'))


def test_a_line_to_the_server_that_is_cut_for_ten_seconds_leaves_the_call_alone(carol: Page, riley: Page) -> None:
    join(carol, riley)
    carol.context.set_offline(True)
    cut_at = time.monotonic()
    until(lambda: carol.wait_for_timeout(200) or time.monotonic() - cut_at > 10, 'ten seconds to pass')
    expect_picture(carol, riley)
    carol.context.set_offline(False)
    press(carol, 'Mute')
    expect_status(riley, 'muted')
    expect_picture(carol, riley)
    assert carol.evaluate('connections.length') == riley.evaluate('connections.length') == 1


def test_one_whose_line_to_the_server_was_gone_for_long_is_seen_all_the_time_and_heard_of_again(carol: Page, riley: Page) -> None:
    join(carol, riley)
    carol.context.set_offline(True)
    expect(riley.locator('.rep-standing', has_text='left')).to_be_visible()  # the silent seat was given up
    expect_status(riley, 'Connected')
    expect_picture(carol, riley)
    for page in (carol, riley):
        press(page, 'Mute')
    carol.context.set_offline(False)
    expect(riley.locator('.rep-standing', has_text='in call')).to_be_visible()
    for page in (carol, riley):
        expect_status(page, 'muted')
    expect_picture(carol, riley)
    assert carol.evaluate('connections.length') == riley.evaluate('connections.length') == 1


# the line between the two


def test_another_network_and_waking_up_let_the_browser_look_for_new_ways(carol: Page, riley: Page) -> None:
    join(carol, riley)
    for change in ("() => window.dispatchEvent(new Event('online'))", '() => { const now = Date.now; Date.now = () => now() + 20_000; }'):
        before = riley.evaluate(ICE_NAME)
        carol.evaluate(change)
        riley.wait_for_function(f'before => ({ICE_NAME})() !== before && connections.at(-1).signalingState === "stable"', arg=before)
    expect_picture(carol, riley)
    assert carol.evaluate('connections.length') == 1


def test_two_attempts_to_mend_the_line_that_cross_each_other_are_settled(carol: Page, riley: Page) -> None:
    join(carol, riley)
    both = (carol, riley)
    before = [page.evaluate(ICE_NAME) for page in both]
    for page in both:
        page.evaluate('() => connections.at(-1).restartIce()')
    for page, name in zip(both, before, strict=True):
        page.wait_for_function(f'name => ({ICE_NAME})() !== name && connections.at(-1).signalingState === "stable"', arg=name)
    expect_picture(carol, riley)


def test_two_of_whom_one_did_not_hear_the_other_meet_again(carol: Page, riley: Page) -> None:
    riley.evaluate(LOSE_THE_FIRST_OFFER)
    join(carol, riley)
    expect_picture(carol, riley)
    assert riley.evaluate('[window.lost, connections.length]') == [True, 2]


def test_what_is_said_twice_is_heard_once(carol: Page, riley: Page) -> None:
    for page in (carol, riley):
        page.evaluate(SAY_ALL_TWICE)
    join(carol, riley)
    expect_picture(carol, riley)
    before = carol.evaluate(ICE_NAME)
    carol.evaluate('connections.at(-1).restartIce()')
    carol.wait_for_function(f'name => ({ICE_NAME})() !== name && connections.at(-1).signalingState === "stable"', arg=before)
    expect_picture(carol, riley)
    assert carol.evaluate('connections.length') == riley.evaluate('connections.length') == 1


def test_on_a_poor_line_the_picture_gives_way_to_the_sound_and_comes_back(carol: Page, riley: Page) -> None:
    carol.context.add_init_script(MEASURE_AS_WE_SAY)
    carol.reload()
    join(carol, riley)
    expect_status(carol, 'good line')
    carol.evaluate('window.is_poor = true')
    expect(carol.locator('.call-note')).to_contain_text('The picture is paused: poor line. You still hear Riley Berger.')
    expect_status(carol, 'poor line')
    expect_status(riley, 'poor line, so your picture is paused')
    assert axe(carol) == axe(riley) == []
    before = until(lambda: riley.evaluate(FRAMES_SENT), 'frames that were sent')
    carol.evaluate('window.is_poor = false')
    expect(carol.locator('.call-note')).not_to_contain_text('You still hear', timeout=60_000)
    assert riley.evaluate(IS_SENDING, 'video')
    until(lambda: riley.evaluate(FRAMES_SENT) > before + 5, 'frames to be sent again')
    expect_picture(carol)
    expect_status(carol, 'good line')
