"""The customer's pages where timing matters: answers that come late, and events that come early."""

import asyncio
import threading
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import pytest
from nicegui import ui
from nicegui.element import Element
from nicegui.testing import User
from sqlalchemy import select, update

import db
from services import appointment_changes, appointments, availability, clock, events, holds, kind_changes, kinds, mail_states, revision
from services.customers import Customer
from services.errors import Failed, NoSuchKind, SlotTaken
from services.hashing import hashed
from tests.conftest import BERLIN, Configure, coming, on_sqlite
from tests.pages.calling import link
from tests.pages.conftest import Now, RightAfter
from tests.pages.seeing import (
    around,
    element_with,
    find,
    press,
    press_named,
    press_slot,
    see,
    slot,
    told_closed,
    trigger,
    until,
    went_back,
    words_on,
)

pytestmark = on_sqlite
CAROLS, SAMS = '0' * 32, '1' * 32  # browsers
HOME = '203.0.113.7'


@pytest.fixture
def visitor(riley: db.Rep, user: User) -> User:
    """Somebody in Berlin who has been here before."""
    user.http_client.cookies.set('tz', 'Europe%2FBerlin')
    user.http_client.cookies.set('browser', CAROLS)
    return user


def form_of(user: User) -> Element:
    return [element for element in user.client.layout.descendants() if element.tag == 'form'][-1]


def days_shown(user: User) -> set[str]:
    return {element.props['data-slot'][:10] for element in user.client.layout.descendants() if 'data-slot' in element.props}


async def test_what_is_booked_while_the_page_is_built_is_shown(
    riley: db.Rep, carol: Customer, visitor: User, right_after: RightAfter
) -> None:
    right_after(availability, 'slots_on', lambda: appointments.book(kinds.FIRST, coming(riley), carol))
    await visitor.open(f'/?day={coming(riley).date()}')
    await until(lambda: find(visitor, '11:00 AM').props['aria-disabled'] == 'true', visitor, 'the slot to be taken')


async def test_a_mail_that_is_sent_while_the_page_is_built_is_shown_as_sent(
    appointment: db.Appointment, database: str, configure: Configure, visitor: User, right_after: RightAfter
) -> None:
    configure(DATABASE_URL=database, SMTP_HOST='localhost', MAIL_FROM='calls@example.com')

    def send() -> None:
        db.writing(lambda session: session.execute(update(db.OutboxItem).values(state='done', done_at=clock.now())))
        events.publish(events.OutboxChanged(appointment.id, is_done=True))

    right_after(mail_states, 'of', send)
    await visitor.open(link('manage', appointment))
    await see(visitor, 'has been sent to carol@example.com')


