"""`/availability` in a simulated browser."""

import asyncio
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from nicegui import ui
from nicegui.testing import User

import db
from services import appointments, busy_calendars, clock, events, kinds, sign_ins, working_hours
from services.calendar_reading import Found
from services.customers import Customer
from services.times import Reader
from tests.conftest import BERLIN, coming, on_sqlite
from tests.pages.rights import end_admin_rights
from tests.pages.seeing import answer, around, element_with, find, press, press_named, see, see_no, trigger, until, words_on

pytestmark = on_sqlite

ADDRESS = 'https://calendar.example.com/private-0123/basic.ics'


def next_monday() -> date:
    """A Monday in the preview, not today."""
    return next(day for day in (clock.now().date() + timedelta(days=ahead) for ahead in range(7, 14)) if day.weekday() == 0)


def group(user: User, weekday: str) -> ui.element:
    """The line of this weekday."""
    return element_with(user, **{'aria-label': weekday, 'role': 'group'})


def line(user: User, weekday: str, **values: str) -> None:
    """Let the line of this weekday hold these values, as the browser would send them."""
    trigger(user, next(group(user, weekday).ancestors()), 'change', {name.replace('_', '-'): value for name, value in values.items()})


def press_icon(user: User, name: str, **values: str) -> None:
    """Press the icon with this name; around it stand these values."""
    press_named(user, name, {name.replace('_', '-'): value for name, value in values.items()})


def times_of(user: User, weekday: str) -> list[object]:
    """What the line of this weekday was filled with."""
    return [one.props['defaultValue'] for one in group(user, weekday).descendants() if one.props.get('type') == 'time']


def send(user: User, **values: str) -> None:
    """Send the form in the dialog."""
    dialog = next(element for element in user.client.layout.descendants() if element.tag == 'dialog' and list(element.descendants()))  # type: ignore[union-attr]
    trigger(user, next(element for element in dialog.descendants() if element.tag == 'form'), 'submit', values)


async def test_changed_hours_are_saved_at_once_and_seen_in_another_tab_and_by_customers(
    riley: db.Rep, rep_user: User, create_user: Callable[[], User], key: str
) -> None:
    await rep_user.open('/availability')
    other = create_user()
    other.http_client.cookies.set('sign_in', key)
    other.http_client.cookies.set('tz', BERLIN)
    await other.open('/availability')
    line(rep_user, 'Monday', works='on', starts_0='09:00', ends_0='11:00')
    await see(rep_user, 'Saved.')
    assert working_hours.week(riley.id)[0] == [(time(9), time(11))]
    await until(lambda: times_of(other, 'Monday') == ['09:00', '11:00'], other, 'the new hours')
    assert times_of(rep_user, 'Monday') == ['10:00', '17:00']  # what was typed is in the browser only: its line is left alone
    monday = next_monday()
    await see(other, f'{monday:%a %b} {monday.day}, {monday.year}, 2 free times')


async def test_days_are_told_as_where_the_viewer_lives(riley: db.Rep, rep_user: User) -> None:
    rep_user.http_client.headers['accept-language'] = 'en-GB'
    day = next_monday()
    working_hours.add_time_off(riley, day.isoformat())
    await rep_user.open('/availability')
    words = Reader(ZoneInfo(BERLIN), language='en-GB').day_words(day)
    assert words.startswith(f'Mon {day.day} ')
    await see(rep_user, f'{words}, no free times')
    assert find(rep_user, words).classes == ['entry-title']


