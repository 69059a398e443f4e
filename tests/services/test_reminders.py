"""Reminders: when they are queued, and that each is queued once."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import db
from services import appointment_changes, appointments, clock, kinds, outbox, reminders
from services.customers import Customer
from services.repeating import Repeating
from tests.conftest import Configure, coming, on_sqlite
from tests.waiting import until

Now = Callable[[datetime], None]


def queued() -> Counter[tuple[int | None, datetime | None, str]]:
    """How many reminders are in the outbox, by appointment, its time and recipient."""
    with db.reading() as session:
        found = session.scalars(select(db.OutboxItem).where(db.OutboxItem.kind == outbox.REMINDER))
        return Counter((item.appointment_id, item.starts_at, item.recipient) for item in found)


def of(appointment: db.Appointment, times: int = 1) -> Counter[tuple[int | None, datetime | None, str]]:
    """So many reminders of this appointment, to both sides."""
    return Counter({(appointment.id, appointment.starts_at, recipient): times for recipient in (outbox.CUSTOMER, outbox.REP)})


def look(now: Now, moment: datetime, times: int = 2) -> None:
    """Look so many times for what is due at this moment."""
    now(moment)
    for _ in range(times):
        reminders.queue_due()


@pytest.fixture
def booked(riley: db.Rep, carol: Customer) -> db.Appointment:
    """Carol's appointment with Riley, four days ahead."""
    return appointments.book(kinds.FIRST, coming(riley, days=4), carol)


def test_both_sides_are_reminded_a_day_and_an_hour_before_each_time_once(booked: db.Appointment, now: Now) -> None:
    starts_at = booked.starts_at
    look(now, starts_at - timedelta(days=1, seconds=1))
    assert queued() == Counter()
    look(now, starts_at - timedelta(days=1))
    assert queued() == of(booked)
    look(now, starts_at - timedelta(hours=1, seconds=1))
    assert queued() == of(booked)
    look(now, starts_at - timedelta(hours=1))
    assert queued() == of(booked, times=2)
    look(now, starts_at - timedelta(seconds=1))
    assert queued() == of(booked, times=2)


def test_what_was_missed_goes_out_in_one_mail_if_the_appointment_is_still_ahead(booked: db.Appointment, now: Now) -> None:
    look(now, booked.starts_at - timedelta(minutes=30))
    assert queued() == of(booked)
    with db.reading() as session:
        assert set(session.scalars(select(db.Reminder.minutes_before))) == {24 * 60, 60}


def test_nobody_is_reminded_of_what_was_cancelled_or_has_begun(riley: db.Rep, carol: Customer, booked: db.Appointment, now: Now) -> None:
    later = appointments.book(kinds.FIRST, coming(riley, days=4, hour=12), carol)
    appointment_changes.cancel(later.id)
    look(now, booked.starts_at)
    assert queued() == Counter()


def test_nobody_is_reminded_of_what_was_booked_after_the_moment(riley: db.Rep, carol: Customer, now: Now) -> None:
    starts_at = coming(riley, days=4)
    now(starts_at - timedelta(hours=5))
    booked = appointments.book(kinds.FIRST, starts_at, carol)
    look(now, starts_at - timedelta(hours=4))
    assert queued() == Counter()
    look(now, starts_at - timedelta(minutes=59))
    assert queued() == of(booked)


def test_after_a_move_the_new_time_counts(booked: db.Appointment, now: Now) -> None:
    look(now, booked.starts_at - timedelta(minutes=30))
    moved = appointment_changes.reschedule(booked.id, booked.starts_at + timedelta(hours=5), by=outbox.CUSTOMER)
    look(now, moved.starts_at - timedelta(hours=2))
    assert queued() == of(booked)
    look(now, moved.starts_at - timedelta(hours=1))
    assert queued() == of(booked) + of(moved)


