"""Booking as customers do it: in Chromium, against the running app."""

import re
from datetime import UTC, date, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import update

import db
from services import appointments, clock
from tests.browser.calling import Open
from tests.browser.conftest import axe, wait_alive
from tests.site import Site, at, day_ahead
from tests.waiting import until

LINE_CUT_SECONDS = 30


def slot(page: Page, name: str) -> Locator:
    return page.get_by_role('button', name=re.compile(rf'^{name}'))


def fill(page: Page, *, name: str = 'Carol Tanaka', email: str = 'carol@example.com', comment: str = 'The offer') -> None:
    page.get_by_label('Name').fill(name)
    page.get_by_label('Email').fill(email)
    page.get_by_label('What would you like to talk about? (optional)').fill(comment)


def book(page: Page, time_name: str, **fields: str) -> None:
    slot(page, time_name).click()
    fill(page, **fields)
    page.get_by_role('button', name='Schedule').click()
    expect(page.get_by_role('heading', name='Scheduling successful')).to_be_visible()


def test_a_customer_books_and_sees_it_confirmed(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(3)}')
    expect(page.get_by_role('heading', name='Schedule your appointment')).to_be_visible()
    book(page, '2:00 PM')
    booked = appointments.booked_at(site.rep().id, at(day_ahead(3), 14))
    assert booked is not None
    assert (booked.name, booked.email, booked.comment, booked.time_zone, booked.clock) == (
        'Carol Tanaka',
        'carol@example.com',
        'The offer',
        'UTC',
        12,
    )
    expect(page.get_by_text('This site sends no mails. Please keep the address of this page.')).to_be_visible()


def test_everything_can_be_done_with_the_keyboard_alone(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(4)}')

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press('Tab')
            if page.evaluate('document.activeElement.ariaLabel || document.activeElement.textContent').startswith(name):
                return
        pytest.fail(f'{name} cannot be reached')

    tab_to('Next day')
    page.keyboard.press('Enter')
    page.wait_for_url(f'**day={day_ahead(5)}')
    tab_to('9:00 AM')
    page.keyboard.press('Enter')
    expect(page.get_by_label('Name')).to_be_focused()
    page.keyboard.type('Carol')
    page.keyboard.press('Tab')
    page.keyboard.type('carol@example.com')
    page.keyboard.press('Enter')
    expect(page.get_by_role('heading', name='Scheduling successful')).to_be_visible()
    assert appointments.booked_at(site.rep().id, at(day_ahead(5), 9))


def test_what_anyone_takes_or_frees_changes_in_every_open_page_and_nothing_else_is_touched(site: Site, open_page: Open) -> None:
    watching, booking = (open_page(f'{site.url}/?day={day_ahead(6)}') for _ in range(2))
    watching.evaluate("() => document.querySelectorAll('.slot').forEach(slot => { slot.seen = true })")
    slot(watching, '4:00 PM').click()
    watching.get_by_label('Name').fill('Half a na')
    book(booking, '10:00 AM')
    expect(slot(watching, '10:00 AM')).to_have_accessible_name('10:00 AM, taken')
    expect(watching.get_by_label('Name')).to_have_value('Half a na')
    booking.get_by_role('button', name='Cancel appointment').click()
    booking.get_by_role('alertdialog').get_by_role('button', name='Cancel appointment').click()
    expect(booking.get_by_role('heading', name='This appointment is cancelled')).to_be_visible()
    expect(slot(watching, '10:00 AM')).to_have_accessible_name('10:00 AM')
    assert watching.evaluate("() => [...document.querySelectorAll('.slot')].every(slot => slot.seen)")


def let_holds_run_out(site: Site) -> None:
    site.use()
    db.writing(lambda session: session.execute(update(db.Hold).values(expires_at=clock.now())))


def test_what_one_browser_keeps_is_seen_in_another_until_it_is_let_go(site: Site, open_page: Open) -> None:
    let_holds_run_out(site)
    keeping, watching = (open_page(f'{site.url}/?day={day_ahead(15)}') for _ in range(2))
    slot(keeping, '10:00 AM').click()
    expect(slot(watching, '10:00 AM')).to_have_accessible_name('10:00 AM, being booked')
    expect(slot(keeping, '10:00 AM')).to_have_attribute('aria-disabled', 'false')
    keeping.keyboard.press('Escape')
    expect(slot(watching, '10:00 AM')).to_have_accessible_name('10:00 AM')
    slot(keeping, '11:00 AM').click()
    expect(slot(watching, '11:00 AM')).to_have_accessible_name('11:00 AM, being booked')
    keeping.goto('about:blank')
    expect(slot(watching, '11:00 AM')).to_have_accessible_name('11:00 AM')


