"""When a rep works: weekly hours, time off, extra hours and public holidays, and what each change does to what can be booked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

import db
from services import appointment_changes, appointments, availability, events, kinds, reps, revision, working_hours
from services.customers import Customer
from services.errors import InvalidFields
from tests.conftest import BERLIN, TOKYO, on_sqlite

MONDAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def in_november(now: Callable[[datetime], None]) -> None:
    """It is noon on November 22, 2026 in Berlin, a Sunday."""
    now(datetime(2026, 11, 22, 11, tzinfo=UTC))


def free(day: date) -> list[str]:
    """The times that can be booked on a day in Berlin."""
    zone = ZoneInfo(BERLIN)
    slots = availability.slots_on(kinds.FIRST, day, zone)
    return [f'{slot.starts_at.astimezone(zone):%H:%M}' for slot in slots if slot.state == 'free']


def problems(change: Callable[[], object]) -> dict[str, str]:
    """The sentences for what cannot be taken."""
    with pytest.raises(InvalidFields) as error:
        change()
    return error.value.fields


def number() -> int:
    with db.reading() as session:
        return revision.number(session)


def test_a_day_has_any_number_of_hours_and_other_days_keep_theirs(riley: db.Rep, heard: list[events.Event]) -> None:
    before = number()
    ranges = working_hours.set_days(riley.id, [0], [('14:00', '16:00'), ('22:00', '00:00'), ('09:30', '10:30')])
    week = working_hours.week(riley.id)
    assert week[0] == ranges == [(time(9, 30), time(10, 30)), (time(14), time(16)), (time(22), time())]
    assert week[1:] == [[(time(10), time(17))]] * 6
    assert free(MONDAY) == ['09:30', '14:00', '15:00', '22:00', '23:00']
    assert heard == [events.AvailabilityChanged(riley.id)]
    assert number() == before + 1
    working_hours.set_days(riley.id, [0, 1], [])
    assert (free(MONDAY), free(MONDAY + timedelta(days=1))) == ([], [])


@on_sqlite
@pytest.mark.parametrize(
    ('typed', 'wrong'),
    [
        ([('', '')], {'0': 'both times'}),
        ([('09:00', '')], {'0': 'both times'}),
        ([('9', 'noon')], {'0': 'both times'}),
        ([('09:03', '10:00')], {'0': 'steps of 5 minutes'}),
        ([('09:00:30', '10:00')], {'0': 'steps of 5 minutes'}),
        ([('09:00', '09:00')], {'0': 'end after they start'}),
        ([('10:00', '09:00'), ('11:00', '12:00')], {'0': 'end after they start'}),
        ([('09:00', '12:00'), ('11:55', '13:00')], {'1': 'overlap those from 09:00 to 12:00'}),
        ([('23:00', '23:30'), ('22:00', '00:00')], {'0': 'overlap those from 22:00 to 00:00'}),
    ],
)
def test_hours_that_cannot_be_are_told_one_by_one_and_nothing_changes(
    riley: db.Rep, typed: list[tuple[str, str]], wrong: dict[str, str]
) -> None:
    told = problems(lambda: working_hours.set_days(riley.id, [0], typed))
    assert set(told) == set(wrong)
    assert all(words in told[place] for place, words in wrong.items())
    assert working_hours.week(riley.id)[0] == [(time(10), time(17))]


def test_time_off_takes_whole_days_or_a_part_of_each(riley: db.Rep) -> None:
    working_hours.add_time_off(riley, '2026-12-07', '2026-12-08', note='  Moving  \x00 house\ud83d ')
    working_hours.add_time_off(riley, '2026-12-09', '', '11:00', '16:00')
    assert [free(MONDAY + timedelta(days=day)) for day in range(3)] == [[], [], ['10:00', '16:00']]
    whole, part = working_hours.time_off(riley)
    assert (whole.note, whole.starts, part.first_day, part.last_day) == ('Moving house', None, part.first_day, part.first_day)
    working_hours.remove_time_off(riley.id + 1, whole.id)
    assert len(working_hours.time_off(riley)) == 2
    working_hours.remove_time_off(riley.id, whole.id)
    assert len(free(MONDAY)) == 7


def test_extra_hours_win_over_time_off_and_holidays(riley: db.Rep) -> None:
    working_hours.set_holiday_place(riley.id, 'DE', 'BE')
    christmas = date(2026, 12, 25)
    assert free(christmas) == []
    working_hours.add_time_off(riley, '2026-12-24', '2026-12-26')
    working_hours.add_extra_hours(riley, '2026-12-25', '20:00', '00:00')
    assert free(christmas) == ['20:00', '21:00', '22:00', '23:00']
    assert 'already' in problems(lambda: working_hours.add_extra_hours(riley, '2026-12-25', '20:00', '00:00'))['starts']
    working_hours.remove_extra_hours(riley.id, working_hours.extra_hours(riley)[0].id)
    assert free(christmas) == []


@on_sqlite
def test_dates_that_cannot_be_are_told_field_by_field(riley: db.Rep) -> None:
    off = working_hours.add_time_off
    assert set(problems(lambda: off(riley, '', 'soon'))) == {'first_day', 'last_day'}
    assert set(problems(lambda: off(riley, '2026-11-21', '9999-12-31'))) == {'first_day', 'last_day'}
    assert 'on or after the first' in problems(lambda: off(riley, '2026-12-02', '2026-12-01'))['last_day']
    assert set(problems(lambda: off(riley, '2026-12-01', '', '', '10:00', 'x' * 101))) == {'starts', 'note'}
    assert set(problems(lambda: working_hours.add_extra_hours(riley, '', '10:00', '09:00'))) == {'day', 'starts'}
    off(riley, '2026-11-22')


@on_sqlite
def test_what_is_over_where_the_rep_is_is_not_listed(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    working_hours.add_time_off(riley, '2026-12-01')
    working_hours.add_extra_hours(riley, '2026-12-01', '08:00', '09:00')
    now(datetime(2026, 12, 1, 22, 59, tzinfo=UTC))
    assert (len(working_hours.time_off(riley)), len(working_hours.extra_hours(riley))) == (1, 1)
    now(datetime(2026, 12, 1, 23, tzinfo=UTC))
    assert (working_hours.time_off(riley), working_hours.extra_hours(riley)) == ([], [])


def test_holidays_are_off_one_by_one_each_year(riley: db.Rep) -> None:
    assert working_hours.holidays(riley) == []
    rep = working_hours.set_holiday_place(riley.id, 'DE', 'BE')
    shown = {holiday.name: holiday for holiday in working_hours.holidays(rep)}
    assert shown["Women's Day"].days == (date(2027, 3, 8),)
    assert not any(holiday.is_worked for holiday in shown.values())
    for _ in range(2):
        working_hours.work_on_holiday(rep.id, "Women's Day", works=True)
    assert [holiday.name for holiday in working_hours.holidays(rep) if holiday.is_worked] == ["Women's Day"]
    assert free(date(2027, 3, 8))
    assert not free(date(2027, 5, 1))
    rep = working_hours.set_holiday_place(rep.id, 'DE', '')
    assert "Women's Day" not in {holiday.name for holiday in working_hours.holidays(rep)}
    working_hours.set_holiday_place(rep.id, 'FR', 'BE')
    rep = working_hours.set_holiday_place(rep.id, 'DE', 'BE')
    assert not any(holiday.is_worked for holiday in working_hours.holidays(rep))
    assert set(problems(lambda: working_hours.set_holiday_place(rep.id, 'XX', ''))) == {'country'}


def test_changed_hours_leave_what_is_booked_and_list_what_is_outside_now(
    riley: db.Rep, carol: Customer, now: Callable[[datetime], None]
) -> None:
    at = [datetime(2026, 12, 7, hour, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC) for hour in (10, 14, 15)]
    booked = [appointments.book(kinds.FIRST, starts_at, carol, rep_id=riley.id).id for starts_at in at]
    appointment_changes.cancel(booked[2])
    assert working_hours.outside(riley) == []
    working_hours.set_days(riley.id, [0], [('14:05', '17:00')])
    assert [appointment.id for appointment in working_hours.outside(riley)] == booked[:2]
    working_hours.add_extra_hours(riley, '2026-12-07', '10:00', '11:00')
    working_hours.set_days(riley.id, [0], [('13:30', '15:00')])
    assert working_hours.outside(riley) == []
    working_hours.add_time_off(riley, '2026-12-07', '', '14:30', '15:00')
    assert [appointment.id for appointment in working_hours.outside(riley)] == [booked[1]]
    rep = reps.update(riley.id, name='Riley', email='riley@example.com', time_zone=TOKYO)
    assert [appointment.id for appointment in working_hours.outside(rep)] == booked[:2]
    now(at[0])
    assert [appointment.id for appointment in working_hours.outside(rep)] == [booked[1]]
    assert all(appointments.get(one).cancelled_at is None for one in booked[:2])
