"""An admin invites a rep, who comes; in Chromium, as both see it."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from services import reps
from tests.browser.calling import Open
from tests.browser.conftest import axe, wait_alive
from tests.site import Site

PASSWORD = 'correct horse'


@pytest.fixture(scope='module')
def admin(site: Site, browser: Browser) -> BrowserContext:
    """A browser in which Riley, the first rep, is signed in."""
    reps.update(site.rep().id, name='Riley Berger', email='riley@example.com', time_zone='UTC')
    context = browser.new_context(timezone_id='UTC', locale='en-US')
    page = context.new_page()
    page.goto(site.new_sign_in_link())
    page.close()
    return context


def check(page: Page, name: str) -> None:
    """Nothing is wrong with the page as it is now, and it is no wider than the window."""
    assert axe(page) == [], name
    assert page.evaluate('document.documentElement.scrollWidth <= innerWidth'), name


def test_whoever_is_invited_chooses_a_password_by_the_link_in_the_mail_and_is_signed_in(
    site: Site, admin: BrowserContext, open_page: Open
) -> None:
    page = open_page(f'{site.url}/reps', inside=admin)
    page.get_by_role('button', name='Invite a rep').click()
    page.get_by_label('Name').fill('Robin Doe')
    page.get_by_label('Email').fill('robin@example')
    page.get_by_label('Green').check()
    page.keyboard.press('Enter')
    expect(page.get_by_label('Email')).to_be_focused()
    expect(page.get_by_label('Green')).to_be_checked()
    page.get_by_label('Email').fill('robin@example.com')
    page.get_by_role('button', name='Send the invitation').click()
    expect(page.get_by_role('status')).to_contain_text('Robin Doe is invited')
    expect(page.get_by_role('dialog')).to_have_count(0)
    row = page.get_by_role('listitem').filter(has_text='Robin Doe')
    expect(row.get_by_text('Invited, not yet here')).to_be_visible()

    mailbox = open_page(f'{site.url}/mailbox', inside=admin)
    mailbox.get_by_role('link', name='robin@example.com').first.click()
    links = mailbox.frame_locator('iframe').locator('a[href*="/password/"]')
    robins = open_page(links.first.get_attribute('href') or '')
    robins.get_by_label('New password', exact=True).fill(PASSWORD)
    robins.get_by_label('New password again').fill(PASSWORD)
    robins.keyboard.press('Enter')
    robins.wait_for_url(f'{site.url}/rep')
    wait_alive(robins)
    expect(robins.get_by_role('link', name='Robin Doe')).to_be_visible()
    expect(row.get_by_text('Invited, not yet here')).to_be_hidden()

    row.get_by_role('button', name='Deactivate').click()
    expect(page.get_by_role('button', name='Keep')).to_be_focused()
    page.get_by_role('dialog').get_by_role('button', name='Deactivate').click()
    expect(row.get_by_text('Inactive')).to_be_visible()
    robins.wait_for_url(f'{site.url}/sign-in')


@pytest.mark.parametrize('colours', ['light', 'dark'])
@pytest.mark.parametrize('width', [1280, 390])
def test_axe_finds_nothing(site: Site, admin: BrowserContext, open_page: Open, width: int, colours: str) -> None:
    page = open_page(f'{site.url}/reps', inside=admin)
    page.set_viewport_size({'width': width, 'height': 844})
    page.emulate_media(color_scheme=colours)
    check(page, 'the list')
    if width == 390:
        page.get_by_role('button', name='Menu').click()
        expect(page.get_by_role('link', name='Availability')).to_be_visible()
        check(page, 'the menu')
        page.keyboard.press('Escape')
        expect(page.get_by_role('link', name='Availability')).to_be_hidden()
    page.get_by_role('button', name='Invite a rep').click()
    expect(page.get_by_role('heading', name='Invite a rep')).to_be_visible()
    check(page, 'the invitation')
    page.goto(f'{site.url}/account')
    wait_alive(page)
    check(page, 'the account')


@pytest.mark.parametrize('width', [1280, 390])
def test_axe_finds_nothing_on_the_way_to_a_new_password(site: Site, open_page: Open, width: int) -> None:
    page = open_page(f'{site.url}/sign-in', viewport={'width': width, 'height': 844})
    page.get_by_role('button', name='Forgot your password?').click()
    page.get_by_label('Your email').fill('riley@example.com')
    page.keyboard.press('Enter')
    expect(page.get_by_text('a mail with a link to choose a new password is on its way')).to_be_visible()
    check(page, 'the dialog')