def test_a_very_first_visitor_is_known_by_the_same_browser_in_two_tabs(site: Site, open_page: Open) -> None:
    let_holds_run_out(site)
    first = open_page(f'{site.url}/?day={day_ahead(16)}')
    slot(first, '10:00 AM').click()
    expect(first.get_by_label('Name')).to_be_focused()
    second = open_page(f'{site.url}/?day={day_ahead(16)}', inside=first.context)
    slot(second, '11:00 AM').click()
    expect(first.get_by_text('This time is not kept for you any more.')).to_be_visible()
    expect(second.get_by_text('This time is not kept for you any more.')).to_be_hidden()


def test_a_slot_that_went_meanwhile_is_told_and_everything_typed_is_kept(site: Site, open_page: Open) -> None:
    page, other = (open_page(f'{site.url}/?day={day_ahead(7)}') for _ in range(2))
    slot(page, '10:00 AM').click()
    fill(page, comment='What I typed')
    expect(page.locator('.hold-notice')).to_have_attribute('data-held', re.compile('.'))
    let_holds_run_out(site)
    expect(page.get_by_text('This time is not kept for you any more.')).to_be_visible()
    book(other, '10:00 AM', name='Faster')
    expect(page.get_by_role('alert')).to_have_text('Somebody else has just taken this time. Please choose another one.')
    page.get_by_role('button', name='Schedule').click()
    expect(page.get_by_role('alert')).to_be_visible()
    page.get_by_role('button', name='Close').click()
    expect(slot(page, '10:00 AM')).to_have_attribute('aria-disabled', 'true')
    slot(page, '11:00 AM').click()
    expect(page.get_by_label('What would you like to talk about? (optional)')).to_have_value('What I typed')
    page.get_by_role('button', name='Schedule').click()
    expect(page.get_by_role('heading', name='Scheduling successful')).to_be_visible()


def test_what_cannot_be_taken_is_said_beside_the_field(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(8)}')
    slot(page, '10:00 AM').click()
    fill(page, name='', email='carol@example', comment='x' * 2001)
    page.get_by_role('button', name='Schedule').click()
    expect(page.get_by_label('Name')).to_have_accessible_description('Please give your name.')
    expect(page.get_by_label('Name')).to_be_focused()
    expect(page.get_by_label('Email')).to_have_accessible_description(re.compile('period'))
    expect(page.get_by_label('What would')).to_have_accessible_description(re.compile('2,001'))
    expect(page.get_by_label('Email')).to_have_value('carol@example')


def test_schedule_counts_once_however_often_it_is_pressed(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(9)}')
    slot(page, '10:00 AM').click()
    fill(page)
    page.evaluate("() => { for (let i = 0; i < 5; i++) document.querySelector('dialog[open] form').requestSubmit() }")
    expect(page.get_by_role('heading', name='Scheduling successful')).to_be_visible()
    site.use()
    assert len(appointments.booked_on(site.rep().id, day_ahead(9), UTC)) == 1


def test_what_is_typed_while_the_line_is_down_is_what_gets_booked(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(10)}', allow=('WebSocket', 'ERR_INTERNET_DISCONNECTED'))
    slot(page, '10:00 AM').click()
    page.get_by_label('Name').fill('Carol')
    page.context.set_offline(True)
    fill(page, comment='Typed while the line was down')
    other = open_page(f'{site.url}/?day={day_ahead(10)}')
    book(other, '11:00 AM')
    other.wait_for_timeout(LINE_CUT_SECONDS * 1000)
    page.evaluate('() => { window.same = true }')
    page.context.set_offline(False)
    expect(slot(page, '11:00 AM')).to_have_attribute('aria-disabled', 'true')
    assert page.evaluate('() => window.same'), 'the page was loaded anew'
    page.get_by_role('button', name='Schedule').click()
    expect(page.get_by_role('heading', name='Scheduling successful')).to_be_visible()
    booked = appointments.booked_at(site.rep().id, at(day_ahead(10), 10))
    assert booked is not None
    assert booked.comment == 'Typed while the line was down'


def test_the_day_is_in_the_address_and_back_forward_and_reload_work(site: Site, open_page: Open) -> None:
    page = open_page(site.url)
    words = page.locator('.date-heading')
    expect(page.get_by_role('button', name='Previous day')).to_be_disabled()
    page.get_by_role('button', name='Next day').click()
    page.wait_for_url(f'**/?day={day_ahead(1)}')
    page.get_by_role('button', name='Next day').click()
    page.wait_for_url(f'**/?day={day_ahead(2)}')
    page.go_back()
    expect(words).to_contain_text(f'{day_ahead(1):%a %b} {day_ahead(1).day},')
    page.go_forward()
    expect(words).to_contain_text(f'{day_ahead(2):%a %b} {day_ahead(2).day},')
    page.reload()
    expect(words).to_contain_text(f'{day_ahead(2):%a %b} {day_ahead(2).day},')


