"""Run by Alembic: on the connection that `migrations.upgrade` hands over, or, for `make migration`, on the database of `alembic.ini`."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.operations.ops import AddColumnOp, AlterColumnOp, MigrationScript, ModifyTableOps
from alembic.util import CommandError
from sqlalchemy.engine import Connection

from db import Base, connect

NOTHING = {str: '', int: 0, bool: False}


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        user_module_prefix='db.',
        transactional_ddl=False,
        process_revision_directives=fill_new_columns,
    )
    context.run_migrations()


def fill_new_columns(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    """Let the rows so far have a value in a new column that must have one, which no later row gets by itself."""
    for script in scripts:
        changes = script.upgrade_ops.ops
        script.upgrade_ops.ops = [
            part for change in changes for part in (_filled(change) if isinstance(change, ModifyTableOps) else [change])
        ]


def _filled(change: ModifyTableOps) -> list[ModifyTableOps]:
    required = [step for step in change.ops if isinstance(step, AddColumnOp) and not step.column.nullable]
    for step in required:
        step.column = sa.Column(step.column.name, step.column.type, nullable=False, server_default=_first_value(step))
    after: list[Any] = [AlterColumnOp(change.table_name, step.column.name, modify_server_default=None) for step in required]
    return [change, ModifyTableOps(change.table_name, after)]


def _first_value(step: AddColumnOp) -> str:
    """The default of db.py, or nothing: no text, zero, or no.

    :raises CommandError: when neither can be told
    """
    default = step.column.default
    value = default.arg if default is not None and default.is_scalar else NOTHING.get(step.column.type.python_type)
    if value is None:
        raise CommandError(f'Give {step.table_name}.{step.column.name} a default in db.py for the rows so far, or let it be empty (None).')
    return str(int(value) if isinstance(value, bool) else value)


if (given := context.config.attributes.get('connection')) is not None:
    run(given)
else:
    with connect(context.config.get_main_option('sqlalchemy.url', '')).connect() as own:
        run(own)
