"""Makes the README's pictures, `docs/pages.png` and `docs/team.png`, from the running app: `make pictures`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from services import kind_changes, kinds, team, working_hours
from services.kind_fields import Typed
from services.team import Profile
from tests.browser.conftest import ALLOW_ALL, CHROMIUM, FAKE_DEVICES, QUIET, wait_alive
from tests.site import Site, at, day_ahead, next_full_hour

HERE = Path(__file__).parent
SIZE = {'width': 1120, 'height': 680}
OTHERS = (('Ben Okafor', 2), ('Ana Lima', 4), ('Yuki Mori', 5))
PEOPLE = {'Riley': ('#24405e', '#e6b48c', '#3b2a20', '#4f7cac'), 'Carol': ('#5a4a3c', '#f0c8a4', '#1d1a1c', '#b4576a')}
PERSON = """<body style="margin: 0; background: linear-gradient(135deg, %s, #1c232b)">
<svg viewBox="0 0 1280 720" width="1280" height="720">
<ellipse cx="640" cy="800" rx="330" ry="300" fill="%s"/>
<path d="M470 330c0-270 340-270 340 0v60h-340z" fill="%s"/>
<rect x="585" y="440" width="110" height="120" rx="50" fill="%s"/>
<ellipse cx="640" cy="350" rx="140" ry="165" fill="%s"/>
<path d="M495 320c60-30 110-70 130-120 40 70 100 100 160 120-10-220-280-220-290 0z" fill="%s"/>
<circle cx="590" cy="350" r="11"/><circle cx="690" cy="350" r="11"/>
<path d="M590 425q50 45 100 0" fill="none" stroke="#7c3f35" stroke-width="9" stroke-linecap="round"/>
</svg></body>"""
SHEET = """<body style="margin: 0; padding: 32px; background: #e8ecf1; display: grid; gap: 32px; width: 1416px;
  grid-template: 'a a' auto 'b c' auto / 1fr 1fr">
<style>img { width: 100%%; border-radius: 12px; box-shadow: 0 2px 16px rgb(0 0 0 / 18%%); display: block }</style>
<div style="grid-area: a; padding: 0 140px"><img src="%s"></div><div style="grid-area: b"><img src="%s"></div>
<div style="grid-area: c"><img src="%s"></div></body>"""


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Northwind Advice, whose rep is Riley."""
    folder.mkdir()
    site = Site(
        folder, SITE_NAME='Northwind Advice', REP_NAME='Riley Berger', REP_EMAIL='riley@example.com', REP_PASSWORD='a long password'
    )
    site.start()
    try:
        yield site
    finally:
        site.stop()


def opened(browser: Browser, url: str, **options: object) -> Page:
    """The page in a context of its own, alive."""
    page = browser.new_context(viewport=SIZE, locale='en-US', **{'timezone_id': 'UTC', **options}).new_page()  # type: ignore[arg-type]
    page.goto(url)
    wait_alive(page)
    return page


def chromium_showing(playwright: Playwright, folder: Path, name: str) -> Browser:
    """A Chromium whose camera shows a drawing of this person."""
    wall, skin, hair, clothes = PEOPLE[name]
    with playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET]) as browser:
        page = browser.new_page(viewport={'width': 1280, 'height': 720})
        page.set_content(PERSON % (wall, clothes, hair, skin, skin, hair))
        page.screenshot(path=folder / f'{name}.jpg', type='jpeg', quality=95)
    film = (folder / f'{name}.jpg').rename(folder / f'{name}.mjpeg')
    camera = f'--use-file-for-fake-video-capture={film}'
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, FAKE_DEVICES, ALLOW_ALL, camera])


