"""Databases with today's schema and nothing else in them: migrated once in a run of the tests, then copied or emptied for each test."""

import shutil
import uuid
from pathlib import Path
from typing import Any

import pymysql
import sqlalchemy as sa

import db
import migrations

SHAPE = """SELECT table_name, column_name, column_type, is_nullable FROM information_schema.columns WHERE table_schema = DATABASE()
    UNION SELECT 'trigger', trigger_name, action_statement, '' FROM information_schema.triggers WHERE trigger_schema = DATABASE()
    ORDER BY 1, 2"""


class SqliteTemplate:
    """A migrated file; `copy_to` gives a test one of its own."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / 'migrated.db'
        engine = db.connect(f'sqlite:///{self._file}')
        migrations.upgrade(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql('PRAGMA wal_checkpoint(TRUNCATE)')
        engine.dispose()

    def copy_to(self, file: Path) -> None:
        """Make this file a migrated database."""
        shutil.copy(self._file, file)


class MariaDbInTurn:
    """One database for one test after the other: `empty` after each. A test that changed its shape leaves it behind."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._migrate()

    def empty(self) -> None:
        """Make it as it was when it was migrated."""
        with pymysql.connect(host='127.0.0.1', port=self._port, user='root', database=self._name, autocommit=True) as connection:
            if _rows(connection, SHAPE) == self._shape:
                _empty(connection, self._first_rows)
                return
            connection.cursor().execute(f'DROP DATABASE {self._name}')
        self._migrate()

    def _migrate(self) -> None:
        self._name = f'test_{uuid.uuid4().hex[:12]}'
        self.url = f'mysql://root@127.0.0.1:{self._port}/{self._name}'
        engine = db.connect(sa.make_url(self.url).set(drivername='mysql+pymysql', query={'charset': 'utf8mb4'}))
        migrations.upgrade(engine)
        engine.dispose()
        with pymysql.connect(host='127.0.0.1', port=self._port, user='root', database=self._name) as connection:
            self._shape = _rows(connection, SHAPE)
            tables = sorted({row[0] for row in self._shape})
            self._first_rows = {table: _rows(connection, f'SELECT * FROM `{table}`') for table in tables}


def _empty(connection: Any, first_rows: dict[str, tuple[tuple[object, ...], ...]]) -> None:
    cursor = connection.cursor()
    cursor.execute('SET FOREIGN_KEY_CHECKS = 0')
    for table, rows in first_rows.items():
        if _rows(connection, f'SELECT * FROM `{table}` LIMIT 2') == rows:
            continue
        cursor.execute(f'DELETE FROM `{table}`')
        cursor.execute(f'ALTER TABLE `{table}` AUTO_INCREMENT = 1')
        for row in rows:
            cursor.execute(f'INSERT INTO `{table}` VALUES ({", ".join(["%s"] * len(row))})', row)


def _rows(connection: Any, query: str) -> tuple[tuple[object, ...], ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return tuple(cursor.fetchall())
