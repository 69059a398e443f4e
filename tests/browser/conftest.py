"""Real Chromium against the real app in a process of its own. Run in a pytest call of its own: Playwright keeps a loop running."""

from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.calling import appointment, carol, new_context, riley, wait_alive  # noqa: F401  fixtures, for whatever tests a call
from tests.conftest import missing
from tests.npm import CACHE, npm_file
from tests.site import Site

CHROMIUM = '/usr/bin/chromium'
QUIET = (
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
)
FAKE_DEVICES, NO_CAMERA = '--use-fake-device-for-media-stream', '--use-fake-device-for-media-stream=device-count=0'
PICTURES = CACHE / 'failed'
OPENED, SAID = pytest.StashKey[list[Page]](), pytest.StashKey[list[str]]()  # by a test: its pages, and all they told the console
ALLOW_ALL = '--use-fake-ui-for-media-stream'

expect.set_options(timeout=30_000)


@pytest.fixture(scope='module')
def make_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """`make_site(SMTP_HOST='…')`: a running site with these variables, and this `change`; it stops after the module's last test."""
    sites: list[Site] = []

    def make(change: str = '', **variables: str) -> Site:
        site = Site(tmp_path_factory.mktemp('site'), change, **variables)
        sites.append(site)
        site.start()
        return site

    yield make
    for site in sites:
        site.stop()


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    """A running site with nothing configured, shared by the module's tests."""
    return make_site()


class Launch(Protocol):
    def __call__(self, *flags: str) -> Browser: ...


@pytest.fixture(scope='session')
def launch() -> Iterator[Launch]:
    """`launch(FAKE_DEVICES, ALLOW_ALL)`: a Chromium with these flags; the same flags give the same one."""
    if not Path(CHROMIUM).exists():
        missing('Chromium')
    launched: dict[tuple[str, ...], Browser] = {}
    with sync_playwright() as playwright:

        def start(*flags: str) -> Browser:
            if flags not in launched:
                launched[flags] = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *flags])
            return launched[flags]

        yield start
        for browser in launched.values():
            browser.close()


@pytest.fixture(scope='session')
def browser(launch: Launch) -> Browser:
    """Chromium with a camera and a microphone that it may use."""
    return launch(FAKE_DEVICES, ALLOW_ALL)


@pytest.fixture(scope='session')
def browser_that_refuses(launch: Launch) -> Browser:
    """Chromium with a camera and a microphone that it may not use, unless the context is granted them."""
    return launch(FAKE_DEVICES)


@pytest.fixture(scope='session')
def browser_without_devices(launch: Launch) -> Browser:
    """Chromium with no camera."""
    return launch(NO_CAMERA, ALLOW_ALL)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what the pages of a failed test look like, and tell what they and the site said."""
    report = yield
    if call.when == 'call' and report.failed:
        for number, page in enumerate(item.stash.get(OPENED, [])):
            if not page.is_closed():
                page.screenshot(path=PICTURES / f'{item.name}-{number}.png')
        report.sections.append(('What the pages said', '\n'.join(item.stash.get(SAID, []))))
        if site := getattr(item, 'funcargs', {}).get('site'):
            report.sections.append(('What the site printed', site.output[-10_000:]))
    return report


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """`open_page(url)`: the page in a context of its own, alive (its socket connected).

    `inside`: another Chromium, or a context that is there already · `alive=False`: a plain page that has no socket · `allow`: parts of
    console messages that are all right; any other error on the page fails the test · the rest: options of the new context. When a test
    fails, pictures of its pages are left in `tests/.cache/failed`.
    """
    contexts: list[BrowserContext] = []
    pages, said = request.node.stash.setdefault(OPENED, []), request.node.stash.setdefault(SAID, [])
    problems: list[str] = []

    def open_it(url: str, *, inside: object = None, alive: bool = True, allow: tuple[str, ...] = (), **options: object) -> Page:
        if inside is None or isinstance(inside, Browser):
            inside = (inside or browser).new_context(**({'timezone_id': 'UTC', 'locale': 'en-US'} | options))  # type: ignore[arg-type]
            contexts.append(inside)
        page: Page = inside.new_page()  # type: ignore[attr-defined]
        pages.append(page)

        def note(text: str) -> None:
            if not any(part in text for part in allow):
                problems.append(f'{page.url}: {text}')

        page.on('pageerror', lambda error: note(str(error)))
        page.on('console', lambda message: said.append(f'{datetime.now(UTC):%X} {page.url}: {message.text}'))
        page.on('console', lambda message: note(message.text) if message.type == 'error' else None)
        page.goto(url)
        if alive:
            wait_alive(page)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not problems, '\n'.join(problems)


def axe(page: Page, **options: object) -> list[str]:
    """What axe-core finds wrong with the page as it is now, one line each."""
    if not page.evaluate('"axe" in window'):
        page.evaluate(npm_file('axe-core@4', 'axe.min.js').read_text())  # not a script tag: the page's own policy would refuse it
    page.evaluate('async () => { await document.fonts.ready }')  # axe tells an icon from words by its font
    found = page.evaluate('options => axe.run(document, options)', options)
    return [f'{rule["id"]}: {rule["help"]}: {[node["target"] for node in rule["nodes"]]}' for rule in found['violations']]
