"""`GET /api/slots`, and booking what it offers, on the outer app alone, with a real database behind it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

import db
from pages import endpoints, failures
from services import appointments, availability, clock, holds, kinds, revision, wall_clock
from services.customers import Customer
from services.errors import SlotNotOffered
from tests.conftest import BERLIN, NEW_YORK, TOKYO, coming, on_sqlite


@pytest.fixture
def http(riley: db.Rep) -> Iterator[TestClient]:
    app = FastAPI(openapi_url='/api/openapi.json')
    endpoints.add_routes(app, is_ready=lambda: True)
    failures.add_json_handlers(app)
    with TestClient(app, base_url='http://localhost:8080', raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def robin(riley: db.Rep) -> db.Rep:
    """A second rep of the first kind, in New York, ten to twelve on every day."""

    def hire(session: db.Session) -> db.Rep:
        robin = db.Rep(name='Robin Reyes', email='robin@example.com', time_zone=NEW_YORK, created_at=clock.now())
        session.add(robin)
        session.flush()
        session.add(db.KindRep(kind_id=kinds.FIRST, rep_id=robin.id))
        session.add_all(db.WorkingHours(rep_id=robin.id, weekday=day, starts=time(10), ends=time(12)) for day in range(7))
        revision.rise(session)
        return robin

    return db.writing(hire)


def change_kind(**values: object) -> None:
    def change(session: db.Session) -> None:
        session.execute(update(db.Kind).values(**values))
        revision.rise(session)

    db.writing(change)


def day_ahead(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


def found(http: TestClient, **query: object) -> dict[datetime, list[int]]:
    """The free starts, each with its reps."""
    answer = http.get('/api/slots', params={'from': day_ahead(3), 'to': day_ahead(4), **query})
    assert answer.status_code == 200, answer.text
    return {datetime.fromisoformat(slot['starts_at']): slot['reps'] for slot in answer.json()['slots']}


def test_free_slots_are_told_for_whole_days_of_the_zone(http: TestClient, riley: db.Rep) -> None:
    answer = http.get('/api/slots', params={'from': day_ahead(3), 'to': day_ahead(3), 'tz': TOKYO}).json()
    starts = [datetime.fromisoformat(slot['starts_at']) for slot in answer['slots']]
    assert (answer['kind'], answer['minutes'], answer['tz']) == (kinds.default().slug, 60, TOKYO)
    offered = [coming(riley, days, hour) for days in (2, 3, 4) for hour in range(10, 17)]
    assert starts == [start for start in offered if start.astimezone(ZoneInfo(TOKYO)).date() == day_ahead(3)]
    assert [slot['timestamp'] for slot in answer['slots']] == [round(start.timestamp() * 1000) for start in starts]


def test_what_is_booked_held_or_busy_is_not_free(http: TestClient, riley: db.Rep, carol: Customer) -> None:
    appointments.book(kinds.FIRST, coming(riley, 3, 11), carol)
    holds.take(kinds.FIRST, coming(riley, 3, 12), 'carols', '203.0.113.7')
    calendar = db.BusyCalendar(rep_id=riley.id, address='https://calendar.example.com', due_at=clock.now(), created_at=clock.now())
    busy = coming(riley, 3, 13) + timedelta(minutes=30)
    db.writing(lambda session: session.add(calendar))
    ends_at = busy + timedelta(minutes=60)
    db.writing(lambda session: session.add(db.BusyTime(calendar_id=calendar.id, rep_id=riley.id, starts_at=busy, ends_at=ends_at)))
    assert [start.astimezone(ZoneInfo(BERLIN)).hour for start in found(http, to=day_ahead(3), tz=BERLIN)] == [10, 15, 16]


def test_a_slot_is_free_while_any_rep_is(http: TestClient, riley: db.Rep, robin: db.Rep, carol: Customer) -> None:
    both = coming(riley, 3, 16)
    assert found(http)[both] == [riley.id, robin.id]
    assert all(reps == [robin.id] for reps in found(http, rep=robin.id).values())
    appointments.book(kinds.FIRST, both, carol, rep_id=riley.id)
    assert found(http)[both] == [robin.id]
    appointments.book(kinds.FIRST, both, carol)
    assert both not in found(http)


def test_buffers_and_the_most_a_day_count(http: TestClient, riley: db.Rep, carol: Customer) -> None:
    change_kind(before_minutes=30, after_minutes=30)
    appointments.book(kinds.FIRST, coming(riley, 3, 12), carol)
    assert [start.astimezone(ZoneInfo(BERLIN)).hour for start in found(http, to=day_ahead(3), tz=BERLIN)] == [10, 14, 15, 16]
    change_kind(most_a_day=1)
    assert found(http, to=day_ahead(3), tz=BERLIN) == {}


@on_sqlite
def test_what_is_too_soon_or_too_far_is_not_free(http: TestClient, riley: db.Rep) -> None:
    change_kind(notice_minutes=3 * 24 * 60, horizon_days=5)
    free = found(http, **{'from': day_ahead(0), 'to': day_ahead(60)})
    assert clock.now() + timedelta(days=3) < min(free) < max(free) < clock.now() + timedelta(days=5)


@on_sqlite
@pytest.mark.parametrize(
    ('query', 'status', 'words'),
    [
        ({'from': '2026-11-24', 'to': 'soon'}, 400, 'Please give the day'),
        ({}, 400, 'Please give the day'),
        ({'from': '2026-11-24', 'to': '2026-11-23'}, 400, 'at most 62 days'),
        ({'from': '2026-11-24', 'to': '2027-01-25'}, 400, 'at most 62 days'),
        ({'from': '2026-11-24', 'to': '2026-11-24', 'tz': 'Mars'}, 400, 'IANA'),
        ({'from': '2026-11-24', 'to': '2026-11-24', 'rep': '99'}, 400, 'one of its reps'),
        ({'from': '2026-11-24', 'to': '2026-11-24', 'rep': '\x00'}, 400, 'one of its reps'),
        ({'from': '2026-11-24', 'to': '2026-11-24', 'kind': 'nothing'}, 404, 'cannot be booked'),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(http: TestClient, query: dict[str, str], status: int, words: str) -> None:
    answer = http.get('/api/slots', params=query)
    assert (answer.status_code, list(answer.json())) == (status, ['error'])
    assert words in answer.json()['error']


@on_sqlite
def test_sixty_two_days_can_be_asked_for_at_once(http: TestClient, riley: db.Rep) -> None:
    assert len(found(http, to=day_ahead(3 + 61))) == 62 * 7


@on_sqlite
def test_the_route_is_described_and_takes_get_only(http: TestClient) -> None:
    described = http.get('/api/openapi.json').json()['paths']['/api/slots']['get']
    assert [parameter['name'] for parameter in described['parameters']] == ['kind', 'from', 'to', 'tz', 'rep']
    assert http.post('/api/slots').headers['allow'] == 'GET'


@on_sqlite
def test_a_kind_and_a_rep_can_be_booked_by_name_and_number(http: TestClient, riley: db.Rep, robin: db.Rep) -> None:
    kind, starts_at = kinds.default(), coming(riley, 3, 16)
    form = {'name': 'Carol', 'email': 'carol@example.com', 'timestamp': round(starts_at.timestamp() * 1000), 'kind': kind.slug}
    assert 'cannot be chosen' in http.post('/schedule', json=form | {'rep': robin.id}).json()['error']
    change_kind(customer_chooses_rep=True)
    assert http.post('/schedule', json=form | {'rep': 99}).status_code == 400
    assert http.post('/schedule', json=form | {'kind': 'nothing'}).status_code == 404
    assert http.post('/schedule', json=form | {'rep': 'Robin'}).json()['fields'] == {'rep': 'Please give the number of a rep.'}
    assert http.post('/schedule', data=form | {'rep': robin.id}).status_code == 201
    assert appointments.booked_at(robin.id, starts_at) is not None


@on_sqlite
@pytest.mark.parametrize('timestamp', [-62_135_596_800_000, 253_402_300_799_000])  # the first and the last second that there are
def test_what_lies_at_the_ends_of_the_calendar_cannot_be_booked(http: TestClient, timestamp: int) -> None:
    answer = http.post('/schedule', json={'name': 'Carol', 'email': 'carol@example.com', 'timestamp': timestamp})
    assert (answer.status_code, answer.json()['error']) == (409, SlotNotOffered.sentence)


def test_the_next_free_slot_is_found_however_far_away(riley: db.Rep, carol: Customer) -> None:
    off = db.TimeOff(rep_id=riley.id, first_day=day_ahead(0), last_day=day_ahead(99))

    def leave(session: db.Session) -> None:
        session.add(off)
        revision.rise(session)

    db.writing(leave)
    first = wall_clock.day_span(day_ahead(100), ZoneInfo(BERLIN))[0] + timedelta(hours=10)
    assert availability.next_free(kinds.FIRST, clock.now()) == first
    appointments.book(kinds.FIRST, first, carol)
    assert availability.next_free(kinds.FIRST, clock.now()) == first + timedelta(hours=1)
    assert availability.next_free(kinds.FIRST, clock.now() + timedelta(days=400)) is None
