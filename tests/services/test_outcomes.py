"""What reps keep of an appointment: how it went, private notes, and what there was before with the same customer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

import db
from services import appointment_changes, appointments, calls, events, kinds, outbox, outcomes, visits
from services.customers import Customer
from services.errors import AppointmentOver, InvalidFields, NotAllowed, NotesChanged
from services.outcomes import CUSTOMER_MISSED, HELD, NOTES_MAX, REP_MISSED
from services.video.base import CUSTOMER, REP
from services.visits import Stay
from tests.conftest import coming, on_sqlite

MINUTE = timedelta(minutes=1)
Clock = Callable[[datetime], None]


def stay(appointment: db.Appointment, seat: str, from_minute: int, to_minute: int) -> Stay:
    first, last = (appointment.starts_at + minute * MINUTE for minute in (from_minute, to_minute))
    return Stay(f'{seat} {from_minute}', appointment.id, seat, 'peer', first, last, 'hung_up')


def stored(appointment: db.Appointment) -> db.Appointment:
    return appointments.get(appointment.id)


# how it went


def test_an_outcome_is_marked_and_taken_back_and_published(appointment: db.Appointment, riley: db.Rep) -> None:
    heard: list[events.Event] = []
    stop = events.subscribe(heard.append)
    outcomes.mark(riley, appointment.id, HELD)
    assert stored(appointment).outcome == HELD
    outcomes.mark(riley, appointment.id, '')
    stop()
    assert stored(appointment).outcome == ''
    assert heard == [events.AppointmentNoted(appointment.id)] * 2


@on_sqlite
def test_what_belongs_to_somebody_else_is_neither_marked_nor_noted(appointment: db.Appointment, robin: db.Rep) -> None:
    with pytest.raises(NotAllowed):
        outcomes.mark(robin, appointment.id, HELD)
    with pytest.raises(NotAllowed):
        outcomes.note(robin, appointment.id, 'Mine now', seen='')
    assert (stored(appointment).outcome, stored(appointment).notes) == ('', '')


@pytest.mark.parametrize(
    ('customers', 'reps', 'minutes', 'expected'),
    [
        ([(-5, 10)], [(0, 10)], 10, HELD),
        ([(-5, 10)], [(0, 10)], 60, HELD),
        ([], [(0, 10)], 59, ''),
        ([], [(0, 10)], 60, CUSTOMER_MISSED),
        ([], [], 60, CUSTOMER_MISSED),
        ([(-5, 10)], [], 59, ''),
        ([(-5, 10)], [], 60, REP_MISSED),
        ([(-5, 10)], [(20, 30)], 60, ''),
        ([(-90, -80)], [(-90, -80)], 60, CUSTOMER_MISSED),
    ],
)
@on_sqlite
def test_who_was_there_tells_how_it_went(
    appointment: db.Appointment,
    now: Clock,
    customers: list[tuple[int, int]],
    reps: list[tuple[int, int]],
    minutes: int,
    expected: str,
) -> None:
    visits.keep([stay(appointment, seat, *span) for seat, spans in ((CUSTOMER, customers), (REP, reps)) for span in spans])
    now(appointment.starts_at + minutes * MINUTE)
    assert outcomes.suggested(appointment, visits.of(appointment.id)) == expected


@on_sqlite
def test_a_record_names_the_appointments_rep_and_every_other_who_was_there(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep
) -> None:
    assert outcomes.record(riley, appointment.id).rep_names == {riley.id: 'Riley Berger'}
    visits.keep([replace(stay(appointment, REP, 0, 10), rep_id=robin.id)])
    assert outcomes.record(riley, appointment.id).rep_names == {riley.id: 'Riley Berger', robin.id: 'Robin Doe'}


@on_sqlite
def test_that_a_colleague_took_the_call_over_leaves_it_held(appointment: db.Appointment, riley: db.Rep, robin: db.Rep) -> None:
    visits.keep([stay(appointment, CUSTOMER, 0, 10), replace(stay(appointment, REP, 0, 10), rep_id=robin.id)])
    assert outcomes.record(riley, appointment.id).suggested == HELD


@on_sqlite
def test_how_it_went_is_asked_from_its_start_or_its_end_on(appointment: db.Appointment) -> None:
    assert not outcomes.is_due(appointment, appointment.starts_at + 59 * MINUTE)
    assert outcomes.is_due(appointment, appointment.starts_at + 60 * MINUTE)
    appointment.ended_at = appointment.starts_at - 2 * MINUTE
    assert outcomes.is_due(appointment, appointment.starts_at - MINUTE)


@on_sqlite
async def test_moving_forgets_that_the_call_was_ended_and_how_it_went(appointment: db.Appointment, riley: db.Rep) -> None:
    await calls.end(appointment.id)
    outcomes.mark(riley, appointment.id, CUSTOMER_MISSED)
    moved = appointment_changes.reschedule(appointment.id, coming(riley, days=3), by='rep')
    assert (moved.ended_at, moved.outcome) == (None, '')


# private notes


def test_notes_are_stored_as_lines(appointment: db.Appointment, riley: db.Rep) -> None:
    assert outcomes.note(riley, appointment.id, ' First\r\nsecond\x00 ', seen='') == 'First\nsecond'
    assert stored(appointment).notes == 'First\nsecond'
    assert len(outcomes.note(riley, appointment.id, 'ä' * NOTES_MAX, seen='First\nsecond')) == NOTES_MAX
    with pytest.raises(InvalidFields, match='it has 4,001'):
        outcomes.note(riley, appointment.id, 'ä' * (NOTES_MAX + 1), seen='')


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(appointment: db.Appointment, riley: db.Rep) -> None:
    outcomes.note(riley, appointment.id, 'call back', seen='')
    with pytest.raises(NotesChanged) as refused:
        outcomes.note(riley, appointment.id, 'mine', seen='')
    assert refused.value.notes == stored(appointment).notes == 'call back'
    outcomes.note(riley, appointment.id, 'Call back', seen='call back')
    with pytest.raises(NotesChanged):
        outcomes.note(riley, appointment.id, 'mine', seen='call back')
    assert stored(appointment).notes == 'Call back'


@on_sqlite
def test_the_same_notes_again_are_no_news(appointment: db.Appointment, riley: db.Rep) -> None:
    outcomes.note(riley, appointment.id, 'call back', seen='')
    heard: list[events.Event] = []
    stop = events.subscribe(heard.append)
    outcomes.note(riley, appointment.id, 'call back', seen='')
    stop()
    assert heard == []


# what there was before


def test_the_history_is_of_one_address_however_it_is_spelled_the_newest_first(riley: db.Rep, carol: Customer) -> None:
    first = appointments.book(kinds.FIRST, coming(riley, 2), replace(carol, email='Carol@example.com'))
    second = appointments.book(kinds.FIRST, coming(riley, 3), replace(carol, email='CAROL@example.com'))
    appointments.book(kinds.FIRST, coming(riley, 4), replace(carol, email='sam@example.com'))
    last = appointments.book(kinds.FIRST, coming(riley, 5), carol)
    appointments.book(kinds.FIRST, coming(riley, 6), carol)
    outcomes.mark(riley, first.id, HELD)
    outcomes.note(riley, first.id, 'wants the offer in writing', seen='')
    appointment_changes.cancel(second.id)
    found = outcomes.history(riley, last)
    assert [past.appointment_id for past in found] == [second.id, first.id]
    assert [(past.status, past.outcome, past.notes) for past in found] == [
        ('cancelled', '', ''),
        ('booked', HELD, 'wants the offer in writing'),
    ]


@pytest.mark.parametrize('by', [outbox.CUSTOMER, outbox.REP])
def test_what_has_taken_place_is_changed_by_nobody_any_more_until_a_rep_takes_that_back(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, by: str
) -> None:
    later = appointment.starts_at + 120 * MINUTE
    outcomes.mark(riley, appointment.id, HELD)
    outcomes.note(riley, appointment.id, 'Wants a new bill', seen='')
    for change in (
        lambda: appointment_changes.reschedule(appointment.id, later, by=by),
        lambda: appointment_changes.cancel(appointment.id, by=by),
        lambda: appointment_changes.hand_over(appointment.id, robin.id),
    ):
        with pytest.raises(AppointmentOver):
            change()
    assert (stored(appointment).outcome, stored(appointment).notes) == (HELD, 'Wants a new bill')
    outcomes.mark(riley, appointment.id, '')
    assert appointment_changes.reschedule(appointment.id, later, by=by).starts_at == later


def test_the_history_of_another_address_with_accents_is_another(riley: db.Rep, carol: Customer) -> None:
    appointments.book(kinds.FIRST, coming(riley, 2), replace(carol, email='rené@example.com'))
    rene = appointments.book(kinds.FIRST, coming(riley, 3), replace(carol, email='rene@example.com'))
    assert outcomes.history(riley, rene) == []


def test_a_rep_sees_only_their_own_history_and_an_admin_all(riley: db.Rep, robin: db.Rep, carol: Customer) -> None:
    with_riley = appointments.book(kinds.FIRST, coming(riley, 2), carol, rep_id=riley.id)
    with_robin = appointments.book(kinds.FIRST, coming(robin, 3), carol, rep_id=robin.id)
    now = appointments.book(kinds.FIRST, coming(robin, 4), carol, rep_id=robin.id)
    assert [past.appointment_id for past in outcomes.history(robin, now)] == [with_robin.id]
    assert [past.appointment_id for past in outcomes.history(riley, now)] == [with_robin.id, with_riley.id]


@on_sqlite
def test_a_long_history_is_cut(riley: db.Rep, carol: Customer) -> None:
    booked = [appointments.book(kinds.FIRST, coming(riley, day, hour), carol) for day in range(2, 6) for hour in range(10, 16)]
    assert [past.appointment_id for past in outcomes.history(riley, booked[-1])] == [one.id for one in reversed(booked[-21:-1])]


@on_sqlite
def test_all_spellings_are_found_by_the_index_alone(appointment: db.Appointment, riley: db.Rep) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(db.engine(), 'before_cursor_execute', lambda _c, _cursor, sql, values, *_: asked.append((sql, values)))
    outcomes.history(riley, appointment)
    for sql, values in [query for query in asked if query[0].startswith('SELECT')]:
        with db.engine().connect() as connection:
            plan = connection.exec_driver_sql(f'EXPLAIN QUERY PLAN {sql}', values)
            assert any('SEARCH appointments USING INDEX ix_appointments_email' in step.detail for step in plan), sql