def take(rileys: Browser, *, carols: Browser, site: Site, folder: Path) -> list[Path]:
    """The three pages: the customer's, the rep's, the call."""
    for name, hours in OTHERS:
        site.book(next_full_hour() + timedelta(hours=hours), name=name)
    talk = site.book(name='Carol Tanaka', comment='The offer from last week, and when it could start.', time_zone='Asia/Tokyo')
    customer = customers_page(carols, site)
    rep = opened(rileys, site.new_sign_in_link())
    rep.goto(f'{site.url}/rep?at={talk.starts_at:%Y-%m-%dT%H:%MZ}')
    wait_alive(rep)
    chat = opened(carols, site.link('chat', talk))
    chat.get_by_role('button', name='Join', exact=True).click()
    rep.get_by_text('in the call right now').wait_for()
    pictures = [folder / f'{name}.png' for name in ('customer', 'rep', 'call')]
    customer.screenshot(path=pictures[0])
    rep.screenshot(path=pictures[1])
    rep.get_by_role('button', name='Start chat').click()
    chat.wait_for_function('() => [...document.querySelectorAll("video")].every(video => video.videoWidth > 600)')
    chat.get_by_text('Connected').wait_for()
    chat.screenshot(path=pictures[2])
    return pictures


def customers_page(browser: Browser, site: Site) -> Page:
    """Tomorrow, with usual hours, some of them taken."""
    tomorrow = day_ahead(1)
    working_hours.set_days(site.rep().id, [tomorrow.weekday()], [('09:00', '17:00')])
    for hour in (9, 12, 13):
        site.book(at(tomorrow, hour))
    return opened(browser, f'{site.url}/?day={tomorrow}', timezone_id='Europe/London')


def take_team(browser: Browser, *, site: Site, folder: Path) -> list[Path]:
    """When a rep can be booked, what can be booked, and a customer who moves an appointment."""
    moved = site.book(at(next(day for day in map(day_ahead, range(1, 4)) if day.weekday() < 5), 11), name='Ana Lima')
    set_up_team(site)
    rep = opened(browser, site.new_sign_in_link())
    pictures = [folder / f'{name}.png' for name in ('availability', 'kinds', 'moving')]
    for picture, path in zip(pictures, ('/availability', '/kinds'), strict=False):
        rep.goto(f'{site.url}{path}')
        wait_alive(rep)
        rep.screenshot(path=picture)
    customer = opened(browser, site.link('manage', moved))
    customer.get_by_role('button', name='Reschedule').click()
    customer.locator('dialog[open] .slot-free').first.wait_for()
    customer.screenshot(path=pictures[2])
    return pictures


def set_up_team(site: Site) -> None:
    """Weekdays with a break, the holidays of Berlin, a colleague in New York, and two more kinds of appointment."""
    riley = site.rep().id
    working_hours.set_days(riley, range(5), [('09:00', '12:00'), ('13:00', '17:00')])
    working_hours.set_days(riley, (5, 6), [])
    working_hours.set_holiday_place(riley, 'DE', 'BE')
    robin = team.invite(Profile('Robin Diaz', 'robin@example.com', 'America/New_York'), kind_ids=(kinds.FIRST,)).id
    kind_changes.add(Typed('Short question', minutes='15', step_minutes='15', rep_ids=(riley, robin)))
    kind_changes.add(Typed('Contract review', 'review', minutes='90', after_minutes='30', step_minutes='30', rep_ids=(riley,)))


def sheet(browser: Browser, folder: Path, pictures: list[Path], output: Path) -> None:
    """The pictures on one, the first one large."""
    page = browser.new_page(viewport={'width': 1480, 'height': 900})
    html = folder / 'sheet.html'
    html.write_text(SHEET % tuple(path.as_uri() for path in pictures))
    page.goto(html.as_uri())
    page.screenshot(path=output, full_page=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        rileys, carols = (chromium_showing(playwright, folder, person) for person in PEOPLE)
        for output, taking in (('pages.png', partial(take, carols=carols)), ('team.png', take_team)):
            with running_site(folder / output) as site:
                sheet(carols, folder, taking(rileys, site=site, folder=folder), HERE / output)


if __name__ == '__main__':
    main()
