"""The call through OpenTok: the real OpenTok.js in a real browser, against a stand-in for the platform's documented interface."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

import db
from services import clock
from tests.browser.calling import Open, press, session_of, wait_alive
from tests.opentok_platform import KEY, SCRIPT_PATH, Platform, opentok_platform
from tests.site import Site
from tests.waiting import until

NOISE = ('Failed to load resource', 'OpenTok:', 'OT_', 'OT.exception')  # OpenTok.js talks to the console about every failure
VENDORS_LOG = 'https://hlg.tokbox.com'
SILENT = 'The video service does not answer just now.'


@pytest.fixture(scope='module')
def running_platform() -> Iterator[Platform]:
    with opentok_platform() as platform:
        yield platform


@pytest.fixture
def platform(running_platform: Platform) -> Iterator[Platform]:
    """The platform, up, with nothing asked of it yet."""
    running_platform.tokens.clear()
    running_platform.refused.clear()
    yield running_platform
    running_platform.down = False


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site], running_platform: Platform) -> Site:
    return make_site(REP_NAME='Riley Berger', **running_platform.variables)


@pytest.fixture
def context(browser: Any) -> Iterator[BrowserContext]:
    """A browser for which the one address that OpenTok.js has built in is here too."""
    context = browser.new_context(timezone_id='UTC', locale='en-US')
    context.route('https://config.opentok.com/**', lambda route: route.fulfill(json={}, headers={'Access-Control-Allow-Origin': '*'}))
    yield context
    context.close()


@pytest.fixture
def carol(site: Site, platform: Platform, appointment: db.Appointment, open_page: Open, context: BrowserContext) -> Page:
    """The customer, before the door of the call."""
    return open_page(site.link('chat', appointment), inside=context, allow=NOISE)


def bring_token(page: Page, platform: Platform, button: str) -> dict[str, Any]:
    """What the token says that the browser brings to the platform after this button is pressed."""
    with page.expect_response(lambda answer: answer.request.method == 'GET' and answer.url.startswith(f'{platform.url}/session/')):
        press(page, button)
    assert platform.refused == []
    return platform.tokens[-1]


def expect_problem(page: Page, words: str) -> None:
    expect(page.locator('.call-sentence', has_text=words)).to_be_visible()
    expect(page.get_by_role('button', name='Try again')).to_be_enabled()


def check_claims(claims: dict[str, Any], session_id: str | None, seat: str, role: str) -> None:
    """These are what a token of ours says to this session for this seat."""
    assert claims['session_id'] == session_id
    assert (claims['iss'], claims['role'], claims['scope']) == (KEY, role, 'session.connect')
    assert 0 < claims['exp'] - clock.now().timestamp() <= 300
    data = json.loads(claims['connection_data'])
    assert data.pop('seat') == seat
    assert set(data) == {'id'}


def test_the_customer_enters_the_session_with_a_short_lived_token_of_ours(
    site: Site, platform: Platform, appointment: db.Appointment, carol: Page
) -> None:
    assert platform.tokens == []
    claims = bring_token(carol, platform, 'Join')
    check_claims(claims, session_of(site, appointment), 'customer', 'publisher')


def test_the_rep_enters_the_same_session_as_its_moderator(site: Site, platform: Platform, open_page: Open, context: BrowserContext) -> None:
    appointment = site.book()
    session_id = until(lambda: session_of(site, appointment), 'the session to be made in the background')
    page = open_page(site.new_sign_in_link(), inside=context, allow=NOISE)
    page.goto(f'{site.url}/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}')
    wait_alive(page)
    check_claims(bring_token(page, platform, 'Start chat'), session_id, 'rep', 'moderator')


@pytest.mark.parametrize('config', [{}, {'loggingUrl': f'{VENDORS_LOG}/prod'}], ids=['as it is', 'as the vendor may have it'])
def test_no_other_host_learns_the_customers_key_from_what_the_script_logs(
    site: Site, platform: Platform, open_page: Open, context: BrowserContext, config: dict[str, str]
) -> None:
    sent: list[str] = []

    def note(route: Route) -> None:
        sent.append(f'{route.request.url} {route.request.headers} {route.request.post_data}')
        route.fallback()

    context.route('https://config.opentok.com/**', lambda route: route.fulfill(json=config, headers={'Access-Control-Allow-Origin': '*'}))
    context.route(f'{VENDORS_LOG}/**', lambda route: route.fulfill(json={}, headers={'Access-Control-Allow-Origin': '*'}))
    context.route(lambda url: not url.startswith(site.url), note)
    link = site.link('chat', site.book())
    key = link.rpartition('/')[2]
    page = open_page(link, inside=context, allow=(*NOISE, VENDORS_LOG))
    with page.expect_request(lambda request: request.method == 'POST' and key in (request.post_data or '')):
        bring_token(page, platform, 'Join')
    expect_problem(page, SILENT)
    assert sent
    assert not [one for one in sent if key in one]


def test_a_platform_that_is_down_costs_no_booking_and_is_told_at_joining(
    site: Site, platform: Platform, open_page: Open, context: Any
) -> None:
    platform.down = True
    appointment = site.book()
    page = open_page(site.link('chat', appointment), inside=context, allow=NOISE)
    press(page, 'Join')
    expect_problem(page, SILENT)
    assert session_of(site, appointment) is None
    platform.down = False
    claims = bring_token(page, platform, 'Try again')
    check_claims(claims, session_of(site, appointment), 'customer', 'publisher')


def test_a_platform_that_goes_down_between_token_and_connection_is_told(
    site: Site, platform: Platform, open_page: Open, context: BrowserContext
) -> None:
    appointment = site.book()
    until(lambda: session_of(site, appointment), 'the session to be made in the background')
    page = open_page(site.link('chat', appointment), inside=context, allow=NOISE)
    platform.down = True
    press(page, 'Join')
    expect_problem(page, SILENT)


def test_a_token_that_is_refused_is_told(site: Site, platform: Platform, carol: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, 'accepts', lambda *_args: False)
    press(carol, 'Join')
    expect_problem(carol, 'The video service did not let you in.')


def test_a_script_that_is_blocked_is_told_and_loaded_at_the_next_try(platform: Platform, carol: Page) -> None:
    carol.route(f'**{SCRIPT_PATH}', lambda route: route.abort())
    press(carol, 'Join')
    expect_problem(carol, 'The video service could not be loaded.')
    carol.unroute(f'**{SCRIPT_PATH}')
    bring_token(carol, platform, 'Try again')


def test_a_script_that_never_comes_is_given_up(carol: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    carol.route(f'**{SCRIPT_PATH}', hold)
    press(carol, 'Join')
    expect_problem(carol, 'The video service could not be loaded.')
    assert len(held) == 1


def test_the_camera_is_let_go_when_the_video_service_fails(
    site: Site, platform: Platform, open_page: Open, context: BrowserContext
) -> None:
    context.add_init_script("""
      window.given = [];
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wish) => {
        const stream = await ask(wish);
        window.given.push(...stream.getTracks());
        return stream;
      };
    """)
    context.route(f'**{SCRIPT_PATH}', lambda route: route.abort())
    carol = open_page(site.link('chat', site.book()), inside=context, allow=NOISE)
    press(carol, 'Join')
    expect_problem(carol, 'The video service could not be loaded.')
    assert set(carol.evaluate('given.map(({ readyState }) => readyState)')) == {'ended'}
