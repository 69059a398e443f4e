"""Teams, hours, kinds"""

import sqlalchemy as sa
from alembic import op

import db

revision = '0002'
down_revision = '0001'

GIVEN = {  # columns that the rows so far get a value in, which no later row gets by itself
    'appointments': ('kind_id', 'before_minutes', 'after_minutes', 'cancelled_by', 'cancel_reason'),
    'reps': ('is_admin', 'is_active', 'colour', 'holiday_country', 'holiday_region', 'link_version', 'feed_version'),
}


def upgrade() -> None:
    op.create_table(
        'kinds',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=100), nullable=False),
        sa.Column('slug', sa.String(length=64), nullable=False),
        sa.Column('description', sa.String(length=1000), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.Column('step_minutes', sa.Integer(), nullable=False),
        sa.Column('before_minutes', sa.Integer(), nullable=False),
        sa.Column('after_minutes', sa.Integer(), nullable=False),
        sa.Column('notice_minutes', sa.Integer(), nullable=False),
        sa.Column('change_notice_minutes', sa.Integer(), nullable=False),
        sa.Column('horizon_days', sa.Integer(), nullable=True),
        sa.Column('most_a_day', sa.Integer(), nullable=True),
        sa.Column('customer_chooses_rep', sa.Boolean(), nullable=False),
        sa.Column('is_active', sa.Boolean(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('created_at', db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_kinds')),
        sa.UniqueConstraint('slug', name=op.f('uq_kinds_slug')),
    )
    op.create_table(
        'revision',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_revision')),
    )
    op.create_table(
        'busy_calendars',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('rep_id', sa.Integer(), nullable=False),
        sa.Column('address', sa.String(length=2000), nullable=False),
        sa.Column('name', sa.String(length=100), nullable=False),
        sa.Column('etag', sa.String(length=255), nullable=False),
        sa.Column('last_modified', sa.String(length=64), nullable=False),
        sa.Column('due_at', db.UtcDateTime(), nullable=False),
        sa.Column('tried_at', db.UtcDateTime(), nullable=True),
        sa.Column('read_at', db.UtcDateTime(), nullable=True),
        sa.Column('whole_at', db.UtcDateTime(), nullable=True),
        sa.Column('error', sa.String(length=255), nullable=False),
        sa.Column('created_at', db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['rep_id'], ['reps.id'], name=op.f('fk_busy_calendars_rep_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_busy_calendars')),
    )
    with op.batch_alter_table('busy_calendars', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_busy_calendars_due_at'), ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_busy_calendars_rep_id'), ['rep_id'], unique=False)

    op.create_table(
        'extra_hours',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('rep_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('starts', sa.Time(), nullable=False),
        sa.Column('ends', sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(['rep_id'], ['reps.id'], name=op.f('fk_extra_hours_rep_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_extra_hours')),
    )
    with op.batch_alter_table('extra_hours', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_extra_hours_rep_id'), ['rep_id'], unique=False)

    op.create_table(
        'holds',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('browser_hash', sa.String(length=64), nullable=False),
        sa.Column('network_hash', sa.String(length=64), nullable=False),
        sa.Column('kind_id', sa.Integer(), nullable=False),
        sa.Column('rep_id', sa.Integer(), nullable=False),
        sa.Column('starts_at', db.UtcDateTime(), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.Column('before_minutes', sa.Integer(), nullable=False),
        sa.Column('after_minutes', sa.Integer(), nullable=False),
        sa.Column('expires_at', db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['kind_id'], ['kinds.id'], name=op.f('fk_holds_kind_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['rep_id'], ['reps.id'], name=op.f('fk_holds_rep_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_holds')),
        sa.UniqueConstraint('browser_hash', name=op.f('uq_holds_browser_hash')),
    )
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_holds_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_holds_network_hash'), ['network_hash'], unique=False)

    op.create_table(
        'kind_reps',
        sa.Column('kind_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('rep_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('chosen_at', db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(['kind_id'], ['kinds.id'], name=op.f('fk_kind_reps_kind_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['rep_id'], ['reps.id'], name=op.f('fk_kind_reps_rep_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('kind_id', 'rep_id', name=op.f('pk_kind_reps')),
    )
    with op.batch_alter_table('kind_reps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kind_reps_rep_id'), ['rep_id'], unique=False)

    op.create_table(
        'questions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('label', sa.String(length=200), nullable=False),
        sa.Column('answer', sa.String(length=16), nullable=False),
        sa.Column('choices', sa.String(length=2000), nullable=False),
        sa.Column('is_required', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['kind_id'], ['kinds.id'], name=op.f('fk_questions_kind_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_questions')),
    )
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_questions_kind_id'), ['kind_id'], unique=False)

    op.create_table(
        'time_off',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('rep_id', sa.Integer(), nullable=False),
        sa.Column('first_day', sa.Date(), nullable=False),
        sa.Column('last_day', sa.Date(), nullable=False),
        sa.Column('starts', sa.Time(), nullable=True),
        sa.Column('ends', sa.Time(), nullable=True),
        sa.Column('note', sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(['rep_id'], ['reps.id'], name=op.f('fk_time_off_rep_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_time_off')),
    )
    with op.batch_alter_table('time_off', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_time_off_rep_id'), ['rep_id'], unique=False)

    op.create_table(
        'worked_holidays',
        sa.Column('rep_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('name', sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(['rep_id'], ['reps.id'], name=op.f('fk_worked_holidays_rep_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('rep_id', 'name', name=op.f('pk_worked_holidays')),
    )
    op.create_table(
        'answers',
        sa.Column('appointment_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('label', sa.String(length=200), nullable=False),
        sa.Column('text', sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_answers_appointment_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('appointment_id', 'position', name=op.f('pk_answers')),
    )
    op.create_table(
        'busy_times',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('calendar_id', sa.Integer(), nullable=False),
        sa.Column('rep_id', sa.Integer(), nullable=False),
        sa.Column('starts_at', db.UtcDateTime(), nullable=False),
        sa.Column('ends_at', db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['calendar_id'], ['busy_calendars.id'], name=op.f('fk_busy_times_calendar_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['rep_id'], ['reps.id'], name=op.f('fk_busy_times_rep_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_busy_times')),
    )
    with op.batch_alter_table('busy_times', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_busy_times_calendar_id'), ['calendar_id'], unique=False)
        batch_op.create_index('ix_busy_times_rep_id_starts_at', ['rep_id', 'starts_at'], unique=False)

    op.create_table(
        'reminders',
        sa.Column('appointment_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('starts_at', db.UtcDateTime(), nullable=False),
        sa.Column('minutes_before', sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_reminders_appointment_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('appointment_id', 'starts_at', 'minutes_before', name=op.f('pk_reminders')),
    )
    _add_first_kind()
    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind_id', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('before_minutes', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('after_minutes', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('changed_at', db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('cancelled_by', sa.String(length=16), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('cancel_reason', sa.String(length=500), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_appointments_kind_id'), ['kind_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_appointments_kind_id'), 'kinds', ['kind_id'], ['id'])

    with op.batch_alter_table('cells', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hold_id', sa.Integer(), nullable=True))
        batch_op.alter_column('appointment_id', existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f('ix_cells_hold_id'), ['hold_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_cells_hold_id'), 'holds', ['hold_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rep_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('starts_at', db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('earlier_starts_at', db.UtcDateTime(), nullable=True))
        batch_op.alter_column('appointment_id', existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f('ix_outbox_rep_id'), ['rep_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_outbox_rep_id'), 'reps', ['rep_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('reps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_admin', sa.Boolean(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('is_active', sa.Boolean(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('colour', sa.String(length=7), nullable=False, server_default='#1d5fa8'))
        batch_op.add_column(sa.Column('holiday_country', sa.String(length=2), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('holiday_region', sa.String(length=32), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('link_version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('feed_version', sa.Integer(), nullable=False, server_default='1'))

    op.execute('UPDATE reps SET is_admin = 1 WHERE id = 1')
    op.execute('UPDATE outbox SET rep_id = (SELECT rep_id FROM appointments WHERE appointments.id = outbox.appointment_id)')
    op.execute('UPDATE outbox SET starts_at = (SELECT starts_at FROM appointments WHERE appointments.id = outbox.appointment_id)')

    for table, columns in GIVEN.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def _add_first_kind() -> None:
    """The kind that all appointments so far are of, with everybody in it."""
    op.execute(
        'INSERT INTO kinds (id, name, slug, description, minutes, step_minutes, before_minutes, after_minutes, notice_minutes,'
        ' change_notice_minutes, customer_chooses_rep, is_active, position, created_at)'
        " VALUES (1, 'Video call', 'video-call', '', 60, 60, 0, 0, 0, 0, 0, 1, 0, CURRENT_TIMESTAMP)"
    )
    op.execute('INSERT INTO kind_reps (kind_id, rep_id) SELECT 1, id FROM reps')
    op.execute('INSERT INTO revision (id, number) VALUES (1, 1)')