@on_sqlite
@pytest.mark.parametrize(('setting', 'times'), [('none', 0), ('2 days, 15 minutes', 1), ('90 minutes, 2 hours, 15 Minutes, 1 day', 3)])
def test_the_owner_says_when(setting: str, times: int, booked: db.Appointment, now: Now, configure: Configure, database: str) -> None:
    configure(DATABASE_URL=database, REMINDERS=setting)
    for before in (timedelta(days=1), timedelta(hours=2), timedelta(minutes=90), timedelta(minutes=16)):
        look(now, booked.starts_at - before)
    assert queued() == +of(booked, times)


@on_sqlite
def test_a_longer_distance_that_is_set_later_reminds_nobody_anew(
    booked: db.Appointment, now: Now, configure: Configure, database: str
) -> None:
    configure(DATABASE_URL=database, REMINDERS='1 hour')
    look(now, booked.starts_at - timedelta(hours=1))
    configure(DATABASE_URL=database, REMINDERS='1 day, 1 hour')
    look(now, booked.starts_at - timedelta(minutes=30))
    assert queued() == of(booked)


@on_sqlite
def test_a_rep_without_an_address_is_not_reminded(booked: db.Appointment, now: Now) -> None:
    db.writing(lambda session: setattr(session.get_one(db.Rep, booked.rep_id), 'email', None))
    look(now, booked.starts_at - timedelta(hours=1))
    assert set(queued()) == {(booked.id, booked.starts_at, outbox.CUSTOMER)}


@on_sqlite
def test_a_database_that_does_not_answer_is_asked_again(booked: db.Appointment, now: Now, monkeypatch: pytest.MonkeyPatch) -> None:
    now(booked.starts_at - timedelta(hours=1))
    coming_up, failures = reminders._coming, iter([RuntimeError('carol@example.com')])

    def fail_once(after: datetime, before: datetime) -> object:
        if error := next(failures, None):
            raise error
        return coming_up(after, before)

    monkeypatch.setattr(reminders, '_coming', fail_once)
    beside = Repeating('reminders', reminders.queue_due, seconds=0.02)
    beside.start()
    until(lambda: queued() == of(booked), 'the reminder')
    beside.stop()
    assert beside.failures.counts == {'RuntimeError': 1}


CHILD = """
import sys
from datetime import datetime
import db
from services import clock, reminders, settings
settings.use(settings.load())
db.connect(settings.current().database_url)
clock.now = lambda: datetime.fromisoformat(sys.argv[1])
db.reading().__enter__().connection()
print('ready', flush=True)
sys.stdin.readline()
reminders.queue_due()
"""


LATER = timedelta(days=3)


@pytest.fixture
def children(riley: db.Rep, now: Now) -> Iterator[list[subprocess.Popen[str]]]:
    """It is noon in December, and four processes wait for a line before they look for what is due three days later."""
    now(datetime(2026, 12, 1, 11, tzinfo=UTC))
    moment = (clock.now() + LATER).isoformat()
    environment = {**os.environ, 'PYTHONPATH': str(Path(db.__file__).parent)}
    command = [sys.executable, '-c', CHILD, moment]
    started = [subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    yield started
    for process in started:
        process.kill()
        process.communicate()


def test_several_processes_remind_everybody_once(riley: db.Rep, carol: Customer, children: list[subprocess.Popen[str]]) -> None:
    starts = [coming(riley, days, hour) for days in (3, 4) for hour in range(10, 17)]
    all_booked = [appointments.book(kinds.FIRST, starts_at, carol) for starts_at in starts]
    day = clock.now() + LATER, clock.now() + LATER + timedelta(days=1)
    assert [process.stdout.readline() for process in children if process.stdout] == ['ready\n'] * 4
    for process in children:
        assert process.stdin is not None
        process.stdin.write('now\n')
        process.stdin.flush()
    assert [process.wait(60) for process in children] == [0] * 4
    assert queued() == sum((of(one) for one in all_booked if day[0] < one.starts_at <= day[1]), Counter())
    assert len(queued()) == 14
