"""Whom a rep is to call next, and who waits."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

import db
from services import appointment_changes, appointments, calls, kinds, next_calls, places, seats
from services.customers import Customer
from services.video.base import CUSTOMER, REP, Seat
from tests.conftest import TOKYO, coming, on_sqlite
from tests.occupants import Nobody

MINUTE = timedelta(minutes=1)


@pytest.fixture
def three(riley: db.Rep) -> Iterator[list[db.Appointment]]:
    """Riley's appointments at 11, 12 and 13 o'clock."""
    return [
        appointments.book(kinds.FIRST, coming(riley, hour=hour), Customer(name, 'someone@example.com', '', TOKYO))
        for hour, name in ((11, 'Carol Tanaka'), (12, 'Sam Stone'), (13, 'Ana Lima'))
    ]


def sit(appointment: db.Appointment, seat: Seat = CUSTOMER) -> places.Place:
    return seats.take(appointment.id, seat, Nobody())


def names(found: list[db.Appointment]) -> list[str]:
    return [appointment.name.split()[0] for appointment in found]


def whom(three: list[db.Appointment], now: datetime) -> str:
    found = next_calls.to_call(three, now)
    return found.name.split()[0] if found else ''


def test_near_are_the_booked_appointments_whose_call_is_open_or_opens_within_a_day(
    three: list[db.Appointment], robin: db.Rep, now: Callable[[datetime], None]
) -> None:
    starts_at = three[0].starts_at
    assert next_calls.near(three[0].rep_id, starts_at - timedelta(days=1, hours=1, minutes=1)) == []
    assert names(next_calls.near(three[0].rep_id, starts_at - timedelta(days=1, hours=1))) == ['Carol']
    now(starts_at - MINUTE)
    appointment_changes.cancel(three[1].id)
    assert names(next_calls.near(three[0].rep_id, starts_at)) == ['Carol', 'Ana']
    assert names(next_calls.near(three[0].rep_id, calls.window(three[0])[1])) == ['Ana']
    assert next_calls.near(robin.id, starts_at) == []


@on_sqlite
def test_who_waits_longest_is_called_next(three: list[db.Appointment], now: Callable[[datetime], None]) -> None:
    starts_at = three[0].starts_at
    assert whom(three, starts_at) == 'Carol'
    for minutes, index in ((3, 2), (5, 1)):
        now(starts_at + minutes * MINUTE)
        sit(three[index])
    assert names(next_calls.waiting(three)) == ['Ana', 'Sam']
    assert whom(three, starts_at + 6 * MINUTE) == 'Sam'  # Ana's call is not open yet
    assert whom(three[1:], three[2].starts_at - 6 * MINUTE) == 'Sam'


@on_sqlite
@pytest.mark.parametrize(('minutes', 'next_is'), [(-6, 'Ana'), (-4, 'Sam'), (10, 'Sam')])
def test_whose_appointment_has_begun_or_soon_begins_comes_before_one_who_waits_longer_for_a_later_one(
    three: list[db.Appointment], now: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch, minutes: int, next_is: str
) -> None:
    for at, appointment in ((-20, three[2]), (-10, three[1])):
        now(three[1].starts_at + at * MINUTE)
        sit(appointment)
    monkeypatch.setattr(calls, 'AROUND_START', timedelta(minutes=90))
    assert whom(three, three[1].starts_at + minutes * MINUTE) == next_is


@on_sqlite
@pytest.mark.parametrize('is_page_gone', [True, False])
def test_who_fell_silent_is_called_after_who_is_there(three: list[db.Appointment], is_page_gone: bool) -> None:
    place = sit(three[0])
    sit(three[1])
    assert whom(three, three[1].starts_at) == 'Carol'
    if is_page_gone:
        seats.page_gone(place)
    else:
        place.heard_at -= 8
    assert whom(three, three[1].starts_at) == 'Sam'
    assert whom(three[:1], three[0].starts_at) == 'Carol'


@on_sqlite
def test_a_call_in_which_the_rep_sits_is_not_called_next(three: list[db.Appointment]) -> None:
    sit(three[0], REP)
    assert whom(three, three[0].starts_at) == 'Sam'
    sit(three[0])
    assert next_calls.waiting(three) == []
    assert whom(three, three[0].starts_at) == 'Sam'


@on_sqlite
def test_who_left_comes_after_who_has_not_come_yet_and_who_is_over_never(three: list[db.Appointment]) -> None:
    seats.leave(sit(three[0]))
    assert whom(three, three[0].starts_at) == 'Sam'
    assert whom(three[:1], three[0].starts_at) == 'Carol'
    assert whom(three[:1], three[0].starts_at + 60 * MINUTE) == ''


@on_sqlite
def test_before_the_first_call_opens_it_is_told_which_that_will_be(three: list[db.Appointment]) -> None:
    early = three[0].starts_at - 61 * MINUTE
    assert whom(three, early) == ''
    assert next_calls.to_open(three, early) is three[0]
    assert next_calls.to_open(three, early + MINUTE) is three[1]
    assert next_calls.to_open([], early) is None


@on_sqlite
@pytest.mark.parametrize(('minutes', 'is_told'), [(-5.1, False), (-5, True), (0, True), (0.9, True), (1, False)])
def test_what_begins_is_told_from_five_minutes_before_until_a_minute_after(
    three: list[db.Appointment], minutes: float, is_told: bool
) -> None:
    at = three[1].starts_at + minutes * MINUTE
    assert (next_calls.beginning(three, at, but=three[0].id) is three[1]) == is_told
    assert next_calls.beginning(three, at, but=three[1].id) is None