async def test_of_two_days_chosen_quickly_the_last_one_is_shown(riley: db.Rep, visitor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    first = coming(riley).date()
    await visitor.open(f'/?day={first}')
    read = availability.slots_on

    def slower_for_the_next_day(kind_id: int, day: date, *args: object, **choice: object) -> object:
        if day == first + timedelta(days=1):
            time.sleep(0.3)
        return read(kind_id, day, *args, **choice)

    monkeypatch.setattr(availability, 'slots_on', slower_for_the_next_day)
    for days in (1, 2):
        went_back(visitor, f'?day={first + timedelta(days=days)}')
    await until(lambda: days_shown(visitor) == {str(first + timedelta(days=2))}, visitor, 'the day chosen last')


async def test_what_nobody_expected_is_said_and_the_button_can_be_pressed_again(
    riley: db.Rep, visitor: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise ValueError('the disk is full')

    monkeypatch.setattr(appointments, 'book', fail)
    await visitor.open(f'/?day={coming(riley).date()}')
    await ask_for(visitor, coming(riley))
    trigger(visitor, form_of(visitor), 'submit', {'name': 'Carol', 'email': 'carol@example.com', 'comment': ''})
    await see(visitor, Failed.sentence)
    await see(visitor, 'Schedule')
    assert 'the disk is full' in caplog.text
    caplog.clear()


async def test_another_zone_has_its_own_today(riley: db.Rep, visitor: User, now: Now) -> None:
    now(datetime(2026, 11, 22, 20, tzinfo=UTC))
    visitor.http_client.cookies.set('tz', 'Asia%2FTokyo')
    await visitor.open('/')
    assert element_with(visitor, **{'aria-label': 'Previous day'}).props['disabled']
    press(visitor, 'Change')
    await see(visitor, 'Show times in this zone')
    trigger(visitor, form_of(visitor), 'submit', {'zone': 'America/New_York'})
    await until(lambda: not element_with(visitor, **{'aria-label': 'Previous day'}).props['disabled'], visitor, 'the day before to open')


async def test_a_card_left_open_past_midnight_goes_on_with_the_new_day(
    riley: db.Rep, visitor: User, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages import booking as page

    monkeypatch.setattr(page, 'TICK_SECONDS', 0.05)
    now(datetime(2026, 11, 23, 22, 59, tzinfo=UTC))
    await visitor.open('/')
    await see(visitor, 'Mon Nov 23, 2026')
    now(datetime(2026, 11, 23, 23, 1, tzinfo=UTC))
    await see(visitor, 'Tue Nov 24, 2026')
    await until(lambda: days_shown(visitor) == {'2026-11-24'}, visitor, 'the times of the new day')
    assert element_with(visitor, **{'aria-label': 'Previous day'}).props['disabled']


async def ask_for(user: User, starts_at: datetime) -> None:
    """Click on a slot, and wait for the dialog."""
    press_slot(user, starts_at)
    await see(user, 'Confirm appointment for')


def hold_of(browser: str) -> db.Hold | None:
    with db.reading() as session:
        return session.scalar(select(db.Hold).where(db.Hold.browser_hash == hashed(browser)))


def close_dialog(user: User) -> None:
    told_closed(user, around(form_of(user), 'dialog'))


def change_hours(riley: db.Rep, **hours: clock_time) -> None:
    def change(session: db.Session) -> None:
        session.execute(update(db.WorkingHours).values(**hours))
        revision.rise(session)

    db.writing(change)
    events.publish(events.AvailabilityChanged(riley.id))


def take_days_off(riley: db.Rep, first: date, last: date) -> None:
    def leave(session: db.Session) -> None:
        session.add(db.TimeOff(rep_id=riley.id, first_day=first, last_day=last))
        revision.rise(session)

    db.writing(leave)


async def test_a_slot_is_kept_while_its_form_is_open(riley: db.Rep, visitor: User) -> None:
    await visitor.open(f'/?day={coming(riley).date()}')
    await ask_for(visitor, coming(riley))
    await until(lambda: hold_of(CAROLS) is not None, visitor, 'the hold')
    assert slot(visitor, coming(riley)).props['aria-label'] == '11:00 AM', 'for this browser it is free'
    assert 'Keep it for five minutes' not in words_on(visitor)
    status = next(element for element in form_of(visitor).parent_slot.parent.descendants() if element.props.get('role') == 'status')
    assert all(element.visible for element in (status, *status.ancestors())), 'or a screen reader would not hear what is said there'
    change_hours(riley, starts=clock_time(11))
    await see(visitor, '6 free times.')
    close_dialog(visitor)
    await until(lambda: hold_of(CAROLS) is None, visitor, 'the hold to end')


async def test_what_another_browser_holds_is_shown_at_once_and_free_again_when_it_lets_go(riley: db.Rep, visitor: User) -> None:
    await visitor.open(f'/?day={coming(riley).date()}')
    hold = holds.take(kinds.FIRST, coming(riley), SAMS, HOME)
    await until(lambda: slot(visitor, coming(riley)).props['aria-label'] == '11:00 AM, being booked', visitor, 'the hold to be shown')
    holds.release(SAMS, hold.expires_at)
    await until(lambda: slot(visitor, coming(riley)).props['aria-label'] == '11:00 AM', visitor, 'the slot to be free')


async def test_the_last_minute_is_counted_down_and_the_time_can_be_kept_again(
    riley: db.Rep, visitor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, 'LASTS', timedelta(seconds=55))
    await visitor.open(f'/?day={coming(riley).date()}')
    await ask_for(visitor, coming(riley))
    await see(visitor, 'This time is kept for you for less than a minute more:')
    await see(visitor, ' 0:5')
    first = hold_of(CAROLS)
    db.writing(lambda session: session.execute(update(db.Hold).values(expires_at=clock.now())))
    holds.reap()
    await see(visitor, 'This time is not kept for you any more')
    press(visitor, 'Keep it for five minutes')
    await see(visitor, ' 0:5')
    again = hold_of(CAROLS)
    assert first is not None
    assert again is not None
    assert again.expires_at > first.expires_at


async def test_a_second_tab_takes_over_and_the_first_one_is_told(riley: db.Rep, visitor: User) -> None:
    await visitor.open(f'/?day={coming(riley).date()}')
    await ask_for(visitor, coming(riley))
    await until(lambda: hold_of(CAROLS) is not None, visitor, 'the hold')
    other = holds.take(kinds.FIRST, coming(riley, hour=12), CAROLS, HOME)
    await see(visitor, 'This time is not kept for you any more')
    close_dialog(visitor)
    await until(lambda: hold_of(CAROLS) is not None, visitor, 'nothing')
    found = hold_of(CAROLS)
    assert found is not None
    assert found.starts_at == other.starts_at


async def test_a_page_that_is_lost_keeps_nothing(riley: db.Rep, visitor: User) -> None:
    await visitor.open(f'/?day={coming(riley).date()}')
    await ask_for(visitor, coming(riley))
    await until(lambda: hold_of(CAROLS) is not None, visitor, 'the hold')
    visitor.client.delete()
    end = time.monotonic() + 5
    while hold_of(CAROLS):
        assert time.monotonic() < end, 'the hold stays'
        await asyncio.sleep(0.02)


async def test_a_crowded_office_can_book_without_a_hold(riley: db.Rep, visitor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, 'MOST_PER_NETWORK', 0)
    await visitor.open(f'/?day={coming(riley).date()}')
    await ask_for(visitor, coming(riley))
    await see(visitor, 'This time is not kept for you, as several are being booked')
    trigger(visitor, form_of(visitor), 'submit', {'name': 'Carol', 'email': 'carol@example.com', 'comment': ''})
    await until(lambda: appointments.booked_at(riley.id, coming(riley)) is not None, visitor, 'the booking')


async def test_a_slot_that_went_before_its_form_was_open_is_told(riley: db.Rep, carol: Customer, visitor: User) -> None:
    await visitor.open(f'/?day={coming(riley).date()}')
    db.writing(lambda session: session.add(db.Cell(rep_id=riley.id, starts_at=coming(riley))))
    await ask_for(visitor, coming(riley))
    await see(visitor, SlotTaken.sentence)


def robin_too(session: db.Session) -> db.Rep:
    """A second rep of the first kind, at the same hours."""
    robin = db.Rep(name='Robin Reyes', email='robin@example.com', time_zone=BERLIN, created_at=clock.now())
    session.add(robin)
    session.flush()
    session.add(db.KindRep(kind_id=kinds.FIRST, rep_id=robin.id))
    session.add_all(db.WorkingHours(rep_id=robin.id, weekday=day, starts=clock_time(10), ends=clock_time(17)) for day in range(7))
    session.execute(update(db.Kind).values(customer_chooses_rep=True))
    revision.rise(session)
    return robin


async def test_a_slot_is_free_until_its_last_rep_is_gone(riley: db.Rep, carol: Customer, visitor: User) -> None:
    robin = db.writing(robin_too)
    await visitor.open(f'/?day={coming(riley).date()}')
    appointments.book(kinds.FIRST, coming(riley), carol, rep_id=riley.id)
    holds.take(kinds.FIRST, coming(riley), SAMS, HOME, robin.id)
    await until(lambda: slot(visitor, coming(riley)).props['aria-label'] == '11:00 AM, being booked', visitor, 'the hold to be shown')
    appointments.book(kinds.FIRST, coming(riley), carol, rep_id=robin.id, browser=SAMS)
    await until(lambda: slot(visitor, coming(riley)).props['aria-label'] == '11:00 AM, taken', visitor, 'the booking to be shown')


async def test_a_rep_can_be_chosen_and_stands_in_the_address(riley: db.Rep, carol: Customer, visitor: User) -> None:
    robin = db.writing(robin_too)
    appointments.book(kinds.FIRST, coming(riley), carol, rep_id=robin.id)
    await visitor.open(f'/?day={coming(riley).date()}&rep={robin.id}')
    assert slot(visitor, coming(riley)).props['aria-disabled'] == 'true'
    chooser = next(element for element in visitor.client.layout.descendants() if element.tag == 'select')
    trigger(visitor, chooser, 'change', '')
    await until(lambda: slot(visitor, coming(riley)).props['aria-disabled'] == 'false', visitor, 'any rep to do')
    went_back(visitor, f'?day={coming(riley).date()}&rep={robin.id}')
    await until(lambda: slot(visitor, coming(riley)).props['aria-disabled'] == 'true', visitor, 'the rep to be the one asked for')


async def test_a_rep_who_can_be_chosen_no_more_is_not_chosen_any_longer(riley: db.Rep, carol: Customer, visitor: User) -> None:
    robin = db.writing(robin_too)
    appointments.book(kinds.FIRST, coming(riley), carol, rep_id=riley.id)
    await visitor.open(f'/?day={coming(riley).date()}&rep={robin.id}')
    assert slot(visitor, coming(riley)).props['aria-disabled'] == 'false'

    def leave(session: db.Session) -> None:
        session.get_one(db.Rep, robin.id).is_active = False
        revision.rise(session)

    db.writing(leave)
    events.publish(events.RepChanged(robin.id))
    await until(lambda: slot(visitor, coming(riley)).props['aria-disabled'] == 'true', visitor, "the time to be Riley's")


async def test_who_looks_at_a_kind_that_is_deleted_is_told(riley: db.Rep, visitor: User) -> None:
    await visitor.open(f'/?day={coming(riley).date()}')
    kind_changes.remove(kinds.FIRST)
    await see(visitor, 'No free times on this day')
    assert visitor.notify.messages == [NoSuchKind.sentence]
    press(visitor, 'Next available')
    await until(lambda: len(visitor.notify.messages) == 2, visitor, 'the same sentence')


async def test_a_kind_that_changes_before_the_page_listens_is_shown_as_it_is_now(
    riley: db.Rep, visitor: User, right_after: RightAfter
) -> None:
    right_after(kinds, 'active', lambda: kind_changes.show(kinds.FIRST, is_active=False))
    await visitor.open(f'/?day={coming(riley).date()}')
    await see(visitor, 'No free times on this day')


async def test_a_day_that_is_full_no_more_is_shown_also_when_another_date_of_the_viewers_was_booked(
    riley: db.Rep, carol: Customer, visitor: User
) -> None:
    def change(session: db.Session) -> None:
        session.execute(update(db.WorkingHours).values(starts=clock_time(), ends=clock_time()))
        session.execute(update(db.Kind).values(most_a_day=1))
        revision.rise(session)

    db.writing(change)
    booked, late = appointments.book(kinds.FIRST, coming(riley, hour=10), carol), coming(riley, hour=23)
    visitor.http_client.cookies.set('tz', 'Asia%2FTokyo')
    await visitor.open(f'/?day={late.astimezone(ZoneInfo("Asia/Tokyo")).date()}')
    assert slot(visitor, late).props['aria-disabled'] == 'true'
    appointment_changes.cancel(booked.id)
    await until(lambda: slot(visitor, late).props['aria-disabled'] == 'false', visitor, 'the day to have room')


async def test_what_comes_late_of_one_time_is_not_said_about_another(riley: db.Rep, visitor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    take, go = holds.take, threading.Event()

    def slow(kind_id: int, starts_at: datetime, *args: object) -> db.Hold:
        if starts_at == coming(riley):
            go.wait(5)
            raise SlotTaken
        return take(kind_id, starts_at, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(holds, 'take', slow)
    await visitor.open(f'/?day={coming(riley).date()}')
    await ask_for(visitor, coming(riley))
    close_dialog(visitor)
    await ask_for(visitor, coming(riley, hour=12))
    await see(visitor, f'{coming(riley).date():%a %b} {coming(riley).date().day}, {coming(riley).year} at 12:00 PM')
    go.set()
    await until(lambda: hold_of(CAROLS) is not None, visitor, 'the hold')
    assert SlotTaken.sentence not in words_on(visitor)


def month_of(user: User) -> str:
    return next(element.content for element in user.client.layout.descendants() if isinstance(element, ui.html))


async def test_the_month_says_how_many_times_a_day_has_and_follows_what_happens(riley: db.Rep, carol: Customer, visitor: User) -> None:
    day = coming(riley).date()
    long_day = f'{day:%A}, {day:%B} {day.day}'
    await visitor.open(f'/?day={day}')
    assert f"'{long_day}, 7 free times'" in month_of(visitor)
    appointments.book(kinds.FIRST, coming(riley), carol)
    await until(lambda: slot(visitor, coming(riley)).props['aria-disabled'] == 'true', visitor, 'the booking to be shown')
    every_few_seconds = next(element for element in visitor.client.layout.descendants() if isinstance(element, ui.timer) and element.active)
    await every_few_seconds.callback()
    assert f"'{long_day}, 6 free times'" in month_of(visitor)


async def test_next_available_leads_to_the_first_free_time_whatever_month_it_is_in(riley: db.Rep, visitor: User) -> None:
    away = clock.now().astimezone(ZoneInfo(BERLIN)).date()
    take_days_off(riley, away, away + timedelta(days=60))
    await visitor.open('/')
    await see(visitor, 'No free times on this day')
    press(visitor, 'Next available')
    await until(lambda: days_shown(visitor) == {str(away + timedelta(days=61))}, visitor, 'the first free day')
    take_days_off(riley, away + timedelta(days=70), away + timedelta(days=79))
    await visitor.open(f'/?day={away + timedelta(days=75)}')
    press(visitor, 'Next available')
    await until(lambda: days_shown(visitor) == {str(away + timedelta(days=80))}, visitor, 'the first free day after the empty one')


async def test_hours_that_change_are_shown_without_a_reload(riley: db.Rep, visitor: User) -> None:
    await visitor.open(f'/?day={coming(riley).date()}')
    change_hours(riley, starts=clock_time(14))
    await see(visitor, '3 free times.')


async def test_the_month_that_is_looked_at_stays_when_hours_change(riley: db.Rep, visitor: User) -> None:
    day = coming(riley).date()
    following = (day.replace(day=28) + timedelta(days=7)).replace(day=15)
    await visitor.open(f'/?day={day}')
    press_named(visitor, 'Next month')
    await see(visitor, f'{following:%B %Y}')
    db.writing(lambda session: session.execute(update(db.WorkingHours).values(starts=clock_time(14))))
    db.writing(revision.rise)
    events.publish(events.AvailabilityChanged(riley.id))
    await until(lambda: f"data-day={following} aria-label='{following:%A}, {following:%B} 15, 3 free" in month_of(visitor), visitor, 'it')
    await see(visitor, f'{following:%B %Y}')


async def test_the_hours_of_somebody_else_are_no_reason_to_look(riley: db.Rep, visitor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    await visitor.open(f'/?day={coming(riley).date()}')
    reads, read = [], availability.slots_on

    def note(*args: object, **more: object) -> object:
        reads.append(args)
        return read(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(availability, 'slots_on', note)
    events.publish(events.AvailabilityChanged(99))
    change_hours(riley, starts=clock_time(14))
    await see(visitor, '3 free times.')
    assert len(reads) == 1


async def test_a_kind_has_a_page_of_its_own_and_several_are_offered(riley: db.Rep, visitor: User) -> None:
    def add(session: db.Session) -> None:
        kind = db.Kind(name='A short call', slug='short', minutes=30, step_minutes=30, created_at=clock.now(), description='Only a word.')
        session.add(kind)
        session.flush()
        session.add(db.KindRep(kind_id=kind.id, rep_id=riley.id))
        revision.rise(session)

    db.writing(add)
    await visitor.open('/')
    await see(visitor, 'What would you like to book?')
    await visitor.open(f'/short?day={coming(riley).date()}')
    await see(visitor, 'Only a word.')
    await see(visitor, '30 minutes')
    await see(visitor, '14 free times.')
    assert (await visitor.http_client.get('/nothing')).status_code == 404


async def test_the_clock_can_be_switched(riley: db.Rep, visitor: User) -> None:
    await visitor.open(f'/?day={coming(riley).date()}')
    press(visitor, '24 h')
    await see(visitor, '16:00')
    visitor.http_client.cookies.set('clock', '24')
    await visitor.open(f'/?day={coming(riley).date()}')
    await see(visitor, '16:00')


async def test_a_week_begins_where_the_viewer_lives(riley: db.Rep, visitor: User) -> None:
    visitor.http_client.headers['accept-language'] = 'en-GB'
    await visitor.open('/')
    assert month_of(visitor).index('>Mo<') < month_of(visitor).index('>Su<')
