"""The straight line between two networks: known barriers, symmetry, and what cannot be compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.errors import NotComparable
from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.layout import Layout
from phasescope.engine.straight_line import barriers, straight_line
from phasescope.engine.train import train

HIDDEN = 6


def spec(seed: int = 0, **model: Any) -> RunSpec:
    return RunSpec(
        task={"name": "modular_arithmetic", "modulus": 5, "train_fraction": 0.6},
        model={"name": "mlp", "embedding_width": 5, "width": HIDDEN, "hidden_layers": 1, **model},
        optimizer={"name": "adamw", "learning_rate": 0.02},
        seed=seed,
        precision="float64",
    )


@pytest.fixture(scope="module")
def trained() -> Checkpoint:
    return list(train({seed: spec(seed) for seed in range(2)}, (0, 300)))[-1]


def of(checkpoint: Checkpoint, row: int) -> np.ndarray:
    return checkpoint.parameters[row].numpy()


def permuted(layout: Layout, flat: np.ndarray) -> np.ndarray:
    """The same function with its hidden units in another order."""
    named = {name: values[0].clone() for name, values in layout.named(torch.from_numpy(flat)[None]).items()}
    order = torch.roll(torch.arange(HIDDEN), 1)
    for name, values in named.items():
        for axis, size in enumerate(values.shape):
            if size == HIDDEN:
                named[name] = named[name].index_select(axis, order)
    return layout.flat({name: values.numpy() for name, values in named.items()})


def test_barriers_of_curves_that_are_known() -> None:
    along = torch.tensor([[1.0, 2.0, 3.0], [1.0, 5.0, 3.0], [4.0, 1.0, 2.0], [0.0, torch.nan, 0.0]]).double()
    found = barriers(along)
    assert found[:3].tolist() == [0.0, 3.0, 0.0]
    assert torch.isnan(found[3])


def test_a_run_has_no_barrier_with_itself(trained: Checkpoint) -> None:
    line = straight_line((spec(), spec()), (of(trained, 0), of(trained, 0)), 5)
    assert line.train_barrier == line.test_barrier == 0
    assert line.train_losses == pytest.approx([float(trained.losses("train")[0])] * 5, rel=1e-9)
    assert line.test_losses == pytest.approx([float(trained.losses("test")[0])] * 5, rel=1e-9)


def test_a_permuted_copy_is_the_same_function_behind_a_barrier(trained: Checkpoint) -> None:
    copy = permuted(trained.network.layout, of(trained, 0))
    line = straight_line((spec(), spec()), (of(trained, 0), copy), 11)
    assert line.train_losses[-1] == pytest.approx(line.train_losses[0], rel=1e-9)
    assert line.train_barrier > 0.1


def test_the_barrier_between_two_runs_is_symmetric(trained: Checkpoint) -> None:
    there = straight_line((spec(0), spec(1)), (of(trained, 0), of(trained, 1)), 9)
    back = straight_line((spec(1), spec(0)), (of(trained, 1), of(trained, 0)), 9)
    assert there.train_losses == pytest.approx(back.train_losses[::-1], rel=1e-12)
    assert there.train_barrier == pytest.approx(back.train_barrier, rel=1e-12)
    assert there.train_barrier > 0.1
    ends = [(there.train_losses[end], there.test_losses[end]) for end in (0, -1)]
    expected = [(float(trained.losses("train")[row]), float(trained.losses("test")[row])) for row in range(2)]
    assert np.array(ends) == pytest.approx(np.array(expected), rel=1e-9)  # each on the examples that it had


def test_a_model_that_is_linear_in_its_weights_has_no_barrier() -> None:
    linear = RunSpec(
        task={"name": "deep_linear_regression", "further_inputs": 4},
        model={"name": "deep_linear", "depth": 1},
        optimizer={"name": "sgd", "learning_rate": 0.1},
    )
    pair = (linear, linear.model_copy(update={"seed": 1}))
    checkpoint = list(train(dict(enumerate(pair)), (0, 20)))[-1]
    line = straight_line(pair, (of(checkpoint, 0), of(checkpoint, 1)), 11)
    assert line.train_barrier == pytest.approx(0, abs=1e-9)
    assert len(set(line.train_losses)) > 5


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"hidden_layers": 2}, "model.hidden_layers is 1 and 2"),
        ({"activation": "tanh"}, "model.activation is None and .tanh."),
    ],
)
def test_other_models_are_refused_by_what_differs(trained: Checkpoint, other: dict[str, Any], words: str) -> None:
    with pytest.raises(NotComparable, match=words):
        straight_line((spec(), spec(**other)), (of(trained, 0), of(trained, 1)), 5)


def test_centred_networks_and_other_weights_are_refused(trained: Checkpoint) -> None:
    with pytest.raises(NotComparable, match="subtracts its own first outputs"):
        straight_line((spec(centred=True),) * 2, (of(trained, 0), of(trained, 1)), 5)
    with pytest.raises(NotComparable, match="There are 3 weights"):
        straight_line((spec(), spec()), (of(trained, 0), np.zeros(3)), 5)
