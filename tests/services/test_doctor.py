"""The doctor against real things: databases, a mail server, the OpenTok platform's stand-in, a relay, clocks."""

import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import update

import db
import migrations
from services import busy_calendars, doctor, relay_probe
from services.calendar_reading import Found
from services.doctor import NOT_CHECKED, OK, PROBLEM
from tests import turn_server
from tests.conftest import Configure, missing, on_sqlite
from tests.mail_server import mail_server
from tests.opentok_platform import opentok_platform
from tests.waiting import free_port

WRONG = 'a secret that nobody else knows'


@pytest.fixture(autouse=True)
def no_foreign_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing outside this machine is asked."""
    monkeypatch.setattr(doctor, 'TIME_SERVER', f'http://127.0.0.1:{free_port()}')


@pytest.fixture(scope='module')
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a relay."""
    if turn_server.SERVER is None:
        missing('coturn')
    with turn_server.turn_server(tmp_path_factory.mktemp('turn')) as port:
        yield port


def states() -> dict[str, str]:
    """What is found, by what it is about."""
    return {finding.what: finding.state for finding in doctor.examine(migrations.is_current)}


def words(what: str) -> str:
    """What is said about it."""
    return next(finding.words for finding in doctor.examine(migrations.is_current) if finding.what == what)


def test_with_nothing_configured_the_database_and_the_zones_are_fine(riley: db.Rep) -> None:
    found = states()
    assert found.pop('clock') == found.pop('address') == found.pop('OpenTok') == NOT_CHECKED
    assert found.pop('mail') == found.pop('mail texts') == found.pop('calendars') == NOT_CHECKED
    assert found == {'settings': OK, 'database': OK, 'time zones': OK}


def test_nothing_is_left_of_trying_to_write(riley: db.Rep) -> None:
    def number() -> int:
        with db.reading() as session:
            return session.scalars(sa.select(db.Revision.number)).one()

    before = number()
    assert states()['database'] == OK
    assert number() == before


def test_tables_of_another_version_are_told(database: str) -> None:
    with db.engine().begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    assert states()['database'] == PROBLEM
    assert 'start the app, which upgrades them' in words('database')


@on_sqlite
def test_a_database_that_cannot_be_written_is_told(database: str) -> None:
    with db.engine().begin() as connection:
        connection.execute(sa.text("CREATE TRIGGER full BEFORE UPDATE ON revision BEGIN SELECT RAISE(ROLLBACK, 'no room'); END"))
    assert 'cannot be used (no room)' in words('database')


@on_sqlite
def test_a_database_that_somebody_else_keeps_locked_is_told(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, 'BUSY_SECONDS', 0.01)
    monkeypatch.setattr(db, 'TRIES', 1)
    with sqlite3.connect(str(db.engine().url.database)) as other:
        other.execute('BEGIN IMMEDIATE')
        assert 'is locked: another program is writing to it' in words('database')
        other.rollback()
    assert states()['database'] == OK


