"""The tables, the UTC column type, the engine, and the two ways in: `reading()` and `writing(fn)`. No rules live here."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from datetime import time as clock_time
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, String, event
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import URL, Dialect, Engine, make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

T = TypeVar('T')

TRIES = 8
BUSY_SECONDS = 2  # how long a write waits for another process before the whole of it is tried again
MYSQL_TRY_AGAIN = {1020, 1205, 1213, 1305}  # record changed, lock wait timeout, deadlock, savepoint gone (by a deadlock inside it)
POOL = {'pool_size': 32, 'max_overflow': 16}  # what overflows is closed after use, and opening one again costs more than a booking


class Busy(Exception):
    """The database stayed too busy for a whole transaction to get through, even after repeating it; or making a page took too long."""

    status = 503

    def __init__(self) -> None:
        super().__init__('Very many people are booking just now. Please try again in a moment.')


AnyCase = String(254).with_variant(String(254, collation='NOCASE'), 'sqlite')  # an address; small letters equal large ones, as in MySQL


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant. Takes and gives aware UTC datetimes, refuses naive ones, keeps microseconds on every database."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        precise = mysql.DATETIME(fsp=6) if dialect.name in ('mysql', 'mariadb') else sa.DateTime()
        return dialect.type_descriptor(precise)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError('An instant needs a time zone: give an aware datetime.')
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
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
    """Somebody who can be booked. One who was invited, or the first, has no password until they choose one.

    `link_version` counts up whenever the links to choose a password end: one is set, the address changes, an invitation is sent again,
    the rep is let go or brought back; `feed_version` whenever the address of the calendar feed is renewed. `is_away`: what they say of
    themselves to customers who wait.
    """

    __tablename__ = 'reps'

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), default='')
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    clock: Mapped[int] = mapped_column(default=12)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    colour: Mapped[str] = mapped_column(String(7), default='#1d5fa8')
    holiday_country: Mapped[str] = mapped_column(String(2), default='')
    holiday_region: Mapped[str] = mapped_column(String(32), default='')
    link_version: Mapped[int] = mapped_column(default=1)
    feed_version: Mapped[int] = mapped_column(default=1)
    is_away: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class WorkingHours(Base):
    """A weekly stretch of wall-clock hours in the rep's zone; `ends` 00:00 means midnight at the end of the day."""

    __tablename__ = 'working_hours'

    id: Mapped[int] = mapped_column(primary_key=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'), index=True)
    weekday: Mapped[int]
    starts: Mapped[clock_time]
    ends: Mapped[clock_time]


class TimeOff(Base):
    """Days on which the rep cannot be booked, the last one included; or, with hours, that part of each of them."""

    __tablename__ = 'time_off'

    id: Mapped[int] = mapped_column(primary_key=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    starts: Mapped[clock_time | None]
    ends: Mapped[clock_time | None]
    note: Mapped[str] = mapped_column(String(100), default='')


class ExtraHours(Base):
    """Hours of one date at which the rep can be booked besides the weekly ones, whatever time off says."""

    __tablename__ = 'extra_hours'

    id: Mapped[int] = mapped_column(primary_key=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'), index=True)
    day: Mapped[date]
    starts: Mapped[clock_time]
    ends: Mapped[clock_time]


class WorkedHoliday(Base):
    """A public holiday of the rep's country, by its English name, on which they work all the same."""

    __tablename__ = 'worked_holidays'

    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)


class BusyCalendar(Base):
    """The address of a rep's calendar elsewhere, the name it has there, and how its last reading went.

    `error` is a sentence; the last good copy is `BusyTime`.
    """

    __tablename__ = 'busy_calendars'

    id: Mapped[int] = mapped_column(primary_key=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'), index=True)
    address: Mapped[str] = mapped_column(String(2000))
    name: Mapped[str] = mapped_column(String(100), default='')
    etag: Mapped[str] = mapped_column(String(255), default='')
    last_modified: Mapped[str] = mapped_column(String(64), default='')
    due_at: Mapped[datetime] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    whole_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(255), default='')
    created_at: Mapped[datetime]


class BusyTime(Base):
    """A time at which a calendar elsewhere says the rep is busy, in pieces of at most a day: whoever looks need not look further back."""

    __tablename__ = 'busy_times'
    __table_args__ = (Index('ix_busy_times_rep_id_starts_at', 'rep_id', 'starts_at'),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey('busy_calendars.id', ondelete='CASCADE'), index=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Kind(Base):
    """A kind of appointment: what can be booked, at `/{slug}`. `horizon_days` None: the setting; `most_a_day` None: no limit."""

    __tablename__ = 'kinds'

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    description: Mapped[str] = mapped_column(String(1000), default='')
    minutes: Mapped[int] = mapped_column(default=60)
    step_minutes: Mapped[int] = mapped_column(default=60)
    before_minutes: Mapped[int] = mapped_column(default=0)
    after_minutes: Mapped[int] = mapped_column(default=0)
    notice_minutes: Mapped[int] = mapped_column(default=0)
    change_notice_minutes: Mapped[int] = mapped_column(default=0)
    horizon_days: Mapped[int | None]
    most_a_day: Mapped[int | None]
    customer_chooses_rep: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class KindRep(Base):
    """A rep who can be booked for a kind, and when it was last their turn."""

    __tablename__ = 'kind_reps'

    kind_id: Mapped[int] = mapped_column(ForeignKey('kinds.id', ondelete='CASCADE'), primary_key=True, autoincrement=False)
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'), primary_key=True, autoincrement=False, index=True)
    chosen_at: Mapped[datetime | None]


class Question(Base):
    """An extra question on a kind's form. `answer` is line, text, choice or yes_no; `choices` has one a line."""

    __tablename__ = 'questions'

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey('kinds.id', ondelete='CASCADE'), index=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(200))
    answer: Mapped[str] = mapped_column(String(16))
    choices: Mapped[str] = mapped_column(String(2000), default='')
    is_required: Mapped[bool] = mapped_column(default=False)


class Revision(Base):
    """One row, whose number rises with each change of reps, their hours, or kinds: what was read of these can be kept until then."""

    __tablename__ = 'revision'

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


class Appointment(Base):
    """A booked slot, with the buffers that its kind had then. Cancelling keeps the row and gives its cells back.

    `ended_at`: the rep has ended its call for both. `outcome` is held, customer_missed or rep_missed, or nothing yet; it and the `notes`
    are for reps only. `key_version` is part of its links; whoever counts it up in the database ends those so far.
    """

    __tablename__ = 'appointments'
    __table_args__ = (Index('ix_appointments_rep_id_starts_at', 'rep_id', 'starts_at'),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey('kinds.id'), index=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id'))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    before_minutes: Mapped[int] = mapped_column(default=0)
    after_minutes: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(16), default='booked')
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(AnyCase, index=True)
    comment: Mapped[str] = mapped_column(String(2000), default='')
    time_zone: Mapped[str] = mapped_column(String(64))
    clock: Mapped[int] = mapped_column(default=12)
    key_version: Mapped[int] = mapped_column(default=1)
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    session_id: Mapped[str | None] = mapped_column(String(255))
    session_key: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str] = mapped_column(String(16), default='')
    cancel_reason: Mapped[str] = mapped_column(String(500), default='')
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16), default='')
    notes: Mapped[str] = mapped_column(String(4000), default='')


