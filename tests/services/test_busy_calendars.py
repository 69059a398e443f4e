"""Calendars elsewhere: added, read in the background by one process only, kept while they cannot be read, swapped whole."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

import db
from services import availability, busy_calendars, calendar_reading, events, kinds, reps
from services.busy_calendars import Source
from services.calendar_reader import CalendarReader
from services.calendar_reading import Found, Wanted
from services.errors import Failed, InvalidFields
from tests.calendar_server import CalendarServer, calendar_server
from tests.calendar_texts import calendar, event
from tests.conftest import Configure, coming, on_sqlite
from tests.waiting import until

SECRET = 'https://calendar.example.com/private-0123/basic.ics'


@pytest.fixture
def server(configure: Configure, database_url: str, riley: db.Rep) -> Iterator[CalendarServer]:
    """A calendar server on an address that is allowed."""
    configure(DATABASE_URL=database_url, BUSY_CALENDARS_PRIVATE='true')
    with calendar_server() as running:
        yield running


@pytest.fixture
def reader() -> Iterator[CalendarReader]:
    """A reader that polls so rarely that only what wakes it counts."""
    running = CalendarReader(poll_seconds=60)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def heard() -> Iterator[list[events.Event]]:
    """The changes of availability that were published."""
    found: list[events.Event] = []
    stop = events.subscribe(lambda event: found.append(event) if isinstance(event, events.AvailabilityChanged) else None)
    yield found
    stop()


def at(starts_at: datetime, uid: str = 'one') -> str:
    """An event of an hour."""
    return event(f'DTSTART:{starts_at:%Y%m%dT%H%M%SZ}', 'DURATION:PT1H', uid=uid)


def copy() -> list[datetime]:
    """When the busy times begin."""
    with db.reading() as session:
        return list(session.scalars(select(db.BusyTime.starts_at).order_by(db.BusyTime.starts_at)))


def source(rep: db.Rep) -> Source:
    """The rep's only calendar."""
    (found,) = busy_calendars.of(rep.id)
    return found


def read_once(rep: db.Rep, **found: object) -> bool:
    """Claim the calendar, and keep this as what was read."""
    busy_calendars.read_now(rep.id, source(rep).id)
    (due,) = busy_calendars.claim(4)
    return busy_calendars.keep(due, Found(**found))  # type: ignore[arg-type]


def span(starts_at: datetime) -> tuple[datetime, datetime]:
    return starts_at, starts_at + timedelta(hours=1)


def test_a_calendar_is_read_at_once_and_its_times_cannot_be_booked(
    riley: db.Rep, server: CalendarServer, reader: CalendarReader, heard: list[events.Event]
) -> None:
    starts_at = coming(riley)
    server.publish(calendar('X-WR-CALNAME:Work', at(starts_at)), ETag='"one"')
    busy_calendars.add(riley.id, f' {server.url} ')
    until(lambda: source(riley).read_at, 'the first reading')
    assert (copy(), heard) == ([starts_at], [events.AvailabilityChanged(riley.id)])
    assert source(riley).name == 'Work'
    assert (source(riley).host, source(riley).error, source(riley).ahead, source(riley).is_due) == ('127.0.0.1', '', 1, False)
    day = starts_at.astimezone(ZoneInfo(riley.time_zone)).date()
    slots = availability.slots_on(kinds.FIRST, day, ZoneInfo(riley.time_zone))
    assert [slot.starts_at for slot in slots if slot.state != 'free'] == [starts_at]


def test_the_last_good_copy_counts_while_the_calendar_cannot_be_read(
    riley: db.Rep, server: CalendarServer, reader: CalendarReader, caplog: pytest.LogCaptureFixture
) -> None:
    starts_at = coming(riley)
    server.publish(calendar(at(starts_at)), ETag='"one"')
    busy_calendars.add(riley.id, server.url)
    until(lambda: source(riley).read_at, 'the first reading')
    server.refuse(500)
    for count in (1, 2):
        busy_calendars.read_now(riley.id, source(riley).id)
        until(lambda count=count: reader.failures.counts.total() == count and not source(riley).is_due, 'the failure')  # type: ignore[misc]
    assert source(riley).error == 'The server of this calendar has a problem (500). We keep trying.'
    assert copy() == [starts_at]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert server.url not in caplog.text
    server.publish(calendar(), ETag='"one"')
    busy_calendars.read_now(riley.id, source(riley).id)
    until(lambda: not source(riley).error, 'the next reading')
    assert copy() == []


