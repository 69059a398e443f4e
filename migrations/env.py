"""Run by Alembic: on the connection that `migrations.upgrade` hands over, or, for `make migration`, on the database of `alembic.ini`."""

from alembic import context
from sqlalchemy.engine import Connection

from db import Base, connect


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        user_module_prefix='db.',
        transactional_ddl=False,
    )
    context.run_migrations()


if (given := context.config.attributes.get('connection')) is not None:
    run(given)
else:
    with connect(context.config.get_main_option('sqlalchemy.url', '')).connect() as own:
        run(own)
