"""The column type for instants and the two ways in, on both databases."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pymysql
import pytest
import sqlalchemy as sa
from sqlalchemy import event, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

import db
from tests.conftest import BERLIN

PATIENCE = {'sqlite': 'PRAGMA busy_timeout = 1', 'mysql': 'SET innodb_lock_wait_timeout = 1'}
on_mariadb = pytest.mark.parametrize('database_url', ['mariadb'], indirect=True)


@pytest.fixture
def impatient(riley: db.Rep) -> db.Rep:
    """Riley, in a database that waits for locks as shortly as it can."""

    @event.listens_for(db.engine(), 'connect')
    def shorten(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(PATIENCE[db.engine().dialect.name])
        cursor.close()

    db.engine().dispose()
    return riley


def renamed(rep: db.Rep, name: str) -> sa.Update:
    return update(db.Rep).where(db.Rep.id == rep.id).values(name=name)


def begun() -> sa.Connection:
    """A connection of somebody else's who writes; nothing happens until they do."""
    return db.engine().execution_options(writing=True).connect()


@pytest.mark.parametrize(
    'instant',
    [
        datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 11, 22, 14, 45, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(2038, 1, 19, 3, 14, 8, 1, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_as_the_same_instant_in_utc(riley: db.Rep, instant: datetime) -> None:
    db.writing(lambda session: session.execute(update(db.Rep).values(created_at=instant)))
    with db.reading() as session:
        found = session.scalars(select(db.Rep.created_at).where(db.Rep.created_at == instant)).one()
    assert (found, found.tzinfo) == (instant, UTC)


def test_an_instant_without_a_zone_is_refused(riley: db.Rep) -> None:
    with pytest.raises(StatementError, match='needs a time zone'):
        db.writing(lambda session: session.execute(update(db.Rep).values(created_at=datetime(2026, 11, 22))))  # noqa: DTZ001


def test_any_character_can_be_stored(riley: db.Rep) -> None:
    db.writing(lambda session: session.execute(renamed(riley, 'Ríley 🦊 “ライリー”')))
    with db.reading() as session:
        assert session.get_one(db.Rep, riley.id).name == 'Ríley 🦊 “ライリー”'


def test_a_transaction_that_meets_a_lock_is_run_again_as_a_whole(impatient: db.Rep) -> None:
    tries = []
    with begun() as somebody:
        somebody.execute(renamed(impatient, 'Somebody'))

        def fn(session: Session) -> str:
            tries.append(session)
            if len(tries) == 3:
                somebody.commit()
            session.execute(renamed(impatient, f'{len(tries)}'))
            return 'done'

        assert db.writing(fn) == 'done'
    assert len(set(tries)) == 3
    with db.reading() as session:
        assert session.get_one(db.Rep, impatient.id).name == '3'


def test_when_a_lock_never_goes_the_answer_is_busy(impatient: db.Rep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, 'TRIES', 2)
    with begun() as somebody:
        somebody.execute(renamed(impatient, 'Somebody'))
        with pytest.raises(db.Busy, match='try again in a moment'):
            db.writing(lambda session: session.execute(renamed(impatient, 'Riley')))


@on_mariadb
@pytest.mark.parametrize('part', [nullcontext, Session.begin_nested], ids=['as_a_whole', 'in_a_savepoint'])
def test_of_two_transactions_that_wait_for_each_other_both_get_through(riley: db.Rep, part: Callable[..., Any]) -> None:
    db.writing(lambda session: session.add(db.Rep(id=2, time_zone=BERLIN, created_at=datetime.now(UTC))))
    meeting, tries = threading.Barrier(2), []

    def change(first: int, second: int) -> Callable[[Session], None]:
        met = []

        def fn(session: Session) -> None:
            tries.append(first)
            session.execute(update(db.Rep).where(db.Rep.id == first).values(clock=24))
            if not met:
                met.append(meeting.wait(20))
            with part(session):
                session.execute(update(db.Rep).where(db.Rep.id == second).values(name=f'by {first}'))

        return fn

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(db.writing, [change(1, 2), change(2, 1)]))
    assert len(tries) == 3
    with db.reading() as session:
        assert sorted(session.scalars(select(db.Rep.name))) == ['by 1', 'by 2']


def test_an_error_that_repeating_cannot_mend_is_raised_at_once(riley: db.Rep) -> None:
    tries = []

    def fn(session: Session) -> None:
        tries.append(session)
        session.execute(sa.text('this is not SQL'))

    with pytest.raises(DBAPIError):
        db.writing(fn)
    assert len(tries) == 1


def test_a_transaction_that_fails_leaves_nothing_behind(riley: db.Rep) -> None:
    def fn(session: Session) -> None:
        session.execute(renamed(riley, 'Half done'))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.writing(fn)
    with db.reading() as session:
        assert session.get_one(db.Rep, riley.id).name == 'Riley Berger'


def test_reading_waits_for_no_writer_and_sees_only_what_is_committed(impatient: db.Rep) -> None:
    with begun() as somebody:
        somebody.execute(renamed(impatient, 'Not yet'))
        with db.reading() as session:
            assert session.get_one(db.Rep, impatient.id).name == 'Riley Berger'
        somebody.commit()
    with db.reading() as session:
        assert session.get_one(db.Rep, impatient.id).name == 'Not yet'


def test_what_reading_changes_is_not_kept(riley: db.Rep) -> None:
    with db.reading() as session:
        session.execute(renamed(riley, 'Scribbled'))
    with db.reading() as session:
        assert session.get_one(db.Rep, riley.id).name == 'Riley Berger'


def test_a_row_that_points_nowhere_is_refused(appointment: db.Appointment) -> None:
    def fn(session: Session) -> None:
        session.add(db.Cell(rep_id=appointment.rep_id, starts_at=datetime(2030, 1, 1, tzinfo=UTC), appointment_id=999))

    with pytest.raises(IntegrityError):
        db.writing(fn)


@on_mariadb
def test_connections_that_the_server_has_closed_are_replaced(riley: db.Rep) -> None:
    used = [begun() for _ in range(5)]  # more than SQLAlchemy tries one by one
    numbers = [connection.scalar(sa.text('SELECT CONNECTION_ID()')) for connection in used]
    for connection in used:
        connection.close()
    with pymysql.connect(**db.engine().url.translate_connect_args(username='user')) as another:
        for number in numbers:
            another.cursor().execute(f'KILL {number}')
    db.writing(lambda session: session.execute(renamed(riley, 'Riley B.')))
    with db.reading() as session:
        assert session.get_one(db.Rep, riley.id).name == 'Riley B.'
