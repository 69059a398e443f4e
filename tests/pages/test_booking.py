"""The customer's pages where timing matters: answers that come late, and events that come early."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from nicegui.element import Element
from nicegui.testing import User
from sqlalchemy import update

import db
from services import appointments, availability, clock, events, kinds, outbox
from services.appointments import Customer
from services.errors import Failed
from tests.conftest import coming, on_sqlite
from tests.pages.seeing import element_with, find, press, see, trigger, until, went_back

pytestmark = on_sqlite


@pytest.fixture
def visitor(riley: db.Rep, user: User) -> User:
    """Somebody in Berlin who has been here before."""
    user.http_client.cookies.set('tz', 'Europe%2FBerlin')
    return user


def form_of(user: User) -> Element:
    return [element for element in user.client.layout.descendants() if element.tag == 'form'][-1]


def days_shown(user: User) -> set[str]:
    return {element.props['data-slot'][:10] for element in user.client.layout.descendants() if 'data-slot' in element.props}


async def test_what_is_booked_while_the_page_is_built_is_shown(
    riley: db.Rep, carol: Customer, visitor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = availability.slots_on

    def booked_right_after(*args: object) -> object:
        slots = read(*args)
        if not appointments.booked_at(riley.id, coming(riley)):
            appointments.book(kinds.FIRST, coming(riley), carol)
        return slots

    monkeypatch.setattr(availability, 'slots_on', booked_right_after)
    await visitor.open(f'/?day={coming(riley).date()}')
    await until(lambda: find(visitor, '11:00 AM').props['aria-disabled'] == 'true', visitor, 'the slot to be taken')


async def test_a_mail_that_is_sent_while_the_page_is_built_is_shown_as_sent(
    appointment: db.Appointment, visitor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = outbox.mail_state

    def sent_right_after(*args: object) -> object:
        state = read(*args)
        if state and state.state == 'waiting':
            db.writing(lambda session: session.execute(update(db.OutboxItem).values(state='done', done_at=clock.now())))
            events.publish(events.OutboxChanged(appointment.id, is_done=True))
        return state

    monkeypatch.setattr(outbox, 'mail_state', sent_right_after)
    await visitor.open(f'/appointment/{appointments.key("manage", appointment)}')
    await see(visitor, 'has been sent to carol@example.com')


async def test_of_two_days_chosen_quickly_the_last_one_is_shown(riley: db.Rep, visitor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    first = coming(riley).date()
    await visitor.open(f'/?day={first}')
    read = availability.slots_on

    def slower_for_the_next_day(rep: db.Rep, day: date, *args: object) -> object:
        if day == first + timedelta(days=1):
            time.sleep(0.3)
        return read(rep, day, *args)

    monkeypatch.setattr(availability, 'slots_on', slower_for_the_next_day)
    for days in (1, 2):
        went_back(visitor, f'?day={first + timedelta(days=days)}')
    await until(lambda: days_shown(visitor) == {str(first + timedelta(days=2))}, visitor, 'the day chosen last')


async def test_what_nobody_expected_is_said_and_the_button_can_be_pressed_again(
    riley: db.Rep, visitor: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object) -> None:
        raise ValueError('the disk is full')

    monkeypatch.setattr(appointments, 'book', fail)
    await visitor.open(f'/?day={coming(riley).date()}')
    grid = next(element for element in visitor.client.layout.descendants() if 'slot-grid' in element.classes)
    trigger(visitor, grid, 'click', coming(riley).isoformat())
    await see(visitor, 'Schedule')
    trigger(visitor, form_of(visitor), 'submit', {'name': 'Carol', 'email': 'carol@example.com', 'comment': ''})
    await see(visitor, Failed.sentence)
    await see(visitor, 'Schedule')
    assert 'the disk is full' in caplog.text
    caplog.clear()


async def test_another_zone_has_its_own_today(riley: db.Rep, visitor: User, now: object) -> None:
    now(datetime(2026, 11, 22, 20, tzinfo=UTC))  # type: ignore[operator]
    visitor.http_client.cookies.set('tz', 'Asia%2FTokyo')
    await visitor.open('/')
    assert element_with(visitor, **{'aria-label': 'Previous day'}).props['disabled']
    press(visitor, 'Change')
    await see(visitor, 'Show times in this zone')
    trigger(visitor, form_of(visitor), 'submit', {'zone': 'America/New_York'})
    await until(lambda: not element_with(visitor, **{'aria-label': 'Previous day'}).props['disabled'], visitor, 'the day before to open')
