"""A kind of appointment in a real browser: an admin adds it with questions, a customer answers them, the rep reads the answers."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from services import appointments, clock, kinds
from tests.browser.calling import Open
from tests.browser.conftest import axe, wait_alive
from tests.site import Site

WIDTHS = 1280, 390


def faults(page: Page) -> list[str]:
    """What axe finds on a desk and on a phone."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({'width': width, 'height': 844})
        found += axe(page)
        found += ['wider than the phone'] * page.evaluate('document.documentElement.scrollWidth > innerWidth')
    page.set_viewport_size({'width': WIDTHS[0], 'height': 844})
    return found


def go(page: Page, url: str) -> None:
    page.goto(url)
    wait_alive(page)


def fill_in(page: Page) -> None:
    """A half-hour talk with time kept free around it, and two questions, the second of which is to be asked first."""
    page.get_by_label('Name').fill('First talk')
    page.get_by_label('Description').fill('We get to know each other.')
    for label, value in {'Length in minutes': '25', 'A start every … minutes': '30', 'Minutes kept free before': '5'}.items():
        page.get_by_label(label).fill(value)
    page.get_by_role('textbox', name='Address').fill('kinds')
    for index, (question, answered) in enumerate({'Which office?': 'One line', 'Which plan?': 'One of several'}.items()):
        page.get_by_role('button', name='Add a question').click()
        expect(page.get_by_label('Question', exact=True).nth(index)).to_be_focused()
        page.keyboard.type(question)
        page.get_by_label('Answered by').nth(index).select_option(answered)
    page.get_by_label('Choices, one on each line').last.fill('Small\nLarge')
    page.get_by_label('Must be answered').last.check()
    page.get_by_role('button', name='Move this question up').last.press('Enter')


def test_a_kind_with_questions_is_added_booked_and_its_answers_are_read(site: Site, open_page: Open) -> None:
    page = open_page(site.new_sign_in_link())
    go(page, f'{site.url}/kinds')
    assert faults(page) == []
    page.get_by_role('button', name='Add a kind').click()
    fill_in(page)
    expect(page.get_by_label('Question', exact=True).first).to_have_value('Which plan?')
    expect(page.get_by_role('button', name='Move this question up').first).to_be_focused()
    page.get_by_role('button', name='Save').click()
    expect(page.get_by_text('A page of this site has the address /kinds.')).to_be_visible()
    expect(page.get_by_role('textbox', name='Address')).to_be_focused()
    expect(page.get_by_label('Question', exact=True).first).to_have_value('Which plan?')
    assert faults(page) == []
    page.get_by_role('textbox', name='Address').fill('')
    page.get_by_role('button', name='Save').click()
    expect(page.get_by_text('25 minutes · kept free: 5 minutes before')).to_be_visible()

    go(page, site.url)
    assert faults(page) == []
    page.get_by_role('link', name='First talk').click()
    expect(page).to_have_url(f'{site.url}/first-talk')
    go(page, f'{site.url}/first-talk?day={clock.now().date() + timedelta(days=1)}')
    page.get_by_role('button', name='11:30 AM', exact=True).click()
    page.get_by_label('Name').fill('Carol Tanaka')
    page.get_by_label('Email').fill('carol@example.com')
    page.get_by_label('Which office? (optional)').fill('Kyoto')
    page.get_by_role('button', name='Schedule', exact=True).click()
    expect(page.get_by_text('Please answer “Which plan?”.')).to_be_visible()
    expect(page.get_by_label('Which plan?')).to_be_focused()
    assert faults(page) == []
    page.get_by_label('Which plan?').select_option('Large')
    page.get_by_role('button', name='Schedule', exact=True).click()
    page.wait_for_url('**/appointment/**')
    expect(page.get_by_text('Large', exact=True)).to_be_visible()

    site.use()
    booked = appointments.by_key('manage', page.url.rpartition('/')[2])
    assert appointments.answers_of(booked.id) == [('Which plan?', 'Large'), ('Which office?', 'Kyoto')]
    assert (booked.kind_id, booked.minutes, booked.before_minutes) == (kinds.by_slug('first-talk').id, 25, 5)
    go(page, f'{site.url}/rep?at={booked.starts_at:%Y-%m-%dT%H:%MZ}')
    for words in ('Which office?', 'Kyoto', 'Which plan?', 'Large'):
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    assert faults(page) == []
