"""What was measured when: measures with schedules of their own

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('blocks') as batch:
        batch.add_column(sa.Column('taken', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('blocks') as batch:
        batch.drop_column('taken')
