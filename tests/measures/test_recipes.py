"""Measures that the recipes brought: against loops, a large sample, and a regression by other means."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train
from phasescope.measures.kernel_regression import KERNEL_REGRESSION
from phasescope.measures.loss_split import LOSS_SPLIT
from phasescope.measures.predicted_accuracy import PREDICTED_ACCURACY, predicted


def committees(
    coefficients: list[float],
    *,
    steps: int = 30,
    examples: int = 20,
    scales: tuple[float, ...] = (1.0, 3.0),
    **model: object,
) -> Checkpoint:
    specs = {
        number: RunSpec(
            task={"name": "teacher_student", "teacher": "hermite", "features": 5, "coefficients": coefficients,
                  "train_examples": examples, "test_examples": 60_000},
            model={"name": "committee", "width": 12, "curvature": 0.5, "output_scale": scale, **model},
            optimizer={"name": "sgd", "learning_rate": 1.0 / scale**2},
            precision="float64",
            seed=number,
        )
        for number, scale in enumerate(scales)
    }  # fmt: skip
    return list(train(specs, (0, steps)))[-1]


def test_the_loss_split_is_the_loss_of_a_large_sample() -> None:
    checkpoint = committees([0.5, 0.3, 1.0])
    found = LOSS_SPLIT.measure(checkpoint)
    sample = checkpoint.losses("test")
    assert torch.allclose(found["exact_test_loss"], sample, rtol=0.05)
    assert all(bool((found[part] > 0).all()) for part in ("loss_of_offset", "loss_of_features", "loss_of_slope"))


def test_the_loss_split_is_undefined_for_a_cubic_teacher_and_a_centred_output() -> None:
    assert torch.isnan(LOSS_SPLIT.measure(committees([0.0, 0.0, 1.0, 1.0], steps=1))["exact_test_loss"]).all()
    assert torch.isnan(LOSS_SPLIT.measure(committees([0.0, 0.0, 1.0], steps=1, centred=True))["exact_test_loss"]).all()


def test_kernel_regression_is_the_least_change_of_weights_that_fits() -> None:
    """Another way to the same: the smallest weight change by the pseudo-inverse of the Jacobian."""
    checkpoint = committees([1.0, 0.0, 1.0], scales=(2.0,), examples=10)
    network, flat = checkpoint.network, checkpoint.initial
    train_inputs, test_inputs = checkpoint.examples.train.inputs[0], checkpoint.examples.test.inputs[0, :128]
    scale = 2.0

    def answers(weights: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
        named = {name: value[0] for name, value in network.layout.named(weights[None]).items()}
        return scale * network.model.forward(named, inputs)[0][:, 0]

    jacobians = [torch.autograd.functional.jacobian(lambda w, x=x: answers(w, x), flat[0])
                 for x in (train_inputs, test_inputs)]  # fmt: skip
    residual = checkpoint.examples.train.targets[0] - answers(flat[0], train_inputs)
    change = np.linalg.pinv(jacobians[0].numpy()) @ residual.numpy()
    outputs = answers(flat[0], test_inputs).numpy() + jacobians[1].numpy() @ change
    expected = np.mean((outputs - checkpoint.examples.test.targets[0, :128].numpy()) ** 2)
    found = KERNEL_REGRESSION.measure(checkpoint)["kernel_regression_loss"]
    assert expected > 0.01
    assert float(found[0]) == pytest.approx(expected, rel=1e-4)


def test_kernel_regression_is_undefined_with_training_sets_of_two_sizes() -> None:
    specs = {
        examples: RunSpec(
            task={"name": "teacher_student", "features": 5, "train_examples": examples, "test_examples": 10},
            model={"name": "mlp", "width": 4},
            optimizer={"name": "sgd", "learning_rate": 0.01},
        )
        for examples in (8, 9)
    }
    (checkpoint,) = train(specs, (0,))
    assert torch.isnan(KERNEL_REGRESSION.measure(checkpoint)["kernel_regression_loss"]).all()


def test_predicted_accuracy_by_loops() -> None:
    random = np.random.default_rng(0)
    symbols = 7
    table = np.linspace(-1, 1, symbols)[:, None] + 0.05 * random.standard_normal((symbols, 1))
    pairs = [(i, j) for i in range(symbols) for j in range(i, symbols)]
    seen = {pairs[k] for k in random.permutation(len(pairs))[:10]}
    points = (table - table.mean(0)) / table.std(0, ddof=1)
    right = 0
    for i, j in pairs:
        near = [((points[i] + points[j] - points[m] - points[n]) ** 2).mean() < 0.01
                for m, n in seen if m + n == i + j]  # fmt: skip
        right += (i, j) in seen or any(near)
    trained = np.zeros((1, symbols, symbols), dtype=bool)
    for i, j in seen:
        trained[0, i, j] = True
    found = predicted(torch.from_numpy(table)[None], torch.from_numpy(trained))
    assert 10 < right < len(pairs)
    assert float(found[0]) == pytest.approx(right / len(pairs))
    assert torch.isnan(predicted(torch.ones(1, symbols, 2), torch.from_numpy(trained))).all()


def test_an_even_embedding_predicts_everything_and_the_table_is_both_splits() -> None:
    specs = {
        0: RunSpec(
            task={"name": "toy_addition", "symbols": 6, "target_dimensions": 5, "train_examples": 15},
            model={"name": "embedding_decoder", "width": 8},
            optimizer={"name": "adamw", "learning_rate": 1e-2},
        )
    }
    checkpoint = list(train(specs, (0, 200)))[-1]
    found = PREDICTED_ACCURACY.measure(checkpoint)
    whole = (15 * checkpoint.accuracy("train") + 6 * checkpoint.accuracy("test")) / 21
    assert torch.allclose(found["table_accuracy"], whole)
    assert torch.allclose(found["prediction_gap"], (found["predicted_accuracy"] - whole).abs())
    even = torch.linspace(0, 1, 6, dtype=torch.float64)[None, :, None]
    trained = torch.zeros(1, 6, 6, dtype=torch.bool)
    trained[0, 0] = trained[0, :, 5] = True  # one pair of each sum
    assert float(predicted(even, trained)) == 1