def day_button(page: Page, day: date) -> Locator:
    return page.get_by_role('button', name=re.compile(rf'^{day:%A}, {day:%B} {day.day}, \d+ free times?$'))


def test_the_month_leads_to_a_day_and_the_focus_to_its_times(site: Site, open_page: Open) -> None:
    page = open_page(site.url)
    target = (day_ahead(0).replace(day=28) + timedelta(days=7)).replace(day=15)
    page.get_by_role('button', name='Next month').click()
    expect(page.get_by_role('heading', name=f'{target:%B %Y}')).to_be_visible()
    day_button(page, target).click()
    page.wait_for_url(f'**/?day={target}')
    expect(page.get_by_role('group', name=f'{target:%A}, {target:%B} {target.day}, 24 free times')).to_be_focused()


def test_the_month_follows_the_keyboard_and_ends_at_the_horizon(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(40)}')
    day = day_ahead(40)
    day_button(page, day).focus()
    for key, days in {'ArrowLeft': -1, 'ArrowDown': 7, 'ArrowUp': -7, 'ArrowRight': 1}.items():
        page.keyboard.press(key)
        day += timedelta(days=days)
        expect(day_button(page, day)).to_be_focused()
    for key in ('PageDown', 'PageUp'):
        month = page.locator('.calendar-name').inner_text()
        page.keyboard.press(key)
        expect(page.locator('.calendar-name')).not_to_have_text(month)
        expect(page.locator('[data-day]:focus')).to_have_count(1)
    day = date.fromisoformat(page.locator('[data-day]:focus').get_attribute('data-day') or '')
    page.keyboard.press('ArrowRight')
    expect(day_button(page, day + timedelta(days=1))).to_be_focused()
    page.keyboard.press('Enter')
    page.wait_for_url(f'**/?day={day + timedelta(days=1)}')
    expect(page.locator('.slot-grid')).to_be_focused()
    after, last = page.get_by_role('button', name='Next month'), day_ahead(365)
    while page.get_by_role('heading', name=f'{last:%B %Y}').count() == 0:
        heading = page.locator('.calendar-name').inner_text()
        after.click()
        expect(page.locator('.calendar-name')).not_to_have_text(heading)
        assert after.is_disabled() or after.evaluate('button => button === document.activeElement')
    expect(after).to_be_disabled()


def test_days_of_the_months_beside_it_are_marked_like_its_own(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(60)}')
    expect(page.locator('.calendar .outside button').first).to_be_visible()
    looks = 'days => [...new Set(days.map(day => getComputedStyle(day).backgroundColor))]'
    own, beside = (page.locator(days).evaluate_all(looks) for days in ('td:not(.outside, [aria-selected]) > .free', 'td.outside > .free'))
    assert len(own) == 1
    assert own == beside
    assert page.locator('.calendar .outside button:not(.free)').count() == 0


def test_the_focus_stays_on_its_day_when_the_month_is_counted_again(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(44)}')
    day_button(page, day_ahead(44)).focus()
    page.keyboard.press('ArrowRight')
    expect(page.locator('[data-day]:focus')).to_have_attribute('data-day', str(day_ahead(45)))
    form = {'name': 'Carol', 'email': 'carol@example.com', 'timestamp': round(at(day_ahead(45), 10).timestamp() * 1000)}
    assert page.request.post(f'{site.url}/schedule', data=form).ok
    expect(page.get_by_role('button', name=re.compile('23 free times'))).to_be_focused()
    page.keyboard.press('Tab')
    page.keyboard.press('Shift+Tab')
    expect(page.locator('[data-day]:focus')).to_have_attribute('data-day', str(day_ahead(45)))


def test_next_available_leads_to_the_first_free_time(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(90)}')
    page.get_by_role('button', name='Next available').click()
    page.wait_for_url(re.compile(rf'day=({day_ahead(0)}|{day_ahead(1)})'))
    expect(page.locator('.slot-free').first).to_be_focused()


def test_on_a_phone_the_month_opens_from_the_day(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(3)}', viewport={'width': 390, 'height': 780})
    page.get_by_role('button', name='choose a day').click()
    expect(page.locator('[data-day]:focus')).to_have_attribute('data-day', str(day_ahead(3)))
    page.get_by_role('button', name='Next month').click()
    target = (day_ahead(3).replace(day=28) + timedelta(days=7)).replace(day=15)
    day_button(page, target).click()
    expect(page.get_by_role('grid')).to_be_hidden()
    expect(page.get_by_role('group', name=f'{target:%A}, {target:%B} {target.day}, 24 free times')).to_be_focused()