async def test_hours_that_cannot_be_stay_as_they_are_typed_with_the_reason(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/availability')
    press_icon(rep_user, 'Add hours on Monday', works='on', starts_0='10:00', ends_0='09:00')
    await see(rep_user, 'Please let the hours end after they start')
    assert times_of(rep_user, 'Monday') == ['10:00', '09:00', '10:00', '11:00']
    assert working_hours.week(riley.id)[0] == [(time(10), time(17))]
    events.publish(events.AvailabilityChanged(riley.id))
    press_icon(rep_user, 'Remove hours 1 of Monday', works='on', starts_0='10:00', ends_0='09:00', starts_1='20:00', ends_1='00:00')
    await see(rep_user, 'Saved.')
    assert 'Please let the hours end after they start' not in ' '.join(words_on(rep_user))
    assert working_hours.week(riley.id)[0] == [(time(20), time())]


async def test_what_was_saved_is_not_said_any_more_when_something_else_is_typed(
    riley: db.Rep, rep_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rep_user.open('/availability')
    hours = next(one for one in group(rep_user, 'Monday').ancestors() if 'hours' in one.classes)
    line(rep_user, 'Monday', works='on', starts_0='10:00', ends_0='12:00')
    await see(rep_user, 'Saved.')
    trigger(rep_user, hours, 'input')
    assert 'Saved.' not in words_on(rep_user)
    save, loop = working_hours.set_days, asyncio.get_running_loop()

    def save_while_typing(*args: Any) -> list[working_hours.Range]:
        loop.call_soon_threadsafe(trigger, rep_user, hours, 'input')
        return save(*args)

    monkeypatch.setattr(working_hours, 'set_days', save_while_typing)
    line(rep_user, 'Monday', works='on', starts_0='10:00', ends_0='13:00')
    await see(rep_user, ', 3 free times')
    assert 'Saved.' not in words_on(rep_user)


async def test_a_day_is_unticked_ticked_and_copied_to_others(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/availability')
    line(rep_user, 'Sunday', starts_0='10:00', ends_0='17:00')
    await see(rep_user, 'Not working')
    await until(lambda: working_hours.week(riley.id)[6] == [], rep_user, 'no hours')
    line(rep_user, 'Sunday', works='on')
    await see_no(rep_user, 'Not working')
    await until(lambda: working_hours.week(riley.id)[6] == [(time(9), time(17))], rep_user, 'the usual hours')
    press_icon(rep_user, 'Copy the hours of Sunday to other days', works='on', starts_0='08:00', ends_0='09:30')
    await see(rep_user, 'Copy the hours of Sunday to')
    send(rep_user, **{'0': 'on', '2': 'on'})
    copied = [(time(8), time(9, 30))]
    await until(lambda: working_hours.week(riley.id)[2] == copied, rep_user, 'the copy')
    assert working_hours.week(riley.id)[:3] == [copied, [(time(10), time(17))], copied]


async def test_time_off_is_added_and_removed_and_what_is_outside_is_listed(riley: db.Rep, carol: Customer, rep_user: User) -> None:
    appointment = appointments.book(kinds.FIRST, coming(riley, 3), carol, rep_id=riley.id)
    day = (clock.now().date() + timedelta(days=3)).isoformat()
    await rep_user.open('/availability')
    press(rep_user, 'Add time off')
    await see(rep_user, 'Leave it empty for a single day.')
    send(rep_user, first_day='', note='Dentist')
    await see(rep_user, 'Please choose a day.')
    send(rep_user, first_day=day, starts='10:00', ends='12:00', note='Dentist')
    await see(rep_user, 'Time off, 10:00 AM – 12:00 PM · Dentist')
    await see(rep_user, 'One appointment is booked outside these hours.')
    await see(rep_user, 'Carol Tanaka')
    press(rep_user, 'Add extra hours')
    await see(rep_user, 'Customers can book these hours too')
    send(rep_user, day=day, starts='10:00', ends='12:00')
    await see(rep_user, 'Extra hours, 10:00 AM – 12:00 PM')
    await see_no(rep_user, 'outside these hours')
    removing = next(name for name in labels(rep_user) if name.startswith('Remove time off'))
    press_icon(rep_user, removing)
    await see_no(rep_user, 'Dentist')
    assert working_hours.time_off(riley) == []
    assert appointments.get(appointment.id).cancelled_at is None


def shown(rep: db.Rep) -> str:
    """Where the rep is."""
    return Reader(ZoneInfo(rep.time_zone)).place()


def labels(user: User) -> list[str]:
    """The names of all that has one for screen readers."""
    assert user.client is not None
    return [str(element.props['aria-label']) for element in user.client.layout.descendants() if 'aria-label' in element.props]


async def test_holidays_are_chosen_by_country_and_region_and_unticked_one_by_one(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/availability')
    assert "Women's Day" not in ' '.join(words_on(rep_user))
    form = around(element_with(rep_user, name='country'), 'form')
    trigger(rep_user, form, 'change', {'country': 'DE', 'region': 'BE'})
    await see(rep_user, "Women's Day")
    box = element_with(rep_user, value="Women's Day")
    trigger(rep_user, around(box, 'fieldset'), 'change', ["Women's Day", False])
    await until(lambda: any(one.is_worked for one in working_hours.holidays(db_rep(riley))), rep_user, 'the worked holiday')
    assert element_with(rep_user, value="Women's Day") is box


def db_rep(rep: db.Rep) -> db.Rep:
    """The rep as the database has them now."""
    with db.reading() as session:
        return session.get_one(db.Rep, rep.id)


async def test_a_calendar_is_added_read_again_and_removed_and_its_address_is_never_shown(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/availability')
    form = around(element_with(rep_user, name='address'), 'form')
    trigger(rep_user, form, 'submit', {'address': 'ftp://example.com'})
    await see(rep_user, 'Please give an address that begins with https://')
    trigger(rep_user, form, 'submit', {'address': ADDRESS})
    await see(rep_user, '0 busy times ahead · being read …')
    await see(rep_user, 'Added. It is being read.')
    (due,) = busy_calendars.claim(1)
    starts_at = coming(riley, 3)
    busy_calendars.keep(due, Found([(starts_at, starts_at + timedelta(hours=1))]))
    await see(rep_user, '1 busy time ahead · read just now')
    assert 'Added. It is being read.' not in words_on(rep_user)
    press_icon(rep_user, 'Read the calendar “Calendar 1” on calendar.example.com now')
    await see(rep_user, '1 busy time ahead · being read …')
    busy_calendars.fail(due, 'The server has a problem.')
    await see(rep_user, 'The server has a problem.')
    assert 'private-0123' not in str([(one.props, one._text) for one in rep_user.client.layout.descendants()])  # type: ignore[union-attr]
    press_icon(rep_user, 'Remove the calendar “Calendar 1” on calendar.example.com')
    await answer(rep_user, 'Remove the calendar “Calendar 1” on calendar.example.com?', 'Remove')
    await see_no(rep_user, 'busy time ahead')
    assert busy_calendars.of(riley.id) == []


async def test_calendars_on_one_server_are_told_apart_by_their_names_or_numbers(riley: db.Rep, rep_user: User) -> None:
    for number in range(4):
        busy_calendars.add(riley.id, f'{ADDRESS}?{number}')
    await rep_user.open('/availability')
    await see(rep_user, 'Calendar 4')
    for due, name in zip(busy_calendars.claim(4), ('Work', 'Private', 'Work', ''), strict=True):
        busy_calendars.keep(due, Found([], name=name))
    titles = ['Work 1', 'Private', 'Work 3', 'Calendar 4']
    await until(lambda: [words for words in words_on(rep_user) if words in titles] == titles, rep_user, 'the names')
    press_icon(rep_user, 'Remove the calendar “Work 1” on calendar.example.com')
    await answer(rep_user, 'Remove the calendar “Work 1” on calendar.example.com?', 'Remove')
    await see(rep_user, 'Calendar 3')
    assert 'Read the calendar “Work” on calendar.example.com now' in labels(rep_user)


async def test_an_admin_sees_and_changes_the_availability_of_others_and_nobody_else_does(riley: db.Rep, rep_user: User, key: str) -> None:
    robin = db.Rep(name='Robin', email='robin@example.com', time_zone='America/New_York', created_at=riley.created_at)
    db.writing(lambda session: session.add(robin))
    await rep_user.open(f'/availability?rep={robin.id}')
    await see(rep_user, f'{shown(robin)} time')
    await see(rep_user, 'Nobody can book here yet.')
    line(rep_user, 'Friday', works='on')
    await until(lambda: working_hours.week(robin.id)[4] == [(time(9), time(17))], rep_user, 'the hours of Robin')
    end_admin_rights()
    line(rep_user, 'Friday')
    await until(lambda: rep_user.notify.messages == ['This belongs to somebody else. Please ask an admin.'], rep_user, 'the refusal')
    assert (await rep_user.http_client.get(f'/availability?rep={robin.id}')).status_code == 403
    assert (await rep_user.http_client.get('/availability?rep=99')).status_code == 403
    assert (await rep_user.http_client.get('/availability')).status_code == 200
    assert working_hours.week(robin.id)[4] == [(time(9), time(17))]
    events.publish(events.AvailabilityChanged(robin.id))
    await see(rep_user, f'{shown(riley)} time')
    sign_ins.end(key)
    assert (await rep_user.http_client.get('/availability')).status_code == 303


@pytest.mark.parametrize('rep', ['99', 'x'])
async def test_a_rep_who_is_not_there_is_told_with_a_sentence(rep_user: User, rep: str) -> None:
    response = await rep_user.http_client.get(f'/availability?rep={rep}')
    assert response.status_code == 400
    assert 'There is no such rep.' in response.text