def test_a_wrong_setting_is_all_there_is_to_say(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure()
    monkeypatch.setenv('SMTP_SECURITY', 'magic')
    assert states() == {'settings': PROBLEM}
    assert words('settings') == 'SMTP_SECURITY must be "ssl", "starttls" or "none", but it is "magic".'


def test_a_database_server_that_refuses_is_told_without_the_password(configure: Configure) -> None:
    configure(DATABASE_URL=f'mysql://calls:hunter2@127.0.0.1:{free_port()}/calls')
    assert states()['database'] == PROBLEM
    assert words('database').startswith('DATABASE_URL must be a URL such as')
    assert 'hunter2' not in words('database')


def test_what_is_not_there_before_the_first_start_is_not_made(configure: Configure, tmp_path: Path) -> None:
    configure(DATA_DIR=str(tmp_path / 'new'))
    assert (states()['database'], (tmp_path / 'new').exists()) == (NOT_CHECKED, False)


@pytest.mark.filterwarnings('ignore:Requiring AUTH while not requiring TLS')  # on this machine only
def test_the_mail_server_is_signed_in_to(configure: Configure) -> None:
    with mail_server(sign_in=True, auth_require_tls=False) as server:
        configure(**server.settings(SMTP_USER='calls', SMTP_PASSWORD='open sesame'))
        assert states()['mail'] == OK
        configure(**server.settings(SMTP_USER='calls', SMTP_PASSWORD='wrong'))
        assert words('mail').startswith('The mail server refuses our sign-in')
        assert server.messages == []
    assert states()['mail'] == PROBLEM


def test_an_owners_mail_texts_are_tried(configure: Configure, tmp_path: Path) -> None:
    configure()
    assert states()['mail texts'] == NOT_CHECKED
    (tmp_path / 'texts').mkdir()
    configure(MAIL_TEMPLATES=str(tmp_path / 'texts'))
    assert states()['mail texts'] == OK
    (tmp_path / 'texts' / 'reminder.jinja').write_text('Hello')
    assert words('mail texts').startswith('MAIL_TEMPLATES: no mail uses "reminder.jinja"')
    assert states()['mail texts'] == PROBLEM


def test_opentok_is_asked_for_a_session(configure: Configure) -> None:
    with opentok_platform() as platform:
        configure(**platform.variables)
        assert states()['OpenTok'] == OK
        configure(**platform.variables | {'TB_SECRET': WRONG})
        assert words('OpenTok').startswith('it makes no session: check TB_KEY, TB_SECRET')
    assert states()['OpenTok'] == PROBLEM


def test_the_relay_is_asked_for_a_relay_with_our_password(configure: Configure, relay: int) -> None:
    for way in ('', '?transport=tcp'):
        configure(TURN_URLS=f'turn:127.0.0.1:{relay}{way}', TURN_SECRET=turn_server.SECRET)
        assert states()['TURN'] == OK
        configure(TURN_URLS=f'turn:127.0.0.1:{relay}{way}', TURN_SECRET=WRONG)
        assert 'refuses (401 Unauthorized): check TURN_SECRET and the clocks' in words('TURN')


def test_a_relay_that_is_not_there_is_told(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_probe, 'SECONDS', 0.05)
    for way in ('', '?transport=tcp'):
        configure(TURN_URLS=f'turn:127.0.0.1:{free_port()}{way}', TURN_SECRET=turn_server.SECRET)
        assert 'cannot be reached (ConnectionRefusedError): check TURN_URLS' in words('TURN')


@pytest.mark.parametrize('why', [b'\0\0\x04\x01Who?', b''])
def test_a_relay_that_refuses_without_saying_how_to_sign_is_told(configure: Configure, why: bytes) -> None:
    def refuse(relay: socket.socket) -> None:
        for _ in range(1 + bool(why)):
            asked, back = relay.recvfrom(2048)
            *_, cookie, transaction = relay_probe.HEADER.unpack_from(asked)
            error = relay_probe._attribute(relay_probe.ERROR_CODE, why)
            relay.sendto(relay_probe.HEADER.pack(relay_probe.ALLOCATE + 0x0110, len(error), cookie, transaction) + error, back)

    with socket.socket(type=socket.SOCK_DGRAM) as relay:
        relay.bind(('127.0.0.1', 0))
        threading.Thread(target=refuse, args=(relay,), daemon=True).start()
        configure(TURN_URLS=f'turn:127.0.0.1:{relay.getsockname()[1]}', TURN_SECRET=turn_server.SECRET)
        assert f'refuses ({"401 Who?" if why else 0})' in words('TURN')


def test_a_server_for_addresses_is_asked_for_ours(configure: Configure, relay: int) -> None:
    configure(STUN_URLS=f'stun:127.0.0.1:{relay}')
    assert states()['STUN'] == OK


def test_without_a_network_only_a_server_that_the_owner_chose_is_a_problem(
    configure: Configure, riley: db.Rep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(_url: str) -> None:
        raise OSError

    monkeypatch.setattr(relay_probe, 'bind', unreachable)
    monkeypatch.delenv('STUN_URLS')
    assert states()['STUN'] == NOT_CHECKED
    configure(STUN_URLS='stun:stun.example.com')
    assert states()['STUN'] == PROBLEM


def test_calendars_elsewhere_are_counted_and_never_named(riley: db.Rep) -> None:
    for number in range(2):
        busy_calendars.add(riley.id, f'https://calendar.example.com/private-{number}')
    assert words('calendars') == '2 from elsewhere, none with a problem when it was read last'
    first, second = busy_calendars.claim(2)
    busy_calendars.keep(first, Found([], skipped=1))
    busy_calendars.fail(second, 'The server has a problem.')
    assert states()['calendars'] == PROBLEM
    assert words('calendars') == '1 of 2 from elsewhere cannot be read: /availability tells its rep why'


@on_sqlite
def test_a_zone_that_is_no_longer_known_is_told(riley: db.Rep) -> None:
    db.writing(lambda session: session.execute(update(db.Rep).values(time_zone='Europe/Atlantis')))
    assert 'not known here: Europe/Atlantis' in words('time zones')


class TimeServer(BaseHTTPRequestHandler):
    ahead = timedelta()

    def do_HEAD(self) -> None:
        self.send_response_only(200)
        self.send_header('Date', format_datetime(datetime.now(UTC) + self.ahead, usegmt=True))
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(('ahead', 'state'), [(timedelta(), OK), (timedelta(minutes=5), PROBLEM), (-timedelta(minutes=5), PROBLEM)])
def test_the_clock_is_compared(configure: Configure, monkeypatch: pytest.MonkeyPatch, ahead: timedelta, state: str) -> None:
    configure()
    monkeypatch.setattr(TimeServer, 'ahead', ahead)
    with HTTPServer(('127.0.0.1', 0), TimeServer) as server:
        monkeypatch.setattr(doctor, 'TIME_SERVER', f'http://127.0.0.1:{server.server_port}')
        threading.Thread(target=server.handle_request).start()
        assert states()['clock'] == state


@on_sqlite
def test_an_address_without_https_is_told(riley: db.Rep, configure: Callable[..., object], database: str) -> None:
    configure(DATABASE_URL=database, BASE_URL='http://calls.example.com')
    assert 'neither camera nor microphone' in words('address')
