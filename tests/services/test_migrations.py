"""The schema's history, on both databases."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from textwrap import dedent, indent

import pymysql
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import db
import migrations
from services import appointments, first_rep, reps, settings
from tests.conftest import Configure, on_sqlite
from tests.site import environment
from tests.waiting import free_port

ROOT = Path(__file__).parent.parent.parent
START = """
import db, migrations
from services import first_rep, settings
settings.use(settings.load())
input()
migrations.upgrade(db.connect(settings.current().database_url))
print(first_rep.set_up().id)
"""


BEFORE_IT = '    time_zone: Mapped[str] = mapped_column(String(64))\n    clock: Mapped[int] = mapped_column(default=12)\n    key_version'
COLUMNS = """    phone: Mapped[str] = mapped_column(String(40))
    is_new: Mapped[bool] = mapped_column(default=True)
"""
UPGRADE = """
import sys
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
import db, migrations
engine = db.connect(sys.argv[1])
migrations.upgrade(engine)
with engine.connect() as connection:
    assert compare_metadata(MigrationContext.configure(connection, opts={'compare_server_default': True}), db.Base.metadata) == []
    print(connection.execute(sa.select(db.Appointment.phone, db.Appointment.is_new)).all())
"""
SOMETHING = {int: 1, bool: True, str: 'xx', datetime: datetime(2026, 12, 1, 9)}  # noqa: DTZ001 - as it stands in the database
ROWS: list[tuple[str, dict[str, object]]] = [
    ('reps', {'id': 1}),
    ('kinds', {'id': 2, 'slug': 'check-1'}),
    ('kinds', {'id': 3, 'slug': 'check'}),
    ('appointments', {'id': 7, 'email': 'carol@example.com', 'kind_id': 3}),
    ('cells', {'appointment_id': 7}),
]
Later = Callable[[str], None]


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Later:
    """`later(code)`: a coming migration with this code, for this test only."""

    def write(code: str) -> None:
        newest = ScriptDirectory(str(ROOT / 'migrations')).get_current_head()
        head = f"from alembic import op\nimport sqlalchemy as sa\n\nrevision, down_revision = 'later', '{newest}'\n\n\ndef upgrade():\n"
        (tmp_path / 'later.py').write_text(head + indent(dedent(code), '    '))
        config = Config()
        config.set_main_option('script_location', str(ROOT / 'migrations'))
        config.set_main_option('version_locations', f'{ROOT}/migrations/versions:{tmp_path}')
        config.set_main_option('path_separator', 'os')
        monkeypatch.setattr(migrations, '_config', lambda: config)

    return write


@pytest.fixture
def filled(database_url: str, configure: Configure) -> Iterator[sa.Engine]:
    """A database as the second revision left it, with an appointment and kinds in it, one of them at `/check`."""
    engine = db.connect(configure(DATABASE_URL=database_url).database_url)
    migrations.upgrade(engine, '0002')
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.execution_options(writing=True).begin() as connection:
        for name, given in ROWS:
            required = {column.name: SOMETHING[column.type.python_type] for column in tables.tables[name].columns if not column.nullable}
            connection.execute(tables.tables[name].insert().values(required | given))
    yield engine
    engine.dispose()


@pytest.fixture(scope='module')
def widened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house with more columns in `db.py`, and the migration that `make migration` writes for them."""
    copy = tmp_path_factory.mktemp('house')
    for name in ('db.py', 'Makefile', 'alembic.ini', 'pyproject.toml', 'requirements.txt'):
        shutil.copy(ROOT / name, copy)
    for name in ('migrations', 'services'):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns('__pycache__'))
    (copy / 'tests').mkdir()
    (copy / 'tests' / 'requirements.txt').touch()
    (copy / '.venv').mkdir()
    for name in ('bin', 'lib', 'pyvenv.cfg'):
        (copy / '.venv' / name).symlink_to(Path(sys.prefix) / name)
    (copy / '.venv' / 'test').touch()
    tables = (copy / 'db.py').read_text()
    assert tables.count(BEFORE_IT) == 1
    (copy / 'db.py').write_text(tables.replace(BEFORE_IT, COLUMNS + BEFORE_IT))
    subprocess.run(['make', 'migration', 'NAME=Add a phone number'], cwd=copy, check=True, capture_output=True)
    return copy


def _upgrades(engine: sa.Engine, *, steps: int) -> bool:
    """Whether the upgrade to today came to its end with so many new tables, columns, indexes and references."""
    made = []

    def cut_off(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if re.match(r'\s*CREATE |ALTER .* ADD (COLUMN|CONSTRAINT)', statement):
            made.append(statement)
            if len(made) > steps:
                raise KeyboardInterrupt

    sa.event.listen(engine, 'before_cursor_execute', cut_off)
    try:
        migrations.upgrade(engine)
    except KeyboardInterrupt:
        return False
    finally:
        sa.event.remove(engine, 'before_cursor_execute', cut_off)
    return True


def test_four_processes_that_start_at_once_make_one_schema_and_one_rep(database_url: str, configure: Configure) -> None:
    variables = environment(DATABASE_URL=database_url, PYTHONPATH=str(ROOT))
    pipes = {'stdin': subprocess.PIPE, 'stdout': subprocess.PIPE, 'stderr': subprocess.STDOUT, 'text': True}
    starting = [subprocess.Popen([sys.executable, '-c', START], env=variables, **pipes) for _ in range(4)]  # type: ignore[call-overload]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda process: process.communicate('go\n', timeout=60)[0], starting))
    assert said == ['1\n'] * 4
    assert migrations.is_current(db.connect(configure(DATABASE_URL=database_url).database_url))


def test_upgrading_twice_changes_nothing(appointment: db.Appointment) -> None:
    migrations.upgrade(db.engine())
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(db.Cell)) == 12


