"""Saying when one can be booked, in a real browser: typed, saved by itself, seen by customers, with keyboard and screen reader."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from services import working_hours
from tests.browser.conftest import axe, wait_alive
from tests.calendar_server import CalendarServer, calendar_server
from tests.calendar_texts import calendar, event
from tests.site import Site

LOOKS = [(1280, 'light'), (390, 'dark')]


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    """A site that may read calendars on this machine."""
    return make_site(BUSY_CALENDARS_PRIVATE='true')


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server() as running:
        yield running


@pytest.mark.parametrize(('width', 'scheme'), LOOKS)
def test_hours_are_typed_saved_by_themselves_and_seen_by_customers(
    site: Site, server: CalendarServer, open_page: Callable[..., Page], width: int, scheme: str
) -> None:
    rep = site.rep()
    for row in working_hours.time_off(rep):
        working_hours.remove_time_off(rep.id, row.id)
    monday = datetime.now(UTC).date() + timedelta(days=7 - datetime.now(UTC).weekday())
    shown = f'{monday:%a %b} {monday.day}, {monday.year}'
    page = open_page(site.new_sign_in_link(), viewport={'width': width, 'height': 800}, color_scheme=scheme)
    page.goto(f'{site.url}/availability')
    wait_alive(page)
    starts, ends = page.get_by_label('Monday, from'), page.get_by_label('Monday, until')
    starts.press_sequentially('0900AM')
    ends.press_sequentially('1200PM')
    expect(page.get_by_role('button', name=f'{shown}, 3 free times')).to_be_visible()
    expect(page.get_by_text('Saved.')).to_be_visible()
    assert working_hours.week(rep.id)[0] == [(time(9), time(12))]

    ends.fill('08:00')
    expect(page.get_by_text('Please let the hours end after they start')).to_be_visible()
    expect(ends).to_have_value('08:00')
    expect(ends).to_be_focused()
    assert working_hours.week(rep.id)[0] == [(time(9), time(12))]
    ends.fill('12:00')
    expect(page.get_by_text('Please let the hours end after they start')).to_have_count(0)

    page.get_by_role('button', name='Add time off').click()
    page.get_by_label('First day').fill(monday.isoformat())
    page.get_by_label('From', exact=True).fill('09:00')
    page.get_by_label('Until', exact=True).fill('10:00')
    assert axe(page) == []
    page.get_by_role('button', name='Add', exact=True).press('Enter')
    expect(page.get_by_text('Time off, 9:00 AM – 10:00 AM')).to_be_visible()
    expect(page.get_by_role('button', name=f'{shown}, 2 free times')).to_be_visible()

    server.publish(calendar(event(f'DTSTART:{monday:%Y%m%d}T110000Z', 'DURATION:PT30M')))
    page.get_by_label('Address of a calendar').fill(server.url)
    page.get_by_role('button', name='Add this calendar').click()
    expect(page.get_by_text('1 busy time ahead · read just now')).to_be_visible()
    expect(page.get_by_label('Address of a calendar')).to_have_value('')
    page.get_by_role('button', name=f'{shown}, 1 free time').click()
    expect(page.get_by_role('heading', name=shown)).to_be_visible()
    expect(page.locator('.preview-times')).to_have_text('10:00 AM')

    page.get_by_label('Country').select_option('Germany')
    box = page.get_by_role('checkbox', name=re.compile('German Unity Day'))
    box.press('Space')
    expect(box).not_to_be_checked()
    expect(box).to_be_focused()
    assert axe(page) == []
    assert page.evaluate('document.documentElement.scrollWidth') <= width
    page.get_by_role('button', name='Remove the calendar “Calendar 1” on 127.0.0.1').click()
    page.get_by_role('button', name='Remove', exact=True).click()
    expect(page.get_by_text('busy time ahead')).to_have_count(0)
    page.get_by_label('Country').select_option('')
    expect(box).to_have_count(0)
