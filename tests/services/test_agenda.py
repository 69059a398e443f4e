"""The rep's day as a list."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

import db
from services import agenda, appointment_changes, appointments, kinds, revision, team
from services.customers import Customer
from services.errors import NotAllowed
from services.team import Profile
from services.times import from_now
from tests.conftest import BERLIN, coming

SUNDAY = datetime(2026, 11, 22, tzinfo=ZoneInfo(BERLIN))


def described(rep: db.Rep, day: datetime) -> list[tuple[int, str, str]]:
    """(hour in Berlin, state, name) of each entry."""
    return [
        (entry.starts_at.astimezone(ZoneInfo(BERLIN)).hour, entry.state, entry.name) for entry in agenda.entries_on(rep, day.date(), rep.id)
    ]


def test_the_day_shows_who_booked_and_what_is_free(riley: db.Rep, carol: Customer, now: Callable[[datetime], None]) -> None:
    now(SUNDAY - timedelta(days=1))
    appointment = appointments.book(kinds.FIRST, SUNDAY.replace(hour=11), carol)
    free = [(hour, 'free', '') for hour in (12, 13, 14, 15, 16)]
    assert described(riley, SUNDAY) == [(10, 'free', ''), (11, 'booked', 'Carol Tanaka'), *free]
    assert agenda.entries_on(riley, SUNDAY.date(), riley.id)[1].appointment_id == appointment.id


def test_times_that_have_gone_by_stay_and_so_do_their_appointments(riley: db.Rep, carol: Customer, now: Callable[[datetime], None]) -> None:
    now(SUNDAY - timedelta(days=1))
    appointments.book(kinds.FIRST, SUNDAY.replace(hour=11), carol)
    now(SUNDAY.replace(hour=13))
    assert [state for _, state, _ in described(riley, SUNDAY)] == ['past', 'booked', 'past', 'past', 'free', 'free', 'free']


def test_a_cancelled_appointment_leaves_its_time_free(riley: db.Rep, appointment: db.Appointment) -> None:
    appointment_changes.cancel(appointment.id)
    assert {state for _, state, _ in described(riley, appointment.starts_at)} == {'free'}


def test_an_appointment_off_the_grid_stands_at_its_own_time_and_hides_what_it_overlaps(riley: db.Rep, appointment: db.Appointment) -> None:
    def later(session: db.Session) -> None:
        half_past = appointment.starts_at + timedelta(minutes=30)
        session.get_one(db.Appointment, appointment.id).starts_at = half_past
        session.execute(delete(db.Cell))
        session.add_all(
            db.Cell(rep_id=riley.id, starts_at=half_past + timedelta(minutes=5 * cell), appointment_id=appointment.id) for cell in range(12)
        )

    db.writing(later)
    entries = agenda.entries_on(riley, coming(riley).astimezone(ZoneInfo(BERLIN)).date(), riley.id)
    assert [f'{entry.starts_at.astimezone(ZoneInfo(BERLIN)):%H:%M}' for entry in entries] == [
        '10:00', '11:30', '13:00', '14:00', '15:00', '16:00',
    ]  # fmt: skip
    assert entries[1].state == 'booked'


def test_where_the_first_kind_leaves_room_the_next_one_is_shown(riley: db.Rep, carol: Customer, now: Callable[[datetime], None]) -> None:
    now(SUNDAY - timedelta(days=1))

    def fn(session: db.Session) -> None:
        session.add(db.Kind(id=2, name='Short', slug='short', minutes=30, step_minutes=30, position=1, created_at=SUNDAY))
        session.flush()
        session.add(db.KindRep(kind_id=2, rep_id=riley.id))
        revision.rise(session)

    db.writing(fn)
    appointments.book(2, SUNDAY.replace(hour=11), carol)
    entries = agenda.entries_on(riley, SUNDAY.date(), riley.id)
    times = [f'{entry.starts_at.astimezone(ZoneInfo(BERLIN)):%H:%M} {entry.state}' for entry in entries]
    assert times == ['10:00 free', '11:00 booked', '11:30 free', '12:00 free', '13:00 free', '14:00 free', '15:00 free', '16:00 free']


def test_everyone_s_day_is_one_list_and_only_for_admins(riley: db.Rep, carol: Customer, now: Callable[[datetime], None]) -> None:
    now(SUNDAY - timedelta(days=1))
    robin = team.invite(Profile('Robin Ray', 'robin@example.com', BERLIN), [kinds.FIRST])
    appointments.book(kinds.FIRST, SUNDAY.replace(hour=11), carol, rep_id=robin.id)
    entries = agenda.entries_on(riley, SUNDAY.date(), None)
    assert [(entry.state, entry.rep_ids) for entry in entries[:3]] == [
        ('free', (riley.id, robin.id)),
        ('free', (riley.id,)),
        ('booked', (robin.id,)),
    ]
    for whose in (None, riley.id):
        with pytest.raises(NotAllowed):
            agenda.entries_on(robin, SUNDAY.date(), whose)


@pytest.mark.parametrize(
    ('minutes', 'words'),
    [(0, 'now'), (4, 'in 4 minutes'), (119, 'in 119 minutes'), (150, 'in 2 hours'), (3 * 24 * 60, 'in 3 days'), (-5, '5 minutes ago')],
)
def test_how_far_away_a_time_is(minutes: int, words: str) -> None:
    assert from_now(timedelta(minutes=minutes)) == words
