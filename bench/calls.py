"""How soon two people see each other, directly and through a relay, and how soon again after each kind of cut: with real browsers."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.figure import Figure, percentile
from bench.running import running
from tests import turn_server
from tests.browser.calling import ICE_NAME, KEEP_CONNECTIONS, expect_status, press, wait_alive
from tests.browser.conftest import ALLOW_ALL, CHROMIUM, FAKE_DEVICES, QUIET
from tests.site import Site

TRIES = 20
CUT_MS, FROZEN_MS = 10_000, 9_000
HEALED = 'aim: at most 5,000'
WATCH = (
    KEEP_CONNECTIONS
    + """
addEventListener('click', () => (window.clicked_at = performance.now()), true);
window.seen = { count: 0, frames: 0 };
window.look = async () => {
  const count = window.connections.length, report = await window.connections.at(-1)?.getStats();
  const found = [...(report?.values() ?? [])].find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
  window.seen = { count, frames: found?.framesDecoded ?? 0, at: performance.now() };
};
window.first_frame = async () => {
  do await new Promise((go_on) => setTimeout(go_on, 10)), await look();
  while (!seen.frames);
  return seen.at - clicked_at;
};
setInterval(look, 20);"""
)
MARK = f'() => void (window.before = {{ ...seen, ice: ({ICE_NAME})() }})'
MORE_FRAMES = '() => seen.frames > before.frames + 5'  # some may have been on their way
NEW_CONNECTION = '() => (!window.before || seen.count > before.count) && seen.frames'
NEW_PAGE = '() => !window.before && seen.frames'
NEW_WAY = f'() => ({ICE_NAME})() !== before.ice && connections.at(-1).signalingState === "stable" && seen.frames > before.frames'


def measure(site: Site) -> Iterator[Figure]:
    """The first frame after the click, and the first frames after each cut, directly and through the relay."""
    with talking(site) as (customer, rep):
        yield from _first_frames(customer, 'directly', 1500)
        yield from _healing(site, customer, rep)
    with tempfile.TemporaryDirectory() as folder, turn_server.turn_server(Path(folder)) as port:
        ways = {'RELAY_ALWAYS': 'true', 'TURN_URLS': f'turn:127.0.0.1:{port}', 'TURN_SECRET': turn_server.SECRET}
        with running(**ways) as relayed, talking(relayed) as (customer, rep):
            yield from _first_frames(customer, 'through a relay', 3000)
            process = int((Path(folder) / 'pid').read_text())
            yield _healed('the relay stood still for 9 s', lambda: _freeze(process, customer, rep), MORE_FRAMES, customer, rep)


@contextmanager
def talking(site: Site) -> Iterator[tuple[Page, Page]]:
    """The customer, before the door of the call, and the rep, who waits in it."""
    appointment = site.book()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, FAKE_DEVICES, ALLOW_ALL])
        customer, rep = _opened(browser, site.link('chat', appointment)), _opened(browser, site.new_sign_in_link())
        _go(rep, f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}')
        press(rep, 'Start chat')
        expect_status(rep, 'Waiting')
        yield customer, rep
        browser.close()


def _opened(browser: Browser, url: str) -> Page:
    context = browser.new_context(timezone_id='UTC', locale='en-US')
    context.add_init_script(WATCH)
    page = context.new_page()
    _go(page, url)
    return page


def _go(page: Page, url: str) -> None:
    page.goto(url)
    wait_alive(page)


def _first_frames(customer: Page, how: str, aim: int) -> Iterator[Figure]:
    """The customer joins again and again, each time on a page just loaded, and stays in the call the last time."""
    waits = []
    for number in range(TRIES):
        if number:
            press(customer, 'Hang up')
            _go(customer, customer.url)
        press(customer, 'Join')
        waits.append(customer.evaluate('first_frame()'))
    yield Figure(f'from the click to the picture, {how}: half within', percentile(waits, 50), 'ms', f'aim: at most {aim:,}')
    yield Figure('    95 of 100 within', percentile(waits, 95), 'ms')


def _healing(site: Site, customer: Page, rep: Page) -> Iterator[Figure]:
    both = customer, rep
    yield _healed('the customer reloads', lambda: _reload(customer), NEW_CONNECTION, *both)
    yield _healed('the rep reloads', lambda: _reload(rep), NEW_CONNECTION, *both)
    yield _healed('another network', lambda: customer.evaluate("() => dispatchEvent(new Event('online'))"), NEW_WAY, *both)
    yield _heard_again(customer, rep)
    yield _healed('the server was killed, and serves again', lambda: _restart(site), NEW_PAGE, *both)


def _healed(what: str, cut: Callable[[], object], is_seen: str, *pages: Page) -> Figure:
    """From the end of the cut (of a reload: from its beginning) until both sides see the other one again."""
    _mark(*pages)
    cut()
    ended_at = time.monotonic()
    for page in pages:
        page.wait_for_function(is_seen, polling=20)
    return Figure(f'healed: {what}', (time.monotonic() - ended_at) * 1000, 'ms', HEALED)


def _heard_again(customer: Page, rep: Page) -> Figure:
    """The pictures go on while the socket is cut; what the customer does then is known to the rep when it is back."""
    customer.context.set_offline(True)
    customer.wait_for_timeout(CUT_MS)
    customer.context.set_offline(False)
    ended_at = time.monotonic()
    press(customer, 'Mute')
    expect_status(rep, 'muted', seconds=60)
    return Figure("healed: the customer's socket was cut for 10 s", (time.monotonic() - ended_at) * 1000, 'ms', HEALED)


def _mark(*pages: Page) -> None:
    """Let the pages remember what they have seen so far."""
    for page in pages:
        page.evaluate(MARK)


def _reload(page: Page) -> None:
    page.evaluate('() => { setTimeout(() => location.reload()); }')


def _restart(site: Site) -> None:
    site.kill()
    site.start()


def _freeze(process: int, *pages: Page) -> None:
    os.kill(process, signal.SIGSTOP)
    pages[0].wait_for_timeout(FROZEN_MS)
    _mark(*pages)
    os.kill(process, signal.SIGCONT)
