"""A run that has no example to train on has failed and says why; those beside it are as if it had not been there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.spec import RunSpec
from phasescope.core.wire import Block, Lease, LeasedRun, RunEnd, ShardEnd
from phasescope.engine.examples import EmptySet
from phasescope.engine.train import train
from phasescope.worker.post import Post
from phasescope.worker.shard import train_shard

from .receiving import GoOn, Kept

STEPS = (0, 10, 20, 30)


def later(share: float) -> dict[str, Any]:
    return {"name": "change_task", "field": "train_fraction", "value": share, "at": 10}


def run_spec(share: float, *interventions: dict[str, Any]) -> RunSpec:
    """Of the 30 rows of a file: how many there are the door cannot know."""
    return RunSpec(
        task={"name": "own_arrays", "train_fraction": share},
        model={"name": "mlp", "width": 8}, optimizer={"name": "adamw"}, interventions=interventions, seed=0,
        precision="float64",
    )  # fmt: skip


def trained(specs: dict[int, RunSpec]) -> tuple[dict[int, RunEnd], dict[int, list[float]]]:
    """How each run ended, once, and the losses that were sent of it."""
    lease = Lease(
        shard=1, attempt=1, experiment=1, until=datetime.now(UTC), steps=STEPS, measures=("loss",), stop=None,
        snapshot_step=None, runs=tuple(LeasedRun(run=run, spec=spec) for run, spec in specs.items()),
    )  # fmt: skip
    outbox = Kept()
    train_shard(lease, post=Post(outbox, 1, 1, 1), orders=GoOn(), device=torch.device("cpu"))
    ends: dict[int, RunEnd] = {}
    values: dict[int, list[float]] = {}
    for message in outbox.messages:
        if message.path.endswith("finish"):
            for end in ShardEnd.model_validate_json(message.body).runs:
                assert end.run not in ends
                ends[end.run] = end
        elif message.path.endswith("blocks"):
            block = Block.from_bytes(message.body)
            for row, run in enumerate(block.runs.tolist()):
                values.setdefault(run, []).extend(block.values[row, : block.counts[row], 0].tolist())
    return ends, values


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1)])
def test_a_run_that_is_empty_from_the_start_fails_alone(order: tuple[int, ...]) -> None:
    specs = {1: run_spec(0.001), 2: run_spec(0.01), 3: run_spec(0.5)}
    ends, values = trained({run: specs[run] for run in order})
    assert {run: end.state for run, end in ends.items()} == {1: "failed", 2: "failed", 3: "finished"}
    assert "no train example with task.train_fraction = 0.01" in str(ends[2].message)
    assert values.keys() == {3}
    np.testing.assert_allclose(values[3], trained({3: specs[3]})[1][3], rtol=0, atol=1e-9)


def test_a_shard_of_empty_runs_alone_fails_run_by_run() -> None:
    ends, values = trained({1: run_spec(0.001), 2: run_spec(0.01)})
    assert [end.state for end in ends.values()] == ["failed", "failed"]
    assert not values


def test_a_run_that_is_left_without_examples_on_the_way_fails_there_alone() -> None:
    specs = {1: run_spec(0.5, later(0.01)), 2: run_spec(0.5, later(0.7))}
    ends, values = trained(specs)
    assert {run: (end.state, end.step) for run, end in ends.items()} == {1: ("failed", 10), 2: ("finished", 30)}
    assert "once train_fraction = 0.01 (interventions.0, from step 10 on)" in str(ends[1].message)
    assert len(values[1]) == 2  # what it had until then
    np.testing.assert_allclose(values[2], trained({2: specs[2]})[1][2], rtol=0, atol=1e-9)


def test_training_begins_with_no_empty_run() -> None:
    with pytest.raises(EmptySet, match=r"task\.train_fraction = 0\.001.*Runs that lack examples: 2") as caught:
        next(train({7: run_spec(0.5), 8: run_spec(0.001), 9: run_spec(0.01)}, STEPS))
    assert list(caught.value.reasons) == [1, 2]