@pytest.mark.parametrize(('asked', 'shown'), [('2001-01-01', 0), ('tomorrow', 0), ('9999-12-31', 365)])
def test_a_day_that_cannot_be_booked_leads_to_the_nearest_that_can(site: Site, open_page: Open, asked: str, shown: int) -> None:
    page = open_page(f'{site.url}/?day={asked}')
    expect(page.locator('.date-heading')).to_contain_text(f'{day_ahead(shown):%a %b} {day_ahead(shown).day},')


def test_times_are_shown_in_the_viewers_zone_and_clock_from_the_first_visit_on(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(5)}', timezone_id='Asia/Kolkata', locale='de-DE')
    expect(page.get_by_text('Kolkata (GMT+5:30)')).to_be_visible()
    expect(slot(page, '14:30')).to_be_visible()
    page.reload()
    expect(slot(page, '14:30')).to_be_visible()


def test_a_chosen_zone_is_remembered(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(5)}')
    page.get_by_role('button', name='Change the time zone').click()
    page.get_by_role('combobox', name='Time zone').select_option(label='Kathmandu')
    page.get_by_role('button', name='Show times in this zone').click()
    expect(slot(page, '2:45 PM')).to_be_visible()
    page.reload()
    expect(page.get_by_text('Kathmandu (GMT+5:45)')).to_be_visible()


def test_hostile_text_is_shown_as_text(site: Site, open_page: Open) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(11)}')
    name, comment = '<img src=x onerror=alert(1)>', '/etc/passwd {{7*7}} <script>alert(2)</script>'
    page.on('dialog', lambda _dialog: pytest.fail('a script ran'))
    book(page, '10:00 AM', name=name, comment=comment)
    expect(page.get_by_text(comment)).to_be_visible()


def test_a_key_that_opens_nothing_gets_one_and_the_same_page(site: Site, open_page: Open) -> None:
    booked = site.book(at(day_ahead(12), 10))
    pages = []
    for link in (
        f'{site.url}/appointment/nonsense',
        site.link('manage', booked)[:-1],
        site.link('chat', booked).replace('chat', 'appointment'),
    ):
        page = open_page(link, alive=False, allow=('404',))
        expect(page.get_by_role('heading', name='This link leads nowhere')).to_be_visible()
        pages.append(page.content())
    assert len(set(pages)) == 1


@pytest.mark.parametrize('scheme', ['light', 'dark'])
@pytest.mark.parametrize('width', [1280, 390])
def test_axe_finds_nothing_and_nothing_sticks_out(site: Site, open_page: Open, scheme: str, width: int) -> None:
    page = open_page(f'{site.url}/?day={day_ahead(13)}', color_scheme=scheme, viewport={'width': width, 'height': 780})

    def check() -> None:
        assert axe(page) == []
        assert page.evaluate('document.documentElement.scrollWidth') <= width

    expect(slot(page, '10:00 AM')).to_be_visible()
    check()
    if width < 720:
        page.get_by_role('button', name='choose a day').click()
        expect(page.get_by_role('grid')).to_be_visible()
        check()
        page.keyboard.press('Escape')
    page.get_by_role('button', name='Change the time zone').click()
    expect(page.get_by_role('dialog')).to_be_visible()
    check()
    page.get_by_role('dialog').get_by_role('button', name='Close').click()
    page.locator('.slot-free').first.click()
    page.get_by_role('button', name='Schedule').click()
    expect(page.get_by_label('Name')).to_have_attribute('aria-invalid', 'true')
    check()
    fill(page)
    page.get_by_role('button', name='Schedule').click()
    expect(page.get_by_role('heading', name='Scheduling successful')).to_be_visible()
    wait_alive(page)
    check()
    page.get_by_role('button', name='Cancel appointment').click()
    expect(page.get_by_role('alertdialog')).to_be_visible()
    check()
    page.get_by_role('alertdialog').get_by_role('button', name='Cancel appointment').click()
    expect(page.get_by_role('heading', name='This appointment is cancelled')).to_be_visible()
    check()


def test_the_first_visit_shows_no_wrong_times(site: Site, browser: Browser) -> None:
    context = browser.new_context(timezone_id='Asia/Tokyo', locale='en-US')
    page = context.new_page()
    page.add_init_script(
        'window.seen = new Set(); new MutationObserver(() => document.querySelectorAll(".slot-grid").forEach('
        '() => window.seen.add(document.body.innerText.includes("Tokyo")))).observe(document, {subtree: true, childList: true})'
    )
    page.goto(f'{site.url}/?day={day_ahead(5)}')
    until(lambda: page.evaluate('[...window.seen]'), 'the grid')
    assert page.evaluate('[...window.seen]') == [True]
    context.close()
