"""What every registered model must do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.shape import Shape
from phasescope.engine.layout import Layout
from phasescope.engine.seeding import generator
from phasescope.models import MODELS
from phasescope.models.model import Model

SMALL: dict[str, dict[str, Any]] = {
    "mlp": {"width": 8, "embedding_width": 4},
    "embedding_decoder": {"width": 8},
    "transformer": {"width": 8, "heads": 2, "layers": 2},
}
SHAPES = {
    "tokens": Shape(inputs="tokens", outputs=3, positions=2, vocabulary=5),
    "vectors": Shape(inputs="vectors", outputs=3, features=6),
}
CASES = [(name, kind) for name in MODELS for kind in MODELS[name].accepts]


@pytest.fixture(params=CASES, ids="-".join)
def built(request: pytest.FixtureRequest) -> tuple[Model, Shape, dict[str, torch.Tensor], torch.Tensor]:
    """A model, its task's shape, its parameters and some inputs."""
    name, kind = request.param
    model, shape = MODELS[name](**SMALL[name]), SHAPES[kind]
    weights = model.initial(shape, generator(0, "initial weights"))
    parameters = {key: torch.tensor(value, requires_grad=True) for key, value in weights.items()}
    if kind == "tokens":
        inputs = torch.cartesian_prod(torch.arange(5), torch.arange(5))
    else:
        inputs = torch.randn(25, 6, dtype=torch.float64)
    return model, shape, parameters, inputs


def test_outputs_and_named_activations(built: Any) -> None:
    model, shape, parameters, inputs = built
    outputs, activations = model.forward(parameters, inputs)
    assert outputs.shape == (25, shape.outputs)
    assert activations
    for values in activations.values():
        assert values.shape[0] == 25
        assert torch.isfinite(values).all()


def test_every_parameter_gets_a_gradient(built: Any) -> None:
    model, _, parameters, inputs = built
    model.forward(parameters, inputs)[0].square().sum().backward()
    without = [name for name, value in parameters.items() if value.grad is None or not value.grad.abs().sum() > 0]
    assert without == []


def test_examples_do_not_see_each_other(built: Any) -> None:
    model, _, parameters, inputs = built
    together = model.forward(parameters, inputs)[0]
    alone = model.forward(parameters, inputs[3:4])[0]
    torch.testing.assert_close(together[3:4], alone, rtol=0, atol=1e-12)


def test_initial_weights_belong_to_the_seed(built: Any) -> None:
    model, shape, parameters, _ = built
    again = model.initial(shape, generator(0, "initial weights"))
    other = model.initial(shape, generator(1, "initial weights"))
    for name, value in parameters.items():
        np.testing.assert_array_equal(value.detach().numpy(), again[name])
    assert any(not np.array_equal(again[name], other[name]) for name in again)


def test_the_flat_layout_gives_every_parameter_back(built: Any) -> None:
    _, _, parameters, _ = built
    arrays = {name: value.detach().numpy() for name, value in parameters.items()}
    layout = Layout.of(arrays)
    named = layout.named(torch.from_numpy(layout.flat(arrays))[None])
    for name, value in arrays.items():
        np.testing.assert_array_equal(named[name][0].numpy(), value)
        assert layout.slices[name].stop - layout.slices[name].start == value.size
