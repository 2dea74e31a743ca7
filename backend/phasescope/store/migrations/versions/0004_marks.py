"""Tags and notes of runs, notes of experiments, and what was put away

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marks",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_marks_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_marks")),
    )
    with op.batch_alter_table("experiments") as experiments:
        experiments.add_column(sa.Column("notes", sa.Text(), nullable=False, server_default=""))
        experiments.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("experiments") as experiments:
        experiments.drop_column("archived_at")
        experiments.drop_column("notes")
    op.drop_table("marks")
