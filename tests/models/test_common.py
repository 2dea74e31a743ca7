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

SMALL: dict[str, list[dict[str, Any]]] = {
    "mlp": [
        {"width": 8, "embedding_width": 4},
        {"width": 8, "embedding_width": 4, "parametrisation": "ntk", "initial_weights": "gaussian"},
        {"width": 8, "embedding_width": 4, "parametrisation": "mean_field", "activation": "erf", "biases": False},
        {"width": 8, "embedding_width": 4, "parametrisation": "mup", "initial_weights": "orthogonal"},
        {"width": 8, "embedding_width": 4, "initial_weights": "low_rank", "rank": 2, "activation": "gelu"},
    ],
    "embedding_decoder": [{"width": 8}],
    "transformer": [
        {"width": 8, "heads": 2, "layers": 2},
        {"width": 8, "heads": 2, "attention_only": True, "normalisation": "pre", "positions": "rotary"},
        {"width": 8, "heads": 2, "attention": "linear", "normalisation": "post", "positions": "one_hot"},
        {"width": 8, "heads": 1, "normalisation": "pre", "activation": "gelu", "initial_scale": 0.5},
        {"width": 8, "attention": "linear", "attention_biases": True, "deviation": 0.3, "activation": "gelu_tanh"},
    ],
    "disentangled_transformer": [
        {"spread": 0.5},
        {"spread": 0.5, "heads": 2, "last_heads": 1},
    ],
    "deep_linear": [
        {"width": 7, "depth": 3, "initial_weights": kind, "initial_scale": 0.5}
        for kind in ("gaussian", "orthogonal", "balanced")
    ],
    "rnn": [
        {"width": 8},
        {"width": 8, "cell": "leaky", "leak": 0.3, "activation": "relu", "rank": 2},
        {"width": 8, "cell": "gru", "biases": True},
    ],
    "cnn": [{"channels": 4}],
    "diagonal_net": [{}, {"depth": 3, "initial_scale": 2.0}],
    "symmetric_factors": [{"initial_scale": 2.0}, {"rank": 2}],
    "committee": [{"width": 6, "curvature": 0.5}],
    "linear_ssm": [{"width": 5}, {"width": 5, "learn_decay": True}],
}
SHAPES = {
    "tokens": [Shape(inputs="tokens", outputs=3, positions=2, vocabulary=5)],
    "vectors": [Shape(inputs="vectors", outputs=3, features=6)],
    "images": [Shape(inputs="images", outputs=3, features=36)],
    "token_sequences": [Shape(inputs="token_sequences", outputs=3, positions=4, vocabulary=5, readout="every")],
    "sequences": [
        Shape(inputs="sequences", outputs=3, positions=4, features=3),
        Shape(inputs="sequences", outputs=3, positions=4, features=3, readout="every"),
    ],
}
BUILT = {
    f"{name} {number} {kind} {shape.readout}": (MODELS[name](**settings), shape)
    for name in MODELS
    for number, settings in enumerate(SMALL[name])
    for kind in MODELS[name].accepts
    for shape in SHAPES[kind]
}
START_ALIKE = {"diagonal_net", "symmetric_factors"}  # from where the theory lets them start
CASES = [pytest.param(case, id=name) for name, case in BUILT.items()]
ANSWERS_EVERYWHERE = [pytest.param(case, id=name) for name, case in BUILT.items() if case[1].readout == "every"]


@pytest.fixture(params=CASES)
def built(request: pytest.FixtureRequest) -> tuple[Model, Shape, dict[str, torch.Tensor], torch.Tensor]:
    """A model, its task's shape, its parameters and some inputs."""
    model, shape = request.param
    weights = model.initial(shape, generator(0, "initial weights"))
    parameters = {key: torch.tensor(value, requires_grad=True) for key, value in weights.items()}
    random = np.random.default_rng(3)
    if shape.vocabulary:
        inputs = torch.from_numpy(random.integers(0, shape.vocabulary, (25, shape.positions)))
    else:
        size = (shape.positions, shape.features) if shape.inputs == "sequences" else (shape.features,)
        inputs = torch.from_numpy(random.standard_normal((25, *size)))
    return model, shape, parameters, inputs


def test_outputs_and_named_activations(built: Any) -> None:
    model, shape, parameters, inputs = built
    outputs, activations = model.forward(parameters, inputs)
    assert outputs.shape == (25, *shape.answer)
    assert activations
    for values in activations.values():
        assert values.shape[0] == 25
        assert torch.isfinite(values).all()


def test_every_parameter_gets_a_gradient(built: Any) -> None:
    model, _, parameters, inputs = built
    (model.forward(parameters, inputs)[0] - 1).square().sum().backward()  # some models answer 0 at first
    without = [name for name, value in parameters.items() if value.grad is None or not value.grad.abs().sum() > 0]
    assert without == []


def test_examples_do_not_see_each_other(built: Any) -> None:
    model, _, parameters, inputs = built
    together = model.forward(parameters, inputs)[0]
    alone = model.forward(parameters, inputs[3:4])[0]
    torch.testing.assert_close(together[3:4], alone, rtol=0, atol=1e-12)


@pytest.mark.parametrize("built", ANSWERS_EVERYWHERE, indirect=True)
def test_a_position_does_not_see_what_comes_after_it(built: Any) -> None:
    model, _, parameters, inputs = built
    before = model.forward(parameters, inputs)[0]
    changed = inputs.clone()
    changed[:, -1] = inputs[:, -1].roll(1, 0)
    after = model.forward(parameters, changed)[0]
    torch.testing.assert_close(before[:, :-1], after[:, :-1], rtol=0, atol=1e-12)
    assert not torch.allclose(before[:, -1], after[:, -1])


def test_initial_scale_multiplies_what_is_a_weight_and_keeps_what_is_none(built: Any) -> None:
    model, shape, parameters, _ = built
    doubled = model.model_copy(update={"initial_scale": 2 * model.initial_scale})
    scaled = doubled.initial(shape, generator(0, "initial weights"))
    changed = 0
    for name, value in parameters.items():
        plain = value.detach().numpy()
        kept = np.array_equal(scaled[name], plain)
        assert kept or np.allclose(scaled[name], 2 * plain)
        changed += not kept
    assert changed >= 1


def test_initial_weights_belong_to_the_seed(built: Any) -> None:
    model, shape, parameters, _ = built
    again = model.initial(shape, generator(0, "initial weights"))
    other = model.initial(shape, generator(1, "initial weights"))
    for name, value in parameters.items():
        np.testing.assert_array_equal(value.detach().numpy(), again[name])
    differs = any(not np.array_equal(again[name], other[name]) for name in again)
    assert differs is (model.name not in START_ALIKE)


def test_the_flat_layout_gives_every_parameter_back(built: Any) -> None:
    _, _, parameters, _ = built
    arrays = {name: value.detach().numpy() for name, value in parameters.items()}
    layout = Layout.of(arrays)
    named = layout.named(torch.from_numpy(layout.flat(arrays))[None])
    for name, value in arrays.items():
        np.testing.assert_array_equal(named[name][0].numpy(), value)
        assert layout.slices[name].stop - layout.slices[name].start == value.size
