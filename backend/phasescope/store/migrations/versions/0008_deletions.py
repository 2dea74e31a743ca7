"""Deletions that can be taken back

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MARKED = ("experiments", "experiment_runs", "shares")


def upgrade() -> None:
    op.create_table(
        "deletions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("experiment_id", sa.Integer(), nullable=True),
        sa.Column("share_id", sa.Integer(), nullable=True),
        sa.Column("runs", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions")),
    )
    for table in MARKED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("deletion_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    for table in MARKED:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("deletion_id")
    op.drop_table("deletions")
