"""A call between two real browsers: the pages of the two sides, and what every test of one does and looks for."""

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import db
from services import appointments
from tests.site import Site
from tests.waiting import until

Open = Callable[..., Page]

# Playwright cannot look into a connection, so each page keeps a list of its connections for us.
KEEP_CONNECTIONS = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) { super(...options); window.connections.push(this); }
};
"""
RECEIVED = """async () => {
  const received = { framesDecoded: 0, packetsReceived: 0, totalAudioEnergy: 0 };
  for (const connection of window.connections.filter((one) => one.connectionState === 'connected'))
    (await connection.getStats()).forEach((entry) => {
      if (entry.type === 'inbound-rtp' && entry.kind === 'video') received.framesDecoded += entry.framesDecoded;
      if (entry.type !== 'inbound-rtp' || entry.kind !== 'audio') return;
      received.packetsReceived += entry.packetsReceived;
      received.totalAudioEnergy += entry.totalAudioEnergy;
    });
  return received;
}"""
IS_SENDING = 'kind => Boolean(connections.at(-1).getSenders().find(({ track }) => track?.kind === kind)?.track.enabled)'
ICE_NAME = r'() => connections.at(-1).remoteDescription.sdp.match(/ice-ufrag:(\S+)/)[1]'
CALL = "getElement(Number(document.querySelector('.call-stage').closest('[id^=c]').id.slice(1)))"  # the component of the call
FITS = 'document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth'
NO_SERVER = ('ERR_CONNECTION_REFUSED', 'ERR_INTERNET_DISCONNECTED', 'WebSocket connection')  # what the console says while it is away


@pytest.fixture
def appointment(site: Site) -> db.Appointment:
    return site.book()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """`new_context()`: a browser window of its own, whose connections we can look into; `inside`: which Chromium."""
    contexts: list[BrowserContext] = []

    def make(inside: Browser = browser, **options: Any) -> BrowserContext:
        contexts.append(inside.new_context(**{'timezone_id': 'UTC', 'locale': 'en-US', **options}))
        contexts[-1].add_init_script(KEEP_CONNECTIONS)
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def carol(site: Site, appointment: db.Appointment, open_page: Open, new_context: Callable[..., BrowserContext]) -> Page:
    """The customer, before the door of the call."""
    return open_page(site.link('chat', appointment), inside=new_context(), allow=NO_SERVER)


@pytest.fixture
def riley(site: Site, appointment: db.Appointment, open_page: Open, new_context: Callable[..., BrowserContext]) -> Page:
    """The rep, signed in, with the appointment chosen."""
    context = new_context()
    context.request.get(site.new_sign_in_link())
    return open_page(f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}', inside=context, allow=NO_SERVER)


def day_of(site: Site, appointment: db.Appointment) -> str:
    """The address of the rep's page with the day of this appointment, which is tomorrow in the last hour of today."""
    day = appointment.starts_at.astimezone(ZoneInfo(site.rep().time_zone)).date()
    return f'{site.url}/rep?day={day}'


def wait_alive(page: Page) -> None:
    """Wait until the page's socket is connected: what is clicked earlier is lost."""
    page.wait_for_function('window.did_handshake === true')


def press(page: Page, name: str) -> None:
    page.get_by_role('button', name=name, exact=True).click()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the button of this name has the focus."""
    button = page.get_by_role('button', name=name, exact=True)
    until(lambda: page.keyboard.press('Tab') or button.evaluate('button => button === document.activeElement'), f'Tab to reach {name}')


def expect_status(page: Page, words: str, seconds: float = 30) -> None:
    expect(page.locator('.call-status')).to_contain_text(words, timeout=seconds * 1000)


def join(customer: Page, rep: Page) -> None:
    """Both are in the call and see each other."""
    press(customer, 'Join')
    press(rep, 'Start chat')
    for page in (customer, rep):
        expect_status(page, 'Connected')


def received(page: Page) -> dict[str, float]:
    found: dict[str, float] = page.evaluate(RECEIVED)
    return found


def expect_picture(*pages: Page) -> None:
    """New frames arrive and are decoded, on each of these pages."""
    for page in pages:
        before = until(lambda page=page: received(page)['framesDecoded'], 'a first frame')
        until(lambda page=page, before=before: received(page)['framesDecoded'] > before + 5, 'frames to keep coming')


def expect_packets(page: Page, number: int) -> float:
    """The energy of the sound so far, after so many more packets of it have come."""
    before = received(page)['packetsReceived']
    until(lambda: received(page)['packetsReceived'] > before + number, 'packets of sound')
    return received(page)['totalAudioEnergy']


def expect_all_in_reach(page: Page, least: int) -> None:
    """Every button of the bar is seen whole and large enough for a thumb, and nothing scrolls."""
    for button in page.locator('.call-bar').get_by_role('button').all():
        expect(button).to_be_in_viewport(ratio=1)
        box = button.bounding_box()
        assert box is not None
        assert min(box['width'], box['height']) >= least, button
    assert page.evaluate(FITS)


def session_of(site: Site, appointment: db.Appointment) -> str | None:
    """The name of the appointment's session on the video platform, as it is stored."""
    site.use()
    return appointments.get(appointment.id).session_id
