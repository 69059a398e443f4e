"""The plain routes, on the outer app alone, with a real database behind them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from icalendar import Calendar

import db
from pages import endpoints, failures
from services import appointment_changes, appointments, feeds, holds, keys, kind_changes, kinds, reps, sign_ins
from services.customers import Customer
from services.kind_fields import Typed
from services.questions import CHOICE, Draft
from tests.conftest import BERLIN, coming

PASSWORD = 'correct horse battery'


@pytest.fixture
def http(riley: db.Rep) -> Iterator[TestClient]:
    app = FastAPI(openapi_url='/api/openapi.json')
    endpoints.add_routes(app, is_ready=lambda: True)
    failures.add_json_handlers(app)
    with TestClient(app, base_url='http://localhost:8080', follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def signed_in(http: TestClient, riley: db.Rep) -> TestClient:
    key = sign_ins.sign_in_by_link(sign_ins.new_link(riley.id))
    http.cookies.set('sign_in', key)
    return http


def give_password(riley: db.Rep) -> None:
    reps.update(riley.id, name=riley.name, email='riley@example.com', time_zone=BERLIN, password=PASSWORD, repeated=PASSWORD)


def milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def form(riley: db.Rep, **changes: object) -> dict[str, object]:
    given = {'name': 'Carol', 'email': 'carol@example.com', 'comment': 'Hello', 'timestamp': milliseconds(coming(riley))}
    return given | changes


def test_a_booking_is_answered_with_its_own_links(http: TestClient, riley: db.Rep) -> None:
    answer = http.post('/schedule', data=form(riley, tz='Asia/Tokyo'))
    assert answer.status_code == 201
    chat, manage = answer.json()['chat'], answer.json()['manage']
    assert chat.startswith('http://localhost:8080/chat/')
    booked = appointments.by_key('manage', manage.rpartition('/')[2])
    assert (booked.name, booked.time_zone, booked.starts_at) == ('Carol', 'Asia/Tokyo', coming(riley))


def test_a_booking_can_be_sent_as_json(http: TestClient, riley: db.Rep) -> None:
    assert http.post('/schedule', json=form(riley)).status_code == 201
    assert appointments.booked_at(riley.id, coming(riley)).time_zone == BERLIN


def test_extra_questions_are_answered_by_what_is_asked(http: TestClient, riley: db.Rep) -> None:
    asked = [Draft('a', 'Which office?', is_required=True), Draft('b', 'Which plan?', CHOICE, 'Small\nLarge')]
    kind_changes.change(kinds.FIRST, Typed('Video call', rep_ids=[riley.id], questions=asked))
    missing, wrong = (http.post('/schedule', json=form(riley, answers=answers)) for answers in ({}, ['Kyoto']))
    assert (missing.status_code, missing.json()['error']) == (422, 'Please answer “Which office?”.')
    assert (wrong.status_code, list(wrong.json()['fields'])) == (422, ['answers'])
    assert http.post('/schedule', json=form(riley, answers={'Which office?': 'Kyoto', 'Which plan?': 'Large'})).status_code == 201
    booked = appointments.booked_at(riley.id, coming(riley))
    assert appointments.answers_of(booked.id) == [('Which office?', 'Kyoto'), ('Which plan?', 'Large')]


def test_a_taken_time_is_a_conflict(http: TestClient, riley: db.Rep) -> None:
    assert http.post('/schedule', json=form(riley)).status_code == 201
    answer = http.post('/schedule', json=form(riley))
    assert (answer.status_code, list(answer.json())) == (409, ['error'])


def test_what_cannot_be_taken_is_told_in_a_sentence_for_each_field(http: TestClient, riley: db.Rep) -> None:
    answer = http.post('/schedule', data=form(riley, name='', email='carol@', comment='x' * 2001, tz='Mars'))
    assert answer.status_code == 422
    assert set(answer.json()['fields']) == {'name', 'email', 'comment', 'tz'}
    answer = http.post('/schedule', data=form(riley, timestamp='soon'))
    assert (answer.status_code, set(answer.json()['fields'])) == (422, {'timestamp'})


@pytest.mark.parametrize(
    ('body', 'kind'),
    [
        (b'{', 'application/json'),
        (b'[]', 'application/json'),
        (b'[' * 200_000, 'application/json'),
        (b'{"name": "\\ud800", "timestamp": 1}', 'application/json'),
        (b'"x"', 'application/json'),
        (b'\xff\xfe', 'application/json'),
        (b'timestamp=99999999999999999999999', 'application/x-www-form-urlencoded'),
        (b'timestamp=-1', 'application/x-www-form-urlencoded'),
        (b'name=\x00&timestamp=1', 'application/x-www-form-urlencoded'),
        (b'--x', 'multipart/form-data'),
        (b'', 'text/plain'),
    ],
)
def test_a_body_that_makes_no_sense_gets_a_sentence(http: TestClient, body: bytes, kind: str) -> None:
    answer = http.post('/schedule', content=body, headers={'content-type': kind})
    assert 400 <= answer.status_code < 500
    assert answer.json()['error'].endswith('.')


def test_what_no_database_takes_is_left_out(http: TestClient, riley: db.Rep) -> None:
    body = json.dumps(form(riley, name='Ca\x00rol', comment='One\r\nTwo\x1b'))
    assert http.post('/schedule', content=body, headers={'content-type': 'application/json'}).status_code == 201
    booked = appointments.booked_at(riley.id, coming(riley))
    assert (booked.name, booked.comment) == ('Carol', 'One\nTwo')


@pytest.mark.parametrize(
    'headers',
    [
        {'origin': 'https://evil.example'},
        {'sec-fetch-site': 'cross-site'},
        {'origin': 'null'},
        {'origin': 'http://['},
        {'origin': 'http://localhost:8080.evil.example'},
    ],
)
@pytest.mark.parametrize('path', ['/schedule', '/cancel/1', '/sign-in', '/sign-out'])
def test_another_sites_page_cannot_change_anything(http: TestClient, path: str, headers: dict[str, str]) -> None:
    assert http.post(path, headers=headers).status_code == 403


def test_our_own_pages_and_programs_without_an_origin_may(http: TestClient, riley: db.Rep) -> None:
    own = {'origin': 'http://localhost:8080', 'sec-fetch-site': 'same-origin'}
    assert http.post('/schedule', json=form(riley), headers=own).status_code == 201
    assert http.post('/schedule', json=form(riley, timestamp=milliseconds(coming(riley, hour=12)))).status_code == 201


def test_the_days_taken_times_are_public_and_say_nothing_else(http: TestClient, appointment: db.Appointment) -> None:
    day = appointment.starts_at.astimezone(ZoneInfo(BERLIN)).date()
    for daystring in (f'{day:%a%b%d%Y}', day.isoformat()):
        assert http.get(f'/availability/{daystring}').json() == [milliseconds(appointment.starts_at)]
    assert http.get(f'/availability/{day + timedelta(days=1)}').json() == []


def test_a_day_can_be_asked_for_in_another_zone(http: TestClient, riley: db.Rep, carol: Customer) -> None:
    late = appointments.book(kinds.FIRST, coming(riley, hour=16), carol)
    day = late.starts_at.astimezone(ZoneInfo('Pacific/Auckland')).date()
    assert day != late.starts_at.astimezone(ZoneInfo(BERLIN)).date()
    assert http.get(f'/availability/{day}?tz=Pacific/Auckland').json() == [milliseconds(late.starts_at)]
    assert http.get(f'/availability/{day}').json() == []


@pytest.mark.parametrize(
    'path',
    [
        '/availability/tomorrow',
        '/availability/2026-13-01',
        '/availability/2026-11-22?tz=Mars',
        '/availability/%00',
        '/availability/9999-12-31',
        '/availability/0001-01-01?tz=Asia/Tokyo',
    ],
)
def test_a_day_that_is_none_gets_a_sentence(http: TestClient, path: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.json()['error'][:11]) == (400, 'Please give')


def test_the_reps_appointment_has_the_seven_fields(signed_in: TestClient, appointment: db.Appointment, riley: db.Rep) -> None:
    reps.remember_clock(riley.id, 12)
    info = signed_in.get(f'/getinfo/{milliseconds(appointment.starts_at)}').json()
    local = appointment.starts_at.astimezone(ZoneInfo(BERLIN))
    assert info == {
        'Name': 'Carol Tanaka',
        'Email': 'carol@example.com',
        'Comment': 'The offer from last week',
        'Timestamp': str(milliseconds(appointment.starts_at)),
        'Daystring': f'{local:%a%b%d%Y}',
        'Sessionid': '',
        'Timestring': f'{local:%a %b} {local.day}, {local.year} at 11:00 AM',
    }


def test_a_free_time_is_null_and_strangers_are_told_to_sign_in(
    http: TestClient, signed_in: TestClient, appointment: db.Appointment
) -> None:
    path = f'/getinfo/{milliseconds(appointment.starts_at)}'
    assert signed_in.get(f'/getinfo/{milliseconds(appointment.starts_at) + 1}').json() is None
    http.cookies.clear()
    assert http.get(path).status_code == 401
    http.cookies.set('sign_in', 'guess')
    assert http.get(path).status_code == 401


def test_only_the_signed_in_rep_cancels(http: TestClient, riley: db.Rep, appointment: db.Appointment) -> None:
    path = f'/cancel/{milliseconds(appointment.starts_at)}'
    assert http.post(path).status_code == 401
    http.cookies.set('sign_in', sign_ins.sign_in_by_link(sign_ins.new_link(riley.id)))
    assert http.post(path).json() == {'status': 'cancelled'}
    assert http.post(path).status_code == 404
    assert appointments.get(appointment.id).status == 'cancelled'


@pytest.mark.parametrize(
    ('method', 'path', 'allowed'),
    [('GET', '/cancel/1', 'POST'), ('GET', '/schedule', 'POST'), ('DELETE', '/availability/x', 'GET'), ('GET', '/sign-out', 'POST')],
)
def test_other_methods_are_told_which_one_to_use(http: TestClient, method: str, path: str, allowed: str) -> None:
    answer = http.request(method, path)
    assert (answer.status_code, answer.headers['allow']) == (405, allowed)


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(http: TestClient, riley: db.Rep) -> None:
    give_password(riley)
    answer = http.post('/sign-in', data={'email': 'Riley@example.com ', 'password': PASSWORD, 'next': '/rep?day=2026-11-22'})
    assert (answer.status_code, answer.headers['location']) == (303, '/rep?day=2026-11-22')
    cookie = answer.headers['set-cookie'].lower()
    assert 'httponly' in cookie
    assert 'samesite=lax' in cookie
    assert 'secure' not in cookie


def test_behind_https_the_cookie_travels_only_there(
    http: TestClient, riley: db.Rep, configure: Callable[..., object], database: str
) -> None:
    give_password(riley)
    configure(DATABASE_URL=database, BASE_URL='https://calls.example.com')
    answer = http.post('/sign-in', data={'email': 'riley@example.com', 'password': PASSWORD})
    assert 'secure' in answer.headers['set-cookie'].lower()


@pytest.mark.parametrize(
    'target', ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '', '/\t/evil.example']
)
def test_signing_in_leads_only_inside_this_site(http: TestClient, riley: db.Rep, target: str) -> None:
    give_password(riley)
    answer = http.post('/sign-in', data={'email': 'riley@example.com', 'password': PASSWORD, 'next': target})
    assert answer.headers['location'] == '/rep'


def test_a_wrong_password_leads_back_to_the_form_without_the_address_in_the_url(http: TestClient, riley: db.Rep) -> None:
    answer = http.post('/sign-in', data={'email': 'riley@example.com', 'password': 'wrong', 'next': '/rep?day=2026-11-22'})
    assert answer.headers['location'] == '/sign-in?next=%2Frep%3Fday%3D2026-11-22'
    assert 'riley%40example.com' in answer.headers['set-cookie']


def test_signing_out_ends_the_sign_in_itself(signed_in: TestClient, appointment: db.Appointment) -> None:
    key = signed_in.cookies['sign_in']
    assert signed_in.post('/sign-out').status_code == 303
    signed_in.cookies.set('sign_in', key)
    answer = signed_in.get(f'/getinfo/{milliseconds(appointment.starts_at)}')
    assert answer.status_code == 401


def test_the_calendar_file_is_valid(http: TestClient, appointment: db.Appointment) -> None:
    answer = http.get(f'/appointment/{appointments.key("manage", appointment)}/calendar.ics')
    assert answer.headers['content-type'] == 'text/calendar; charset=utf-8'
    event = Calendar.from_ical(answer.content).walk('VEVENT')[0]
    assert event['UID'].startswith(appointment.public_id)
    assert event.decoded('DTSTART') == appointment.starts_at


def test_a_key_that_opens_nothing_gets_the_same_page_from_the_calendar_file(http: TestClient, appointment: db.Appointment) -> None:
    answer = http.get(f'/appointment/{appointments.key("chat", appointment)}/calendar.ics')
    assert answer.status_code == 404
    assert 'This link leads nowhere' in answer.text


def test_a_reps_feed_is_sent_again_only_when_it_has_changed(http: TestClient, riley: db.Rep, appointment: db.Appointment) -> None:
    path = feeds.address(riley).removeprefix('http://localhost:8080')
    first = http.get(path)
    assert (first.status_code, first.headers['content-type']) == (200, 'text/calendar; charset=utf-8')
    assert 'no-cache' in first.headers['cache-control']
    assert 'set-cookie' not in first.headers
    seen = {'If-None-Match': f'W/"old", {first.headers["etag"]}'}
    again = http.get(path, headers=seen)
    assert (again.status_code, again.content, again.headers['etag']) == (304, b'', first.headers['etag'])
    assert http.head(path).headers['etag'] == first.headers['etag']
    appointment_changes.cancel(appointment.id)
    assert http.get(path, headers=seen).status_code == 200


def test_a_feeds_address_that_opens_nothing_is_not_found(http: TestClient, riley: db.Rep, appointment: db.Appointment) -> None:
    for key in ('guess', appointments.key('manage', appointment), keys.make('feed', str(riley.id), riley.feed_version + 1)):
        assert http.get(f'/calendar/{key}.ics').status_code == 404


def test_monitors_may_ask_for_the_head_only(http: TestClient) -> None:
    assert [http.head(path).status_code for path in ('/healthz', '/readyz')] == [200, 200]


def test_the_routes_are_described(http: TestClient) -> None:
    paths = http.get('/api/openapi.json').json()['paths']
    assert {'/availability/{daystring}', '/schedule', '/getinfo/{timestamp}', '/cancel/{timestamp}'} <= set(paths)


def test_only_the_browser_that_holds_a_time_lets_go_of_it(http: TestClient, riley: db.Rep) -> None:
    carols, sams = '0' * 32, '1' * 32
    hold = holds.take(kinds.FIRST, coming(riley), carols, '203.0.113.7')
    until = {'held': hold.expires_at.isoformat()}

    def answer(browser: str, said: dict[str, str], **headers: str) -> int:
        http.cookies.set('browser', browser)
        return http.post('/api/release', data=said, headers=headers).status_code

    def is_held() -> bool:
        with db.reading() as session:
            return session.get(db.Hold, hold.id) is not None

    assert answer(sams, until) == 204
    assert answer(carols, until, Origin='https://evil.example') == 403
    assert answer(carols, {'held': 'soon'}) == 400
    assert answer(carols, {'held': hold.expires_at.replace(tzinfo=None).isoformat()}) == 400  # of which zone?
    assert is_held()
    assert answer(carols, until) == 204
    assert not is_held()
