"""Calls as they were"""

import sqlalchemy as sa
from alembic import op

import db

revision = '0003'
down_revision = '0002'

GIVEN = {'appointments': ('outcome', 'notes'), 'reps': ('is_away',)}  # columns that the rows so far get a value in, no later row by itself


def upgrade() -> None:
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
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_messages_appointment_id'), ['appointment_id'], unique=False)

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
    with op.batch_alter_table('visits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visits_appointment_id'), ['appointment_id'], unique=False)

    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ended_at', db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('outcome', sa.String(length=16), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('notes', sa.String(length=4000), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_appointments_email'), ['email'], unique=False)

    with op.batch_alter_table('reps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_away', sa.Boolean(), nullable=False, server_default=sa.false()))

    for table, columns in GIVEN.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)