def test_of_two_processes_one_reads_a_calendar_and_the_next_time_comes_by_itself(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    now(noon)
    busy_calendars.add(riley.id, SECRET)
    found: list[busy_calendars.Due] = []
    threads = [threading.Thread(target=lambda: found.extend(busy_calendars.claim(4))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [due.wanted.address for due in found] == [SECRET]
    now(noon + timedelta(minutes=4, seconds=59))
    assert busy_calendars.claim(4) == []
    now(noon + timedelta(minutes=5))
    assert len(busy_calendars.claim(4)) == 1


def test_what_is_known_is_asked_for_again_once_a_day(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    now(noon)
    busy_calendars.add(riley.id, SECRET)
    asked: list[Wanted] = []
    for hours in (0, 23, 25):
        now(noon + timedelta(hours=hours))
        (due,) = busy_calendars.claim(4)
        asked.append(due.wanted)
        busy_calendars.keep(due, Found(None) if hours == 23 else Found([], 0, '"one"', 'Tue, 01 Dec 2026 12:00:00 GMT'))
    assert [wanted.etag for wanted in asked] == ['', '"one"', '']
    assert (asked[0].first, asked[0].zone) == (datetime(2026, 11, 30, tzinfo=UTC), 'Europe/Berlin')
    assert asked[0].last - asked[0].first > timedelta(days=365 + 30)


@pytest.mark.parametrize('is_under_way', [False, True])
def test_in_another_zone_all_of_it_is_asked_for_at_once(riley: db.Rep, is_under_way: bool) -> None:
    busy_calendars.add(riley.id, SECRET)
    (due,) = busy_calendars.claim(4)
    if not is_under_way:
        busy_calendars.keep(due, Found([], 0, '"one"'))
    reps.update(riley.id, name='Riley Berger', email='riley@example.com', time_zone='Asia/Tokyo')
    if is_under_way:
        busy_calendars.keep(due, Found([], 0, '"one"'))
    (due,) = busy_calendars.claim(4)
    assert (due.wanted.etag, due.wanted.zone) == ('', 'Asia/Tokyo')


def test_only_what_differs_is_touched_and_only_a_difference_is_told(riley: db.Rep, heard: list[events.Event]) -> None:
    first, second, third = (span(coming(riley, days)) for days in (2, 3, 4))
    busy_calendars.add(riley.id, SECRET)
    assert read_once(riley, spans=[first, second])
    assert not read_once(riley, spans=[first, second], skipped=2)
    assert source(riley).error.startswith('2 events make no sense')
    assert not read_once(riley, spans=None)
    assert source(riley).error
    assert read_once(riley, spans=[second, third])
    assert copy() == [second[0], third[0]]
    assert len(heard) == 2


def test_a_calendar_that_was_removed_while_it_was_read_stays_removed(riley: db.Rep, heard: list[events.Event]) -> None:
    busy_calendars.add(riley.id, SECRET)
    read_once(riley, spans=[span(coming(riley))])
    busy_calendars.read_now(riley.id, source(riley).id)
    (due,) = busy_calendars.claim(4)
    busy_calendars.remove(riley.id + 1, due.calendar_id)
    assert copy()
    busy_calendars.remove(riley.id, due.calendar_id)
    assert not busy_calendars.keep(due, Found([span(coming(riley))]))
    busy_calendars.fail(due, 'No.')
    assert (busy_calendars.of(riley.id), copy()) == ([], [])
    assert heard.count(events.AvailabilityChanged(riley.id)) == 2


@on_sqlite
def test_what_nobody_expected_is_said_and_logged_without_its_words(
    riley: db.Rep, reader: CalendarReader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(wanted: Wanted) -> Found:
        raise RuntimeError(wanted.address)

    monkeypatch.setattr(calendar_reading, 'read', fail)
    busy_calendars.add(riley.id, SECRET)
    until(lambda: reader.failures.counts['RuntimeError'], 'the failure')
    assert source(riley).error == Failed.sentence
    assert 'RuntimeError' in caplog.text
    assert 'private-0123' not in caplog.text


@on_sqlite
@pytest.mark.parametrize(
    'address',
    [
        '', 'calendar', 'ftp://example.com/a.ics', 'file:///etc/passwd', 'https://', 'https://user:password@example.com/', 'https://user@example.com/',
        'https://example.com/#part', 'https://example.com:99999/', 'https://example.com/' + 'a' * 2000, 'https://exa mple.com/\x00',
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_calendar_is_not_added(riley: db.Rep, address: str) -> None:
    with pytest.raises(InvalidFields) as error:
        busy_calendars.add(riley.id, address)
    assert set(error.value.fields) == {'address'}
    assert busy_calendars.of(riley.id) == []


@on_sqlite
def test_webcal_means_https_and_the_same_address_is_added_once(riley: db.Rep) -> None:
    for scheme in ('webcal', 'webcals', 'https'):
        if scheme == 'webcal':
            busy_calendars.add(riley.id, SECRET.replace('https', scheme))
            continue
        with pytest.raises(InvalidFields, match='in the list already'):
            busy_calendars.add(riley.id, SECRET.replace('https', scheme))
    assert busy_calendars.claim(4)[0].wanted.address == SECRET


@on_sqlite
def test_nobody_reads_the_calendars_of_a_rep_who_is_gone(riley: db.Rep) -> None:
    busy_calendars.add(riley.id, SECRET)

    def leave(session: db.Session) -> None:
        session.get_one(db.Rep, riley.id).is_active = False

    db.writing(leave)
    assert busy_calendars.claim(4) == []
