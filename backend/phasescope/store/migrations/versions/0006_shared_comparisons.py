"""Shared comparisons: shares that may be embedded, and long addresses under short names

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('shares') as batch:
        batch.add_column(sa.Column('embeddable', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table('kept_views',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_kept_views'))
    )


def downgrade() -> None:
    op.drop_table('kept_views')
    with op.batch_alter_table('shares') as batch:
        batch.drop_column('embeddable')
