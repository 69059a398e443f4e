"""Calls as they were"""

from itertools import count
from typing import Any

import sqlalchemy as sa
from alembic import op

import db

revision = '0003'
down_revision = '0002'

INDEXES = ('messages', 'appointment_id'), ('visits', 'appointment_id'), ('visits', 'ended', 'until_at'), ('appointments', 'email')


def upgrade() -> None:
    """MySQL commits at each statement: what an upgrade that was cut off has done already is passed over."""
    _rename_kind()
    there = sa.inspect(op.get_bind())
    if not there.has_table('messages'):
        _create_messages()
    if not there.has_table('visits'):
        _create_visits()
    _add_columns(
        'appointments',
        sa.Column('ended_at', db.UtcDateTime(), nullable=True),
        sa.Column('outcome', sa.String(length=16), nullable=False, server_default=''),
        sa.Column('notes', sa.String(length=4000), nullable=False, server_default=''),
    )
    _add_columns('reps', sa.Column('is_away', sa.Boolean(), nullable=False, server_default=sa.false()))
    there.clear_cache()
    for table, *names in INDEXES:
        name = f'ix_{table}_{"_".join(names)}'
        if name not in {index['name'] for index in there.get_indexes(table)}:
            op.create_index(op.f(name), table, names)


def _rename_kind() -> None:
    """`/check` is a page of our own from now on: a kind that had this address gets another."""
    kinds = sa.table('kinds', sa.column('slug', sa.String()))
    taken = set(op.get_bind().scalars(sa.select(kinds.c.slug)))
    free = next(slug for slug in (f'check-{number}' for number in count(1)) if slug not in taken)
    op.execute(kinds.update().where(kinds.c.slug == 'check').values(slug=free))


def _create_messages() -> None:
    op.create_table(
        'messages',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('appointment_id', sa.Integer(), nullable=False),
        sa.Column('seat', sa.String(length=16), nullable=False),
        sa.Column('text', sa.String(length=1000), nullable=False),
        sa.Column('said_at', db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_messages_appointment_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    )


def _create_visits() -> None:
    op.create_table(
        'visits',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=32), nullable=False),
        sa.Column('appointment_id', sa.Integer(), nullable=False),
        sa.Column('seat', sa.String(length=16), nullable=False),
        sa.Column('engine', sa.String(length=32), nullable=False),
        sa.Column('joined_at', db.UtcDateTime(), nullable=False),
        sa.Column('until_at', db.UtcDateTime(), nullable=False),
        sa.Column('ended', sa.String(length=16), nullable=False),
        sa.Column('good_seconds', sa.Integer(), nullable=False),
        sa.Column('fair_seconds', sa.Integer(), nullable=False),
        sa.Column('poor_seconds', sa.Integer(), nullable=False),
        sa.Column('is_relayed', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_visits_appointment_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_visits')),
        sa.UniqueConstraint('key', name=op.f('uq_visits_key')),
    )


def _add_columns(table: str, *columns: sa.Column[Any]) -> None:
    """The rows so far get a value in them, no later row by itself."""
    known = {column['name'] for column in sa.inspect(op.get_bind()).get_columns(table)}
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            if column.name not in known:
                batch_op.add_column(column)
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            if not column.nullable:
                batch_op.alter_column(column.name, server_default=None)
        if table == 'appointments':
            batch_op.alter_column('email', existing_type=sa.String(length=254), type_=db.AnyCase, existing_nullable=False)
