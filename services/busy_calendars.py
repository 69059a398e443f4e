"""Calendars that reps keep elsewhere: their addresses, how the last reading went, and the busy times of the last good copy.

An address is a secret: who knows it can read the calendar. It is in no log and on no page.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db import BusyCalendar, BusyTime, Kind, Rep, reading, writing
from services import calendar_fetch, clock, events, settings
from services.busy_spans import Span
from services.calendar_fetch import Unreadable
from services.calendar_reading import Found, Wanted
from services.errors import InvalidFields

ADDRESS_MAX = 2000
AT_ONCE = 500  # rows named in one statement
DAY = timedelta(days=1)
BEYOND_HORIZON = 31 * DAY  # so that the copy reaches far enough also when nobody has been able to read it for a while


@dataclass(frozen=True)
class Source:
    """A calendar elsewhere as its owner sees it: its own name (empty when it has none), its server, how the last reading went, and how
    many busy times are ahead.
    """

    id: int
    name: str
    host: str
    is_due: bool
    read_at: datetime | None
    error: str
    ahead: int


@dataclass(frozen=True)
class Due:
    """A calendar that is to be read now, by whoever has claimed it."""

    calendar_id: int
    rep_id: int
    wanted: Wanted


def of(rep_id: int) -> list[Source]:
    """The calendars of a rep, in the order they were added."""
    now = clock.now()
    counted = (
        select(BusyTime.calendar_id, func.count().label('ahead'))
        .where(BusyTime.rep_id == rep_id, BusyTime.ends_at > now)
        .group_by(BusyTime.calendar_id)
        .subquery()
    )
    rows = select(BusyCalendar, counted.c.ahead).outerjoin(counted).where(BusyCalendar.rep_id == rep_id).order_by(BusyCalendar.id)
    with reading() as session:
        return [
            Source(row.id, row.name, urlsplit(row.address).hostname or '', row.due_at <= now, row.read_at, row.error, ahead or 0)
            for row, ahead in session.execute(rows)
        ]


def standing() -> tuple[int, int]:
    """How many calendars there are, of active reps, and how many of them could not be read the last time."""
    with reading() as session:
        rows = session.execute(select(BusyCalendar.tried_at, BusyCalendar.read_at).join(Rep).where(Rep.is_active)).all()
    return len(rows), sum(tried_at != read_at for tried_at, read_at in rows)


def add(rep_id: int, address: str) -> None:
    """Let the times of the calendar at this address count from now on; it is read at once.

    :raises InvalidFields: when no calendar can lie there
    """
    address, now = _checked(address.strip()), clock.now()

    def fn(session: Session) -> None:
        if address in session.scalars(select(BusyCalendar.address).where(BusyCalendar.rep_id == rep_id)).all():
            raise InvalidFields({'address': 'This calendar is in the list already.'})
        session.add(BusyCalendar(rep_id=rep_id, address=address, due_at=now, created_at=now))

    writing(fn)
    events.publish(events.BusyCalendarChanged(rep_id))


def remove(rep_id: int, calendar_id: int) -> None:
    """Forget the calendar and its busy times; nothing when it is gone already."""
    where = BusyCalendar.rep_id == rep_id, BusyCalendar.id == calendar_id

    def fn(session: Session) -> None:
        session.execute(delete(BusyTime).where(BusyTime.rep_id == rep_id, BusyTime.calendar_id == calendar_id))
        session.execute(delete(BusyCalendar).where(*where))

    writing(fn)
    events.publish(events.BusyCalendarChanged(rep_id))
    events.publish(events.AvailabilityChanged(rep_id))


def read_now(rep_id: int, calendar_id: int) -> None:
    """Let the calendar be read at once."""
    where = BusyCalendar.rep_id == rep_id, BusyCalendar.id == calendar_id
    writing(lambda session: session.execute(update(BusyCalendar).where(*where).values(due_at=clock.now())))
    events.publish(events.BusyCalendarChanged(rep_id))


def read_anew(session: Session, rep_id: int) -> None:
    """Let the rep's calendars soon be read whole, in the caller's transaction: times without a zone mean others in another one."""
    whole = {'due_at': clock.now(), 'whole_at': None}
    session.execute(update(BusyCalendar).where(BusyCalendar.rep_id == rep_id).values(whole).execution_options(synchronize_session=False))


def claim(limit: int) -> list[Due]:
    """At most so many calendars to be read now, the longest due first; no other process gets them until they are due again."""
    now = clock.now()
    due = select(BusyCalendar.id, BusyCalendar.due_at).join(Rep).where(Rep.is_active, BusyCalendar.due_at <= now)
    with reading() as session:
        seen = list(session.execute(due.order_by(BusyCalendar.due_at).limit(limit)))
    return [found for calendar_id, due_at in seen if (found := _claimed(calendar_id, due_at, now))]


def keep(due: Due, found: Found) -> bool:
    """Note what was read. Whether the busy times are others now; then everybody hears of it."""

    def fn(session: Session) -> bool:
        row = session.get(BusyCalendar, due.calendar_id, with_for_update=True)  # two readings of one calendar take turns
        if row is None:
            return False  # removed meanwhile
        row.tried_at = row.read_at = clock.now()
        row.error = _skipped(found.skipped) if found.spans is not None else row.error
        if found.spans is None:
            return False
        is_whole = session.get_one(Rep, row.rep_id).time_zone == due.wanted.zone  # it may have been changed meanwhile
        row.name, row.etag, row.last_modified, row.whole_at = found.name, found.etag, found.last_modified, row.read_at if is_whole else None
        return _swap(session, row, set(found.spans))

    has_changed = writing(fn)
    events.publish(events.BusyCalendarChanged(due.rep_id))
    if has_changed:
        events.publish(events.AvailabilityChanged(due.rep_id))
    return has_changed


def fail(due: Due, sentence: str) -> None:
    """Note why the calendar could not be read; the last good copy still counts. The next reading asks for all of it."""
    values = {'tried_at': clock.now(), 'error': sentence, 'etag': '', 'last_modified': ''}
    writing(lambda session: session.execute(update(BusyCalendar).where(BusyCalendar.id == due.calendar_id).values(values)))
    events.publish(events.BusyCalendarChanged(due.rep_id))


def _claimed(calendar_id: int, due_at: datetime, now: datetime) -> Due | None:
    """The calendar, when it was still due: whoever else saw it due finds it claimed."""
    next_at = now + timedelta(minutes=settings.current().busy_calendar_minutes)
    mine = update(BusyCalendar).where(BusyCalendar.id == calendar_id, BusyCalendar.due_at == due_at).values(due_at=next_at)

    def fn(session: Session) -> Due | None:
        if session.execute(mine).rowcount != 1:  # type: ignore[attr-defined]
            return None
        row = session.get_one(BusyCalendar, calendar_id)
        return Due(row.id, row.rep_id, _wanted(session, row, now))

    return writing(fn)


def _wanted(session: Session, row: BusyCalendar, now: datetime) -> Wanted:
    """Once a day all of it is asked for, so that the days that have come within reach are worked out too."""
    is_recent = row.whole_at is not None and row.whole_at > now - DAY
    today = datetime.combine(now.date(), time(), UTC)
    farthest = max(settings.current().horizon_days, session.scalar(select(func.max(Kind.horizon_days))) or 0)
    return Wanted(
        row.address,
        row.etag if is_recent else '',
        row.last_modified if is_recent else '',
        session.get_one(Rep, row.rep_id).time_zone,
        today - DAY,
        today + farthest * DAY + BEYOND_HORIZON,
        settings.current().busy_calendars_private,
    )


def _swap(session: Session, row: BusyCalendar, spans: set[Span]) -> bool:
    """Put these busy times in the place of the copy there is, touching only what differs. Whether anything does."""
    old = {
        (starts_at, ends_at): row_id
        for row_id, starts_at, ends_at in session.execute(
            select(BusyTime.id, BusyTime.starts_at, BusyTime.ends_at).where(BusyTime.calendar_id == row.id)
        )
    }
    gone = [row_id for span, row_id in old.items() if span not in spans]
    for first in range(0, len(gone), AT_ONCE):
        session.execute(delete(BusyTime).where(BusyTime.id.in_(gone[first : first + AT_ONCE])))
    new = sorted(spans - old.keys())
    session.add_all(BusyTime(calendar_id=row.id, rep_id=row.rep_id, starts_at=starts_at, ends_at=ends_at) for starts_at, ends_at in new)
    return bool(gone or new)


def _skipped(count: int) -> str:
    """What to say of events that made no sense."""
    if not count:
        return ''
    return f'{count} {"event makes" if count == 1 else "events make"} no sense and cannot count. Please take that time off below.'


def _checked(address: str) -> str:
    """:raises InvalidFields: when no calendar can lie there"""
    try:
        if len(address) > ADDRESS_MAX:
            raise Unreadable(f'Please give an address of at most {ADDRESS_MAX:,} characters.')
        return str(calendar_fetch.checked(address))
    except Unreadable as error:
        raise InvalidFields({'address': str(error)}) from None