class Answer(Base):
    """What the customer answered to an extra question, which is kept as it was asked."""

    __tablename__ = 'answers'

    appointment_id: Mapped[int] = mapped_column(ForeignKey('appointments.id', ondelete='CASCADE'), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    label: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(String(2000))


class Visit(Base):
    """One side's stay in a call, from taking its seat to leaving it: no picture and no sound, only that it was so.

    `until_at` is when they were last known to be there, `ended` why they no longer are (hung_up, silent, replaced, ended or closed; nothing
    while they are). The seconds say how good the line was for how long, `is_relayed` whether it went through a relay. `rep_id` is the rep
    who sat there, who may be a colleague of the appointment's; nothing for the customer, and for stays from before that was written down.
    """

    __tablename__ = 'visits'
    __table_args__ = (Index('ix_visits_ended_until_at', 'ended', 'until_at'),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey('appointments.id', ondelete='CASCADE'), index=True)
    seat: Mapped[str] = mapped_column(String(16))
    engine: Mapped[str] = mapped_column(String(32), default='')
    joined_at: Mapped[datetime]
    until_at: Mapped[datetime]
    ended: Mapped[str] = mapped_column(String(16), default='')
    good_seconds: Mapped[int] = mapped_column(default=0)
    fair_seconds: Mapped[int] = mapped_column(default=0)
    poor_seconds: Mapped[int] = mapped_column(default=0)
    is_relayed: Mapped[bool] = mapped_column(default=False)
    rep_id: Mapped[int | None] = mapped_column(ForeignKey('reps.id'))


class Message(Base):
    """What one side of a call wrote to the other; kept only if the settings say so."""

    __tablename__ = 'messages'

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey('appointments.id', ondelete='CASCADE'), index=True)
    seat: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(1000))
    said_at: Mapped[datetime]


