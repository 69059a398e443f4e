"""What a rep gets outside their own pages, in Chromium: the built-in mailbox, the samples of all mails, the calendar feed."""

from collections.abc import Callable, Iterator

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from services import appointment_changes, mail_states, outbox
from tests.browser.calling import Open
from tests.browser.conftest import axe, wait_alive
from tests.site import Site, at, day_ahead
from tests.waiting import until

HOSTILE = '<img src=x onerror=alert(1)>'


def wait_sent(appointment_id: int, kind: str = outbox.CONFIRMATION) -> None:
    def is_sent() -> bool:
        mail = mail_states.of(appointment_id, kind)
        return mail is not None and mail.state == 'sent'

    until(is_sent, 'the mail')


@pytest.fixture
def rep(site: Site, browser: Browser) -> Iterator[BrowserContext]:
    """A browser in which the rep is signed in."""
    context = browser.new_context(timezone_id='UTC', locale='en-US')
    page = context.new_page()
    page.goto(site.new_sign_in_link())
    page.close()
    yield context
    context.close()


def body(page: Page) -> FrameLocator:
    return page.frame_locator('iframe')


def test_only_a_signed_in_rep_reads_mails(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/mailbox', alive=False)
    assert page.url == f'{site.url}/sign-in?next=%2Fmailbox'


def test_a_new_mail_appears_by_itself_and_its_links_work(site: Site, rep: BrowserContext, open_page: Open) -> None:
    page = open_page(f'{site.url}/mailbox', inside=rep)
    expect(page.get_by_text('Mails appear in the list')).to_be_visible()
    appointment = site.book(at(day_ahead(3), 10))
    page.get_by_role('link', name='carol@example.com').click()
    expect(page.get_by_role('heading', name='Your appointment on')).to_be_visible()
    with page.expect_popup() as popup:
        body(page).get_by_role('link', name='See, move or cancel the appointment').click()
    expect(popup.value.get_by_role('heading', name='Scheduling successful')).to_be_visible()
    assert popup.value.url == site.link('manage', appointment)
    assert body(page).get_by_role('link', name='Join the call').get_attribute('href') == site.link('chat', appointment)


def test_what_is_typed_is_only_text_here(site: Site, rep: BrowserContext, open_page: Open) -> None:
    appointment = site.book(at(day_ahead(4), 10), name=HOSTILE, comment='/etc/passwd')
    wait_sent(appointment.id)
    page = open_page(f'{site.url}/mailbox', inside=rep)
    page.on('dialog', lambda dialog: pytest.fail(dialog.message))
    page.get_by_role('link', name='carol@example.com').first.click()
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    expect(body(page).get_by_text('/etc/passwd')).to_be_visible()
    expect(body(page).get_by_text(HOSTILE)).to_be_visible()
    assert body(page).locator('img').count() + page.locator('img').count() == 0


def test_the_calendar_part_can_be_read_and_saved(site: Site, rep: BrowserContext, open_page: Open) -> None:
    appointment = site.book(at(day_ahead(5), 10))
    wait_sent(appointment.id)
    appointment_changes.cancel(appointment.id)
    wait_sent(appointment.id, outbox.CANCELLATION)
    page = open_page(f'{site.url}/mailbox', inside=rep)
    page.get_by_role('link', name='Cancelled: Your appointment').first.click()
    page.get_by_text('Calendar part (CANCEL)').click()
    expect(page.get_by_text(f'UID:{appointment.public_id}@scheduled-calls')).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role('link', name='Save the calendar part').click()
    assert download.value.suggested_filename == 'invitation.ics'
    content = download.value.path().read_bytes()
    assert content.endswith(b'END:VEVENT\r\nEND:VCALENDAR\r\n')
    (event,) = Calendar.from_ical(content).walk('VEVENT')
    assert (event['SEQUENCE'], event['STATUS']) == (1, 'CANCELLED')


@pytest.mark.parametrize('width', [1280, 390])
@pytest.mark.parametrize('colours', ['light', 'dark'])
def test_axe_finds_nothing(site: Site, rep: BrowserContext, open_page: Open, width: int, colours: str) -> None:
    wait_sent(site.book().id)
    page = open_page(f'{site.url}/mailbox', inside=rep)
    page.set_viewport_size({'width': width, 'height': 844})
    page.emulate_media(color_scheme=colours)
    assert axe(page) == []
    page.get_by_role('link', name='carol@example.com').first.click()
    wait_alive(page)
    assert axe(page) == []
    page.goto(f'{site.url}/mails?message=cancellation_rep.jinja')
    wait_alive(page)
    page.get_by_text('Plain text').click()
    expect(page.get_by_text('Cancelled by: Carol Tanaka')).to_be_visible()
    assert axe(page) == []


def test_the_address_of_the_calendar_feed_is_copied_renewed_and_read(site: Site, rep: BrowserContext, open_page: Open) -> None:
    appointment = site.book(at(day_ahead(6), 10))
    rep.grant_permissions(['clipboard-read', 'clipboard-write'])
    page = open_page(f'{site.url}/account', inside=rep)
    copied = []
    for _ in range(2):
        page.get_by_role('button', name='Copy').click()
        expect(page.get_by_text('Copied.')).to_be_visible()
        copied.append(page.evaluate('navigator.clipboard.readText()'))
        page.get_by_role('button', name='Renew').click()
        page.get_by_role('alertdialog').get_by_role('button', name='Renew').click()
        expect(page.get_by_text('This is the new address.')).to_be_visible()
        assert rep.request.get(copied[-1]).status == 404
    address = page.get_by_label('Address of the calendar').input_value()
    assert len({*copied, address}) == 3
    assert appointment.public_id in rep.request.get(address).text()


def test_older_mails_are_on_further_pages(site: Site, rep: BrowserContext, open_page: Open) -> None:
    for appointment in [site.book(at(day_ahead(7), hour)) for hour in range(21)]:
        wait_sent(appointment.id)
    page = open_page(f'{site.url}/mailbox', inside=rep)
    rows = page.get_by_role('navigation', name='Messages').get_by_role('listitem')
    newest = rows.all_inner_texts()
    page.get_by_role('link', name='Older').click()
    expect(page.get_by_role('link', name='Newer')).to_be_visible()
    assert len(newest) == 20
    assert not set(newest) & set(rows.all_inner_texts())


def test_with_a_mail_server_there_is_no_mailbox(make_site: Callable[..., Site], browser: Browser) -> None:
    site = make_site(SMTP_HOST='localhost', MAIL_FROM='calls@example.com')
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.new_sign_in_link())
    answer = page.goto(f'{site.url}/mailbox')
    assert answer is not None
    assert answer.status == 404
    context.close()
