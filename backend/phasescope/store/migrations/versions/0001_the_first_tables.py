"""The first tables

Revision ID: 0001
Revises: 
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('experiments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('recipe', sa.Text(), nullable=True),
    sa.Column('spec', sa.JSON(), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_experiments'))
    )
    op.create_table('series_sets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('versions', sa.JSON(), nullable=False),
    sa.Column('undefined', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series_sets')),
    sa.UniqueConstraint('digest', name=op.f('uq_series_sets_digest'))
    )
    op.create_table('shares',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('view', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shares')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_shares_token_hash'))
    )
    op.create_table('step_lists',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('steps', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step_lists')),
    sa.UniqueConstraint('digest', name=op.f('uq_step_lists_digest'))
    )
    op.create_table('workers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('catalogue', sa.JSON(), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workers')),
    sa.UniqueConstraint('name', name=op.f('uq_workers_name'))
    )
    op.create_table('shards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('experiment_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('worker_id', sa.Integer(), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('run_steps_per_second', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['experiment_id'], ['experiments.id'], name=op.f('fk_shards_experiment_id_experiments')),
    sa.ForeignKeyConstraint(['worker_id'], ['workers.id'], name=op.f('fk_shards_worker_id_workers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shards'))
    )
    with op.batch_alter_table('shards', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shards_experiment_id'), ['experiment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_shards_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_shards_worker_id'), ['worker_id'], unique=False)

    op.create_table('runs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('observation', sa.String(length=64), nullable=False),
    sa.Column('signature', sa.String(length=64), nullable=False),
    sa.Column('spec', sa.JSON(), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('shard_id', sa.Integer(), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('losses', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['shard_id'], ['shards.id'], name=op.f('fk_runs_shard_id_shards')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_runs'))
    )
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_runs_digest_observation'), ['digest', 'observation'], unique=True)
        batch_op.create_index(batch_op.f('ix_runs_shard_id'), ['shard_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_runs_state_shard_id'), ['state', 'shard_id'], unique=False)

    op.create_table('snapshots',
    sa.Column('shard_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['shard_id'], ['shards.id'], name=op.f('fk_snapshots_shard_id_shards')),
    sa.PrimaryKeyConstraint('shard_id', name=op.f('pk_snapshots'))
    )
    with op.batch_alter_table('snapshots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_snapshots_digest'), ['digest'], unique=False)

    op.create_table('blocks',
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('first_step', sa.Integer(), nullable=False),
    sa.Column('set_id', sa.Integer(), nullable=False),
    sa.Column('steps', sa.LargeBinary(), nullable=False),
    sa.Column('matrix', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_blocks_run_id_runs')),
    sa.ForeignKeyConstraint(['set_id'], ['series_sets.id'], name=op.f('fk_blocks_set_id_series_sets')),
    sa.PrimaryKeyConstraint('run_id', 'attempt', 'first_step', name=op.f('pk_blocks'))
    )
    op.create_table('experiment_runs',
    sa.Column('experiment_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('training_pass', sa.Integer(), nullable=False),
    sa.Column('point', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['experiment_id'], ['experiments.id'], name=op.f('fk_experiment_runs_experiment_id_experiments')),
    sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_experiment_runs_run_id_runs')),
    sa.PrimaryKeyConstraint('experiment_id', 'position', name=op.f('pk_experiment_runs'))
    )
    with op.batch_alter_table('experiment_runs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_experiment_runs_run_id'), ['run_id'], unique=False)

    op.create_table('series',
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('set_id', sa.Integer(), nullable=False),
    sa.Column('steps_id', sa.Integer(), nullable=False),
    sa.Column('undefined', sa.Text(), nullable=True),
    sa.Column('matrix', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_series_run_id_runs')),
    sa.ForeignKeyConstraint(['set_id'], ['series_sets.id'], name=op.f('fk_series_set_id_series_sets')),
    sa.ForeignKeyConstraint(['steps_id'], ['step_lists.id'], name=op.f('fk_series_steps_id_step_lists')),
    sa.PrimaryKeyConstraint('run_id', 'name', name=op.f('pk_series'))
    )
    op.create_table('summaries',
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('set_id', sa.Integer(), nullable=False),
    sa.Column('matrix', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_summaries_run_id_runs')),
    sa.ForeignKeyConstraint(['set_id'], ['series_sets.id'], name=op.f('fk_summaries_set_id_series_sets')),
    sa.PrimaryKeyConstraint('run_id', name=op.f('pk_summaries'))
    )


def downgrade() -> None:
    op.drop_table('summaries')
    op.drop_table('series')
    with op.batch_alter_table('experiment_runs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_experiment_runs_run_id'))

    op.drop_table('experiment_runs')
    op.drop_table('blocks')
    with op.batch_alter_table('snapshots', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_snapshots_digest'))

    op.drop_table('snapshots')
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_runs_state_shard_id'))
        batch_op.drop_index(batch_op.f('ix_runs_shard_id'))
        batch_op.drop_index(batch_op.f('ix_runs_digest_observation'))

    op.drop_table('runs')
    with op.batch_alter_table('shards', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shards_worker_id'))
        batch_op.drop_index(batch_op.f('ix_shards_state'))
        batch_op.drop_index(batch_op.f('ix_shards_experiment_id'))

    op.drop_table('shards')
    op.drop_table('workers')
    op.drop_table('step_lists')
    op.drop_table('shares')
    op.drop_table('series_sets')
    op.drop_table('experiments')
