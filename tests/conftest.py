"""Real databases for every test: SQLite in a file, and a MariaDB server of the tests' own. Nothing here needs a service or a network."""

import os
import uuid
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import db
from services import appointments, calls, clock, connections, first_rep, kinds, messages, presence, reps, seats, settings, team, trials
from services.customers import Customer
from services.team import Profile
from services.video.peer import PeerBackend
from tests import mariadb
from tests.migrated import MariaDbInTurn, SqliteTemplate

BERLIN, NEW_YORK, TOKYO = 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo'


def missing(what: str) -> None:
    """Skip on a machine that lacks something; on CI that is a failure."""
    if os.environ.get('CI'):
        pytest.fail(f'{what} is not installed')
    pytest.skip(f'{what} is not installed: run `make test`, which installs it')


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On CI every test must run: one that was skipped has failed."""
    report = yield
    if report.skipped and os.environ.get('CI'):
        report.outcome, report.longrepr = 'failed', f'skipped, which CI does not take: {report.longrepr}'
    return report


@pytest.fixture(scope='session')
def mariadb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a MariaDB server of our own; user root, no password."""
    if mariadb.SERVER is None:
        missing('MariaDB')
    with mariadb.running(tmp_path_factory.mktemp('mariadb')) as port:
        yield port


@pytest.fixture(params=['sqlite', 'mariadb'])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database: each test that asks runs once on SQLite and once on MariaDB."""
    if request.param == 'sqlite':
        return f'sqlite:///{tmp_path}/test.db'
    return f'mysql://root@127.0.0.1:{request.getfixturevalue("mariadb_server")}/test_{uuid.uuid4().hex[:12]}'


Configure = Callable[..., settings.Settings]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Configure:
    """`configure(SMTP_HOST='…')`: use settings read from exactly these variables (and a data folder of the test's own)."""

    def load(**variables: str) -> settings.Settings:
        monkeypatch.chdir(tmp_path)
        for field in settings.Settings.model_fields:
            for name in settings.names(field):
                monkeypatch.delenv(name, raising=False)
        for name, value in {'DATA_DIR': str(tmp_path), 'STUN_URLS': 'none', **variables}.items():
            monkeypatch.setenv(name, value)
        settings.use(settings.load())
        return settings.current()

    return load


@pytest.fixture(scope='session')
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """What a test's own SQLite file is copied from."""
    return SqliteTemplate(tmp_path_factory.mktemp('sqlite'))


@pytest.fixture(scope='session')
def mariadb_in_turn(mariadb_server: int) -> MariaDbInTurn:
    """The MariaDB database that the tests use one after the other."""
    return MariaDbInTurn(mariadb_server)


@pytest.fixture
def database(request: pytest.FixtureRequest, database_url: str, configure: Configure, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database in use, on SQLite and on MariaDB (on one only: `@on_sqlite`)."""
    if database_url.startswith('sqlite'):
        request.getfixturevalue('sqlite_template').copy_to(tmp_path / 'test.db')
        yield from _used(database_url, configure)
    else:
        in_turn = request.getfixturevalue('mariadb_in_turn')
        yield from _used(in_turn.url, configure)
        in_turn.empty()


def _used(url: str, configure: Configure) -> Iterator[str]:
    engine = db.connect(configure(DATABASE_URL=url).database_url)
    yield url
    engine.dispose()


on_sqlite = pytest.mark.parametrize('database_url', ['sqlite'], indirect=True)  # for rules that no database decides


@pytest.fixture
def riley(database: str) -> db.Rep:
    """The rep: Riley in Berlin, with the default hours."""
    rep = first_rep.set_up()
    return reps.update(rep.id, name='Riley Berger', email='riley@example.com', time_zone=BERLIN)


@pytest.fixture
def robin(riley: db.Rep) -> db.Rep:
    """Another rep: Robin in New York, with the default hours, booked for the same, invited and not here yet."""
    return team.invite(Profile('Robin Doe', 'robin@example.com', NEW_YORK), [kinds.FIRST])


@pytest.fixture
def carol() -> Customer:
    return Customer('Carol Tanaka', 'carol@example.com', 'The offer from last week', TOKYO, 12)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """`now(moment)` stops the product's clock at this instant."""

    def stop(moment: datetime) -> None:
        monkeypatch.setattr(clock, 'now', lambda: moment.astimezone(UTC))

    return stop


def coming(rep: db.Rep, days: int = 2, hour: int = 11) -> datetime:
    """A start the rep offers, some days ahead."""
    day: date = clock.now().date() + timedelta(days=days)
    return datetime.combine(day, time(hour), ZoneInfo(rep.time_zone)).astimezone(UTC)


@pytest.fixture(autouse=True)
def _nobody_there() -> None:
    """Nobody has been in a call or tried a connection: every test's first rep and first appointment have the same numbers."""
    for known in (seats._places, seats._left, messages._talks, presence._pages, presence._left_at, connections._held, connections._seen):
        known.clear()
    for pace in (calls._joins, trials._pace):
        pace._lately.clear()


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls need a session that a platform is asked for."""
    monkeypatch.setattr(PeerBackend, 'asks_platform', True)


@pytest.fixture
def appointment(riley: db.Rep, carol: Customer) -> db.Appointment:
    """Carol's appointment with Riley, two days ahead."""
    return appointments.book(kinds.FIRST, coming(riley), carol)
