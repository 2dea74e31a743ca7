"""Kept views can be deleted, and come back

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("kept_views") as batch:
        batch.add_column(sa.Column("deletion_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("deletions") as batch:
        batch.add_column(sa.Column("view", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deletions") as batch:
        batch.drop_column("view")
    with op.batch_alter_table("kept_views") as batch:
        batch.drop_column("deletion_id")
