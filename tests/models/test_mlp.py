"""The perceptron: its defaults are the usual dense layers, and its parametrisations scale as their papers say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.shape import Shape
from phasescope.core.spec import RunSpec
from phasescope.engine.seeding import generator
from phasescope.engine.shard import prepare
from phasescope.engine.train import train
from phasescope.models.mlp import Mlp
from phasescope.models.model import apply_hidden_layers, hidden_layers

SHAPE = Shape(inputs="vectors", outputs=1, features=10)


def parameters_of(model: Mlp, seed: int = 0) -> dict[str, torch.Tensor]:
    weights = model.initial(SHAPE, generator(seed, "initial weights"))
    return {name: torch.tensor(value, requires_grad=True) for name, value in weights.items()}


def test_the_defaults_are_dense_layers_uniform_within_one_over_the_root_of_the_inputs() -> None:
    expected = hidden_layers(generator(4, "initial weights"), inputs=10, width=128, count=2, outputs=1)
    found = parameters_of(Mlp(), seed=4)
    assert list(found) == list(expected)
    inputs = torch.randn(5, 10, dtype=torch.float64)
    plain = {name: torch.from_numpy(value) for name, value in expected.items()}
    outputs, hidden = apply_hidden_layers(plain, inputs, count=2, activation="relu")
    answered, activations = Mlp().forward(found, inputs)
    torch.testing.assert_close(answered, outputs, rtol=0, atol=0)
    torch.testing.assert_close(activations["hidden_2"], hidden["hidden_2"], rtol=0, atol=0)


def output_and_feature_change(parametrisation: str, width: int) -> tuple[float, float]:
    """Root mean square of the outputs at the start, and of the change of the last hidden layer in one step."""
    given: Any = {"parametrisation": parametrisation, "initial_weights": "gaussian", "biases": False}
    model = Mlp(width=width, activation="tanh", **given)
    outputs, changes = [], []
    for seed in range(8):
        parameters = parameters_of(model, seed)
        inputs = torch.from_numpy(np.random.default_rng(seed).standard_normal((16, 10)))
        answered, before = model.forward(parameters, inputs)
        (answered - 1).square().mean().backward()
        stepped = {name: value - 1e-3 * value.grad for name, value in parameters.items() if value.grad is not None}
        after = model.forward(stepped, inputs)[1]
        outputs.append(float(answered.detach().square().mean()))
        changes.append(float((after["hidden_2"] - before["hidden_2"]).detach().square().mean()))
    return float(np.mean(outputs) ** 0.5), float(np.mean(changes) ** 0.5)


@pytest.mark.parametrize(
    ("parametrisation", "output_exponent", "change_exponent"),
    # outputs ~ width^a at the start; the features move by ~ width^b in one step of one learning rate
    [("standard", 0.0, 0.5), ("ntk", 0.0, -0.5), ("mean_field", -0.5, -1.0), ("mup", -0.5, 0.0)],
)
def test_how_a_parametrisation_scales(parametrisation: str, output_exponent: float, change_exponent: float) -> None:
    narrow, wide = (output_and_feature_change(parametrisation, width) for width in (64, 1024))
    exponents = [float(np.log(w / n) / np.log(16)) for n, w in zip(narrow, wide, strict=True)]
    np.testing.assert_allclose(exponents, [output_exponent, change_exponent], atol=0.2)


@pytest.mark.parametrize("parametrisation", ["ntk", "mup"])
def test_all_parametrisations_but_for_their_readout_are_the_same_function_at_the_start(parametrisation: str) -> None:
    inputs = torch.randn(6, 10, dtype=torch.float64)
    standard = Mlp(width=32, initial_weights="gaussian")
    other = Mlp(width=32, initial_weights="gaussian", parametrisation="ntk" if parametrisation == "ntk" else "mup")
    first = standard.forward(parameters_of(standard), inputs)[1]["hidden_2"]
    second = other.forward(parameters_of(other), inputs)[1]["hidden_2"]
    torch.testing.assert_close(first, second)


LEARNING_RATES = {"mean_field": lambda width: 0.1 * width, "mup": lambda width: 0.3}
BATCHES: dict[str, dict[str, Any]] = {
    "vectors": {"name": "teacher_student", "features": 8, "train_examples": 64},
    "tokens": {"name": "modular_arithmetic", "modulus": 7},
}


def losses(parametrisation: str, task: str, width: int) -> list[float]:
    """On the training set at the start and after some steps, at the rate that the parametrisation asks for."""
    spec = RunSpec(
        task=BATCHES[task],
        model={"name": "mlp", "width": width, "hidden_layers": 1, "embedding_width": 6, "activation": "tanh",
               "parametrisation": parametrisation},
        optimizer={"name": "sgd", "learning_rate": LEARNING_RATES[parametrisation](width)},
        precision="float64",
        seed=3,
    )  # fmt: skip
    return [float(checkpoint.losses("train")[0]) for checkpoint in train({0: spec}, (0, 1, 10, 40))]


@pytest.mark.parametrize("task", BATCHES)
@pytest.mark.parametrize("parametrisation", LEARNING_RATES)
def test_at_the_scaled_rate_the_loss_falls_alike_at_all_widths_with_biases(parametrisation: str, task: str) -> None:
    narrow, middle, wide = (losses(parametrisation, task, width) for width in (64, 256, 1024))
    fallen = wide[0] - wide[-1]
    assert fallen > 0.01
    for others in (narrow, middle):
        drops = np.array(others[0]) - others, np.array(wide[0]) - wide
        np.testing.assert_allclose(*drops, rtol=0, atol=0.2 * fallen)


@pytest.mark.parametrize("parametrisation", ["ntk", "mean_field", "mup"])
def test_hidden_biases_move_as_much_at_every_width(parametrisation: str) -> None:
    """What they add to a hidden layer in one step: in ntk it moves as the features do, by 1/√N, elsewhere not by N."""
    moved = []
    for width in (64, 1024):
        model = Mlp(width=width, hidden_layers=1, activation="tanh", parametrisation=parametrisation)
        parameters = parameters_of(model)
        inputs = torch.from_numpy(np.random.default_rng(0).standard_normal((16, 10)))
        (model.forward(parameters, inputs)[0] - 1).square().mean().backward()
        bias = parameters["hidden_1.bias"]
        assert bias.grad is not None
        factor = {"ntk": width**0.5, "mean_field": width, "mup": width**0.5}[parametrisation]  # rate and multiplier
        moved.append(factor * float(bias.grad.square().mean().sqrt()))
    assert moved[1] == pytest.approx(moved[0], rel=0.4)


def test_kinds_of_initial_weights() -> None:
    orthogonal = parameters_of(Mlp(width=24, initial_weights="orthogonal", initial_scale=2.0))
    hidden = orthogonal["hidden_2.weight"].detach().numpy()
    np.testing.assert_allclose(hidden.T @ hidden, 4 * np.eye(24), atol=1e-12)
    first = orthogonal["hidden_1.weight"].detach().numpy()
    np.testing.assert_allclose(first @ first.T, 4 * np.eye(10), atol=1e-12)
    low = parameters_of(Mlp(width=24, initial_weights="low_rank", rank=3))["hidden_2.weight"].detach().numpy()
    assert np.linalg.matrix_rank(low) == 3
    full = parameters_of(Mlp(width=24, initial_weights="gaussian"))["hidden_1.weight"].detach().numpy()
    assert abs(full.std() - 10**-0.5) < 0.05


@pytest.mark.parametrize(
    ("parametrisation", "deviations"),
    [
        ("standard", (10**-0.5, 0.05, 0.05)),
        ("ntk", (1.0, 1.0, 1.0)),
        ("mean_field", (1.0, 1.0, 1.0)),
        ("mup", (4000**-0.5, 0.05, 0.05)),
    ],
)
@pytest.mark.parametrize("initial_weights", ["gaussian", "uniform"])
def test_what_is_trained_starts_with_the_deviations_of_the_parametrisation(
    parametrisation: str, deviations: tuple[float, ...], initial_weights: str
) -> None:
    if (parametrisation, initial_weights) == ("standard", "uniform"):
        deviations = tuple(deviation / 3**0.5 for deviation in deviations)  # as is usual for dense layers
    given: Any = {"parametrisation": parametrisation, "initial_weights": initial_weights, "biases": False}
    parameters = parameters_of(Mlp(width=400, **given))
    found = [float(value.detach().std()) for value in parameters.values()]
    np.testing.assert_allclose(found, deviations, rtol=0.1)


@pytest.mark.parametrize("activation", ["relu", "tanh", "linear"])
def test_lsuv_weights_give_unit_variance_in_every_layer(activation: str) -> None:
    model = Mlp(width=30, hidden_layers=4, activation=activation, initial_weights="lsuv", initial_scale=1.5)
    shape = Shape(inputs="vectors", outputs=3, features=10)
    inputs = 7 * np.random.default_rng(1).standard_normal((100, 10)) + 2
    found = model.settled(model.initial(shape, generator(0, "initial weights")), inputs)
    values = torch.from_numpy(inputs)
    function = {"relu": torch.relu, "tanh": torch.tanh, "linear": lambda x: x}[activation]
    for name in ("hidden_1", "hidden_2", "hidden_3", "hidden_4", "readout"):
        made = values @ torch.from_numpy(found[f"{name}.weight"]) / 1.5  # the scale is a factor on top
        assert float(made.std(unbiased=False)) == pytest.approx(1.0)
        assert (found[f"{name}.bias"] == 0).all()
        values = function(made)
    squared = np.linalg.svd(found["hidden_2.weight"])[1]
    np.testing.assert_allclose(squared, squared[0])  # still orthogonal


def test_lsuv_weights_are_settled_on_a_run_s_own_training_inputs() -> None:
    def hidden(train_examples: int) -> torch.Tensor:
        spec = RunSpec(
            task={"name": "digits", "train_examples": train_examples},
            model={"name": "mlp", "width": 8, "initial_weights": "lsuv"},
            optimizer={"name": "sgd"},
            precision="float64",
        )
        shard = prepare([spec], torch.device("cpu"))
        return shard.network.outputs(shard.initial, shard.examples.train)[0]

    for count in (20, 100):
        assert float(hidden(count).std(unbiased=False)) == pytest.approx(1.0)


def test_lsuv_with_another_parametrisation_is_refused() -> None:
    with pytest.raises(ValueError, match="lsuv needs the standard parametrisation"):
        Mlp(initial_weights="lsuv", parametrisation="ntk")