@pytest.mark.usefixtures('database')
def test_the_migrations_make_exactly_the_tables_that_db_py_describes() -> None:
    with db.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={'compare_server_default': True})
        assert compare_metadata(context, db.Base.metadata) == []


def test_a_filled_database_keeps_what_is_in_it_and_no_kind_has_the_address_of_a_page(filled: sa.Engine) -> None:
    migrations.upgrade(filled)
    with db.reading() as session:
        kept = session.get_one(db.Appointment, 7)
        assert (kept.email, kept.outcome, kept.notes, kept.ended_at) == ('carol@example.com', '', '', None)
        assert session.scalars(sa.select(db.Kind.slug).order_by(db.Kind.id)).all() == ['video-call', 'check-1', 'check-2']
        assert session.scalars(sa.select(db.Rep.is_away)).all() == [False]


def test_a_stay_from_before_reps_were_written_down_is_kept(filled: sa.Engine) -> None:
    migrations.upgrade(filled, '0003')
    visit = sa.Table('visits', sa.MetaData(), autoload_with=filled)
    required = {column.name: SOMETHING[column.type.python_type] for column in visit.columns}
    with filled.execution_options(writing=True).begin() as connection:
        connection.execute(visit.insert().values(required | {'appointment_id': 7}))
    migrations.upgrade(filled)
    with db.reading() as session:
        assert session.execute(sa.select(db.Visit.key, db.Visit.rep_id)).all() == [('xx', None)]


def test_a_written_migration_fills_new_columns_of_the_rows_so_far(filled: sa.Engine, widened: Path) -> None:
    url = filled.url.render_as_string(hide_password=False)
    upgraded = subprocess.run([sys.executable, '-c', UPGRADE, url], cwd=widened, capture_output=True, text=True, check=False)
    assert upgraded.stdout == "[('', True)]\n", upgraded.stderr


def test_a_written_migration_is_as_tidy_as_the_rest(widened: Path) -> None:
    ruff = [Path(sys.executable).with_name('ruff')]
    for command in (['check', 'migrations'], ['format', '--check', 'migrations']):
        subprocess.run(ruff + command, cwd=widened, check=True)


@pytest.mark.parametrize('database_url', ['mariadb'], indirect=True)
def test_an_upgrade_that_was_cut_off_anywhere_goes_on_where_it_was(filled: sa.Engine) -> None:
    attempts = 1
    while attempts < 20 and not _upgrades(filled, steps=1):
        attempts += 1
    assert attempts == 12
    with filled.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.Base.metadata) == []
    with db.reading() as session:
        assert session.scalars(sa.select(db.Kind.slug).order_by(db.Kind.id)).all() == ['video-call', 'check-1', 'check-2']


def test_a_database_without_todays_schema_is_not_current(database_url: str, configure: Configure) -> None:
    engine = db.connect(configure(DATABASE_URL=database_url).database_url)
    migrations.upgrade(engine)
    with engine.execution_options(writing=True).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    assert not migrations.is_current(engine)


@on_sqlite
def test_a_table_that_is_made_anew_loses_no_claimed_cell(appointment: db.Appointment, later: Later) -> None:
    later("""
        with op.batch_alter_table('appointments', recreate='always') as table:
            table.add_column(sa.Column('phone', sa.String(30), nullable=True))
    """)
    migrations.upgrade(db.engine())
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(db.Cell)) == 12
        assert session.execute(sa.text('SELECT phone FROM appointments')).all() == [(None,)]


@on_sqlite
def test_a_migration_that_would_break_references_changes_nothing(appointment: db.Appointment, later: Later) -> None:
    later("op.execute('DELETE FROM appointments')")
    with pytest.raises(RuntimeError, match='would break 14 references'):
        migrations.upgrade(db.engine())
    assert appointments.get(appointment.id).status == 'booked'


def test_a_database_that_is_there_is_used_without_the_right_to_make_one(mariadb_server: int, configure: Configure) -> None:
    with pymysql.connect(host='127.0.0.1', port=mariadb_server, user='root').cursor() as cursor:
        cursor.execute('CREATE DATABASE handed_out CHARACTER SET latin1')
        cursor.execute("CREATE USER tenant@'127.0.0.1' IDENTIFIED BY 'secret'")
        cursor.execute("GRANT ALL ON handed_out.* TO tenant@'127.0.0.1'")
    configure(DATABASE_URL=f'mysql://tenant:secret@127.0.0.1:{mariadb_server}/handed_out')
    migrations.upgrade(db.connect(settings.current().database_url))
    reps.update(first_rep.set_up().id, name='Riley 🦊', email='riley@example.com', time_zone='Europe/Berlin')
    assert reps.first().name == 'Riley 🦊'


@pytest.mark.parametrize(
    ('url', 'reason'),
    [
        ('mysql://root@127.0.0.1:{free}/calls', "Can't connect"),
        ('mysql://root:wrong@127.0.0.1:{mariadb}/calls', 'Access denied'),
        ('sqlite:////proc/nowhere/calls.db', 'No such file'),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_with_its_reason(url: str, reason: str, mariadb_server: int, configure: Configure) -> None:
    current = configure(DATABASE_URL=url.format(free=free_port(), mariadb=mariadb_server))
    with pytest.raises(migrations.Unusable, match=reason):
        migrations.upgrade(db.connect(current.database_url))
