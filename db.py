"""The tables, the UTC column type, the engine, and the two ways in: `reading()` and `writing(fn)`. No rules live here."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from datetime import time as clock_time
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, String, event
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import URL, Dialect, Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

T = TypeVar('T')

TRIES = 8
BUSY_SECONDS = 2  # how long a write waits for another process before the whole of it is tried again
MYSQL_TRY_AGAIN = {1020, 1205, 1213}  # record changed, lock wait timeout, deadlock


class Busy(Exception):
    """The database stayed too busy for a whole transaction to get through, even after repeating it."""

    status = 503

    def __init__(self) -> None:
        super().__init__('Very many people are booking just now. Please try again in a moment.')


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant. Takes and gives aware UTC datetimes, refuses naive ones, keeps microseconds on every database."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        precise = mysql.DATETIME(fsp=6) if dialect.name in ('mysql', 'mariadb') else sa.DateTime()
        return dialect.type_descriptor(precise)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError('An instant needs a time zone: give an aware datetime.')
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            'ix': 'ix_%(table_name)s_%(column_0_N_name)s',
            'uq': 'uq_%(table_name)s_%(column_0_N_name)s',
            'fk': 'fk_%(table_name)s_%(column_0_N_name)s',
            'pk': 'pk_%(table_name)s',
        }
    )
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012


class Rep(Base):
    """Somebody who can be booked. A new one has no name, address or password until they give them."""

    __tablename__ = 'reps'

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), default='')
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    clock: Mapped[int] = mapped_column(default=12)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]


class WorkingHours(Base):
    """A weekly stretch of wall-clock hours in the rep's zone; `ends` 00:00 means midnight at the end of the day."""

    __tablename__ = 'working_hours'

    id: Mapped[int] = mapped_column(primary_key=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'), index=True)
    weekday: Mapped[int]
    starts: Mapped[clock_time]
    ends: Mapped[clock_time]


class Appointment(Base):
    """A booked slot. Cancelling keeps the row and gives its cells back."""

    __tablename__ = 'appointments'
    __table_args__ = (Index('ix_appointments_rep_id_starts_at', 'rep_id', 'starts_at'),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id'))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    status: Mapped[str] = mapped_column(String(16), default='booked')
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    comment: Mapped[str] = mapped_column(String(2000), default='')
    time_zone: Mapped[str] = mapped_column(String(64))
    clock: Mapped[int] = mapped_column(default=12)
    key_version: Mapped[int] = mapped_column(default=1)
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    session_id: Mapped[str | None] = mapped_column(String(255))
    session_key: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class Cell(Base):
    """Five minutes of a rep's time, claimed. The primary key is what makes two overlapping appointments impossible."""

    __tablename__ = 'cells'

    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id'), primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey('appointments.id', ondelete='CASCADE'), index=True)


class OutboxItem(Base):
    """Something to be done because of an appointment: what to tell whom, never the text."""

    __tablename__ = 'outbox'
    __table_args__ = (Index('ix_outbox_state_due_at', 'state', 'due_at'),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    appointment_id: Mapped[int] = mapped_column(ForeignKey('appointments.id', ondelete='CASCADE'), index=True)
    recipient: Mapped[str] = mapped_column(String(16))
    sequence: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(16), default='waiting')
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    last_error: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class SignIn(Base):
    """A browser in which a rep is signed in; only the hash of its key is here."""

    __tablename__ = 'sign_ins'

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInLink(Base):
    """The one unused one-time sign-in link of a rep."""

    __tablename__ = 'sign_in_links'

    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'), primary_key=True, autoincrement=False)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


class SignInFailure(Base):
    """Wrong passwords lately given for an address or from a network address (hashed), so that the next try can wait."""

    __tablename__ = 'sign_in_failures'

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]


_readers: sessionmaker[Session]
_writers: sessionmaker[Session]
_turn: AbstractContextManager[Any]  # held while writing: SQLite makes those who wait sleep and look again, a lock wakes them


def connect(url: str | URL) -> Engine:
    """The engine for this database, from now on used by `reading` and `writing`. Nothing is sent to the server yet."""
    global _readers, _writers, _turn
    url = make_url(url)
    engine = _sqlite(url) if url.get_backend_name() == 'sqlite' else _mysql(url)
    _readers = sessionmaker(engine, expire_on_commit=False, autoflush=False)
    _writers = sessionmaker(engine.execution_options(writing=True), expire_on_commit=False, autoflush=False)
    _turn = threading.Lock() if url.get_backend_name() == 'sqlite' else nullcontext()
    return engine


def engine() -> Engine:
    """The engine last made by `connect`."""
    bound = _readers.kw['bind']
    assert isinstance(bound, Engine)
    return bound


@contextmanager
def reading() -> Iterator[Session]:
    """A session to read with; rows stay usable after it. Nothing it changes is kept."""
    with _readers() as session:
        yield session


def writing(fn: Callable[[Session], T]) -> T:
    """The result of `fn(session)`, committed as one transaction.

    When the database asks for it (a deadlock, a busy file) the whole of `fn` runs again, at most 8 times, so `fn` must have no effect
    outside its session.

    :raises Busy: when no try got through
    """
    for attempt in range(TRIES):
        try:
            with _turn, _writers() as session:
                result = fn(session)
                session.commit()
                return result
        except OperationalError as error:
            if not _try_again(error):
                raise
            if attempt < TRIES - 1:
                time.sleep(random.uniform(0.010, 0.100))  # noqa: S311
    raise Busy


def _try_again(error: OperationalError) -> bool:
    code = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return code in MYSQL_TRY_AGAIN or 'database is locked' in str(error.orig)


def _sqlite(url: URL) -> Engine:
    engine = sa.create_engine(url, hide_parameters=True, connect_args={'timeout': BUSY_SECONDS}, pool_size=16, max_overflow=16)

    @event.listens_for(engine, 'connect')
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own: `begin` below does
        for pragma in ('journal_mode=WAL', 'foreign_keys=ON', 'synchronous=FULL'):
            connection.execute(f'PRAGMA {pragma}')

    @event.listens_for(engine, 'begin')
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get('writing')
        connection.exec_driver_sql('BEGIN IMMEDIATE' if writes else 'BEGIN')

    return engine


def _mysql(url: URL) -> Engine:
    engine = sa.create_engine(
        url, hide_parameters=True, isolation_level='READ COMMITTED', pool_size=16, max_overflow=16, pool_pre_ping=True, pool_recycle=3600
    )

    @event.listens_for(engine, 'connect')
    def prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00', innodb_lock_wait_timeout = 5")

    return engine
