"""The schema's history. `upgrade()` brings a database to today's schema, one process at a time; `is_current()` tells if it is there."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

LOCK_SECONDS = 60
OPEN_TRIES = 100


class Unusable(Exception):
    """The database cannot be opened, or another process has been changing its schema for longer than we wait; the text says which."""


def upgrade(engine: Engine, revision: str = 'head') -> None:
    """Create or upgrade the schema. Processes that start at once wait for each other.

    :raises Unusable: when it cannot be opened, or after waiting 60 s for another process
    """
    _open(engine)
    if engine.dialect.name == 'sqlite':
        _upgrade_sqlite(engine, revision)
    else:
        with _named_lock(engine), engine.connect() as connection:
            _run(connection, revision)
            connection.commit()


def is_current(engine: Engine) -> bool:
    """Whether the database answers and has today's schema."""
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == _script().get_current_head()
    except SQLAlchemyError:
        return False


def _config() -> Config:
    config = Config()
    config.set_main_option('script_location', str(Path(__file__).parent))
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _run(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes['connection'] = connection
    command.upgrade(config, revision)


def _upgrade_sqlite(engine: Engine, revision: str) -> None:
    """One write transaction around everything, foreign keys off.

    With them on, a batch change of a table (copy, drop, rename) would cascade and empty every table that points to it. The pragma does
    nothing inside a transaction, so it comes first; what it did not check meanwhile is checked before the commit.
    """
    own = sa.create_engine(engine.url, poolclass=NullPool, connect_args={'timeout': LOCK_SECONDS})
    sa.event.listen(own, 'connect', lambda connection, _record: setattr(connection, 'isolation_level', None))
    with own.connect().execution_options(isolation_level='AUTOCOMMIT') as connection:
        for statement in ('PRAGMA foreign_keys=OFF', 'BEGIN IMMEDIATE'):
            connection.exec_driver_sql(statement)
        _run(connection, revision)
        if broken := connection.exec_driver_sql('PRAGMA foreign_key_check').fetchall():
            raise RuntimeError(f'The migration would break {len(broken)} references; nothing was changed.')
        connection.exec_driver_sql('COMMIT')


def _open(engine: Engine) -> None:
    """Make the database if it is not there: the file's folder, or the database on the server.

    :raises Unusable: when that cannot be done
    """
    try:
        if engine.dialect.name == 'sqlite':
            Path(engine.url.database or '').parent.mkdir(parents=True, exist_ok=True)
            _open_file(engine)
        else:
            _create_database(engine)
    except (OperationalError, OSError) as error:
        raise Unusable(str(getattr(error, 'orig', error).args[-1])) from error


def _open_file(engine: Engine) -> None:
    """The first to open a new file switches it to WAL; of two who do that together one is refused at once, whatever its timeout."""
    for attempt in range(OPEN_TRIES):
        try:
            engine.connect().close()
            return
        except OperationalError as error:
            if 'locked' not in str(error.orig) or attempt == OPEN_TRIES - 1:
                raise
            time.sleep(random.uniform(0.010, 0.100))  # noqa: S311


def _create_database(engine: Engine) -> None:
    """Only what is needed: most hosts hand out a database and no right to create one. Tables made in it take any character."""
    name = engine.dialect.identifier_preparer.quote(engine.url.database or '')
    ask = sa.text('SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = :name')
    server = sa.create_engine(engine.url.set(database=''), poolclass=NullPool)
    with server.connect() as connection:
        characters = connection.scalar(ask, {'name': engine.url.database})
        if characters is None:
            connection.exec_driver_sql(f'CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4')
        elif characters != 'utf8mb4':
            connection.exec_driver_sql(f'ALTER DATABASE {name} CHARACTER SET utf8mb4')


@contextmanager
def _named_lock(engine: Engine) -> Iterator[None]:
    """MySQL commits at every DDL statement, so a transaction cannot hold the others off: a named lock on its own connection does."""
    name = f'{engine.url.database}.schema'[:64]
    with engine.connect() as connection:
        if connection.scalar(sa.text('SELECT GET_LOCK(:name, :seconds)'), {'name': name, 'seconds': LOCK_SECONDS}) != 1:
            raise Unusable('another process is changing its tables')
        try:
            yield
        finally:
            connection.execute(sa.text('DO RELEASE_LOCK(:name)'), {'name': name})
