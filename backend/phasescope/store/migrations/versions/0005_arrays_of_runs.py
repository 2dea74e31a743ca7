"""Arrays of runs

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('array_kinds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_array_kinds')),
    sa.UniqueConstraint('digest', name=op.f('uq_array_kinds_digest'))
    )
    op.create_table('arrays',
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('kind_id', sa.Integer(), nullable=False),
    sa.Column('blob', sa.String(length=64), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('scale', sa.Double(), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['kind_id'], ['array_kinds.id'], name=op.f('fk_arrays_kind_id_array_kinds')),
    sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_arrays_run_id_runs')),
    sa.PrimaryKeyConstraint('run_id', 'name', 'step', name=op.f('pk_arrays'))
    )
    with op.batch_alter_table('arrays', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_arrays_blob'), ['blob'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('arrays', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_arrays_blob'))

    op.drop_table('arrays')
    op.drop_table('array_kinds')
