"""From checkpoints to blocks: every measure that applies, taken as a worker takes it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.core.errors import InvalidSpec
from phasescope.core.wire import Block
from phasescope.engine.train import train
from phasescope.measures import MEASURES
from phasescope.worker.measuring import Pile, take

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
    "moving_window_sum": {
        "task": {"name": "moving_window_sum", "length": 4, "train_examples": 15, "test_examples": 10},
        "model": {"name": "transformer", "width": 8, "heads": 2},
    },
}


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
def test_every_measure_that_applies_makes_a_block_with_reasons_for_what_is_missing(kind: str) -> None:
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