class Hold(Base):
    """A slot kept for one browser while its form is filled in. Browser and network address are only here as hashes."""

    __tablename__ = 'holds'

    id: Mapped[int] = mapped_column(primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(64), unique=True)
    network_hash: Mapped[str] = mapped_column(String(64), index=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey('kinds.id', ondelete='CASCADE'))
    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    before_minutes: Mapped[int]
    after_minutes: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Cell(Base):
    """Five minutes of a rep's time, claimed by an appointment or a hold. The primary key is what makes two overlapping ones impossible."""

    __tablename__ = 'cells'

    rep_id: Mapped[int] = mapped_column(ForeignKey('reps.id'), primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey('appointments.id', ondelete='CASCADE'), index=True)
    hold_id: Mapped[int | None] = mapped_column(ForeignKey('holds.id', ondelete='CASCADE'), index=True)


class OutboxItem(Base):
    """Something to be done because of an appointment, or of a rep's account: what to tell whom, never the text.

    `rep_id` is the rep it is about, and to when the recipient is the rep; `starts_at` is when the appointment was then, `earlier_starts_at`
    when it had been before it was moved. `due_at` is when the next try may begin, `created_at` when it was queued (again).
    """

    __tablename__ = 'outbox'
    __table_args__ = (Index('ix_outbox_state_due_at', 'state', 'due_at'),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey('appointments.id', ondelete='CASCADE'), index=True)
    rep_id: Mapped[int | None] = mapped_column(ForeignKey('reps.id', ondelete='CASCADE'), index=True)
    starts_at: Mapped[datetime | None]
    earlier_starts_at: Mapped[datetime | None]
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


class Reminder(Base):
    """A reminder that has been queued: of one appointment at one time, so many minutes before it. The primary key queues each once."""

    __tablename__ = 'reminders'

    appointment_id: Mapped[int] = mapped_column(ForeignKey('appointments.id', ondelete='CASCADE'), primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    minutes_before: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


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
    """Tries lately made for an address or from a network address (hashed), so that the next one can wait: wrong passwords, each of
    them counted before it is judged, and wishes for a link to choose a password.
    """

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


def change_or_add(session: Session, change: sa.Update, row: Base) -> None:
    """Do the change, or add the row when there is none to change. Of two who add it at once, the slower one changes it."""
    if session.execute(change).rowcount == 1:  # type: ignore[attr-defined]
        return
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        session.execute(change)


def _try_again(error: OperationalError) -> bool:
    code = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return code in MYSQL_TRY_AGAIN or 'database is locked' in str(error.orig)


def _sqlite(url: URL) -> Engine:
    engine = sa.create_engine(url, hide_parameters=True, connect_args={'timeout': BUSY_SECONDS}, **POOL)

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
    engine = sa.create_engine(url, hide_parameters=True, isolation_level='READ COMMITTED', pool_pre_ping=True, pool_recycle=3600, **POOL)

    @event.listens_for(engine, 'connect')
    def prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00', innodb_lock_wait_timeout = 5")

    return engine
