"""From checkpoints to blocks: every measure that applies, taken as a worker takes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.core.errors import InvalidSpec
from phasescope.core.spec import StopRule
from phasescope.core.wire import Block, Lease
from phasescope.engine.train import train
from phasescope.measures import MEASURES, learning_coefficient
from phasescope.worker.measuring import Pile, StopWatch, take

EXPERIMENT: dict[str, Any] = {
    "name": "every measure",
    "optimizer": {"name": "adamw"},
    "steps": 4,
    "checkpoints": {"every": 2},
    "seeds": 2,
}
MLP: dict[str, Any] = {"name": "mlp", "width": 8, "embedding_width": 4}
KINDS: dict[str, dict[str, Any]] = {
    "toy_addition": {"task": {"name": "toy_addition", "symbols": 6, "train_examples": 15}, "model": MLP},
    "modular_arithmetic": {"task": {"name": "modular_arithmetic", "modulus": 5}, "model": MLP},
    "split_digits": {
        "task": {"name": "split_digits", "train_examples": 40, "test_examples": 60},
        "model": {"name": "mlp", "width": 8},
    },
    "moving_window_sum": {
        "task": {"name": "moving_window_sum", "length": 4, "train_examples": 15, "test_examples": 10},
        "model": {"name": "transformer", "width": 8, "heads": 2},
    },
    "teacher_student": {
        "task": {"name": "teacher_student", "features": 5, "train_examples": 15, "test_examples": 10},
        "model": {"name": "committee", "width": 6},
    },
    "markov_in_context": {
        "task": {"name": "markov_in_context", "symbols": 4, "positions": 5, "graph": "tree", "train_examples": 15,
                 "test_examples": 10},
        "model": {"name": "disentangled_transformer"},
    },
}  # fmt: skip


def applying(kind: str) -> list[str]:
    """The measures that the door admits for a task and a model."""
    admitted = []
    for name in MEASURES:
        try:
            admit({**EXPERIMENT, **KINDS[kind], "measures": [name]}, kept_catalogue())
        except InvalidSpec:
            continue
        admitted.append(name)
    return admitted


@pytest.mark.parametrize("kind", KINDS)
def test_every_measure_that_applies_makes_a_block_with_reasons_for_what_is_missing(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_coefficient, "UNUSED", 4)  # long chains are for its own tests
    monkeypatch.setattr(learning_coefficient, "USED", 8)
    names = applying(kind)
    spec = admit({**EXPERIMENT, **KINDS[kind], "measures": names}, kept_catalogue())
    runs = {number: cell.spec for number, cell in enumerate(admitted_cells(spec, kept_catalogue()))}
    pile = Pile(tuple(names))
    for checkpoint in train(runs, spec.checkpoints.steps(spec.steps)):
        pile.add(take(checkpoint, names))
    made = pile.block()
    assert made is not None
    block = Block.from_bytes(made.to_bytes())
    assert block.values.shape == (2, 3, len(block.series))
    assert len(set(block.series)) == len(block.series)
    assert set(block.versions) == set(names)
    missing = {name for column, name in enumerate(block.series) if np.isnan(block.values[:, :, column]).any()}
    assert missing == set(block.undefined)
    assert block.undefined["linearisation_error"] == MEASURES["function_distance"].undefined  # at step 0


def test_every_measure_applies_to_one_of_these_kinds() -> None:
    assert {name for kind in KINDS for name in applying(kind)} == set(MEASURES)


def test_each_measure_is_taken_when_it_is_due() -> None:
    measures = ["accuracy", {"name": "weight_norm", "every": 2}]
    data = {**EXPERIMENT, **KINDS["toy_addition"], "measures": measures}
    spec = admit({**data, "steps": 5, "checkpoints": {"every": 1}}, kept_catalogue())
    runs = {number: cell.spec for number, cell in enumerate(admitted_cells(spec, kept_catalogue()))}
    steps = spec.checkpoints.steps(spec.steps)
    lease = Lease(
        shard=1, attempt=1, experiment=1, until=datetime.now(UTC), steps=steps, measures=spec.measures,
        schedules=spec.schedules, stop=None, runs=(), snapshot_step=None,
    )  # fmt: skip
    pile, due = Pile(lease.measures), lease.due()
    watch = StopWatch(StopRule(measure="weight_norm", at_least=0.0, for_checkpoints=2))
    stopped = []
    for checkpoint in train(runs, steps):
        pile.add(taken := take(checkpoint, due[checkpoint.step]))
        stopped.append(len(watch.over(taken)))
    block = pile.block()
    assert block is not None
    assert block.taken is not None
    assert block.series == ("train_accuracy", "test_accuracy", "weight_norm")
    assert block.taken.T.tolist() == [[True] * 6, [True] * 6, [True, False, True, False, True, True]]
    np.testing.assert_array_equal(np.isfinite(block.values), np.broadcast_to(block.taken, block.values.shape))
    assert block.undefined == {}
    assert stopped == [0, 0, 2, 0, 2, 2]  # the checkpoints in a row are those at which it is taken
