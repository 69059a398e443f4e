"""Which rep was there"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'

REFERENCE = 'fk_visits_rep_id'


def upgrade() -> None:
    """MySQL commits at each statement: what an upgrade that was cut off has done already is passed over."""
    there = sa.inspect(op.get_bind())
    columns = {column['name'] for column in there.get_columns('visits')}
    references = {reference['name'] for reference in there.get_foreign_keys('visits')}
    with op.batch_alter_table('visits', schema=None) as batch_op:
        if 'rep_id' not in columns:
            batch_op.add_column(sa.Column('rep_id', sa.Integer(), nullable=True))
        if REFERENCE not in references:
            batch_op.create_foreign_key(batch_op.f(REFERENCE), 'reps', ['rep_id'], ['id'])
