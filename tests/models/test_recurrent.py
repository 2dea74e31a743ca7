"""Recurrent and state-space networks against recursions written out, and the small convolutional network."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from phasescope.core.shape import Shape
from phasescope.engine.seeding import generator
from phasescope.models.cnn import Cnn
from phasescope.models.linear_ssm import LinearSsm
from phasescope.models.model import Model
from phasescope.models.rnn import Rnn

EVERY = Shape(inputs="sequences", outputs=2, positions=5, features=3, readout="every")
Weights = dict[str, np.ndarray]


def built(model: Model, shape: Shape = EVERY) -> tuple[Weights, np.ndarray, np.ndarray]:
    """Weights, inputs and outputs."""
    weights = model.initial(shape, generator(3, "initial weights"))
    size = (shape.features,) if shape.inputs == "images" else (shape.positions, shape.features)
    inputs = np.random.default_rng(1).standard_normal((4, *size))
    tensors = {name: torch.from_numpy(value) for name, value in weights.items()}
    return weights, inputs, model.forward(tensors, torch.from_numpy(inputs))[0].numpy()


def test_the_vanilla_cell_is_that_of_torch() -> None:
    weights, inputs, found = built(Rnn(width=6))
    cell = torch.nn.RNN(3, 6, bias=False, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        own = dict(cell.named_parameters())
        own["weight_ih_l0"].copy_(torch.from_numpy(weights["input.state"].T))
        own["weight_hh_l0"].copy_(torch.from_numpy(weights["recurrent.state"].T))
        states = cell(torch.from_numpy(inputs))[0].numpy()
    np.testing.assert_allclose(found, states @ weights["readout_every"], atol=1e-12)


def test_the_leaky_cell_renews_a_share_of_its_state() -> None:
    weights, inputs, found = built(Rnn(width=6, cell="leaky", leak=0.3, activation="relu"))
    state = np.zeros((4, 6))
    for position in range(5):
        renewed = np.maximum(inputs[:, position] @ weights["input.state"] + state @ weights["recurrent.state"], 0)
        state = 0.7 * state + 0.3 * renewed
        np.testing.assert_allclose(found[:, position], state @ weights["readout_every"], atol=1e-12)


def test_the_gated_cell_updates_and_resets() -> None:
    weights, inputs, found = built(Rnn(width=6, cell="gru"))
    state = np.zeros((4, 6))

    def gate(name: str, position: int, past: np.ndarray) -> np.ndarray:
        return inputs[:, position] @ weights[f"input.{name}"] + past @ weights[f"recurrent.{name}"]

    for position in range(5):
        update, reset = (1 / (1 + np.exp(-gate(name, position, state))) for name in ("update", "reset"))
        proposed = np.tanh(gate("state", position, reset * state))
        state = update * state + (1 - update) * proposed
        np.testing.assert_allclose(found[:, position], state @ weights["readout_every"], atol=1e-12)


def test_one_answer_is_read_off_the_last_state_and_an_image_is_read_row_by_row() -> None:
    image = Shape(inputs="images", outputs=2, features=16)
    rows = Shape(inputs="sequences", outputs=2, positions=4, features=4)
    weights, pixels, found = built(Rnn(width=6), image)
    sequence = torch.from_numpy(pixels.reshape(4, 4, 4))
    tensors = {name: torch.from_numpy(value) for name, value in weights.items()}
    np.testing.assert_array_equal(found, Rnn(width=6).forward(tensors, sequence)[0].numpy())
    assert list(weights) == list(Rnn(width=6).initial(rows, generator(3, "initial weights")))


def test_recurrent_weights_have_the_rank_and_keep_the_norm_of_the_full_ones() -> None:
    def recurrent(**more: Any) -> np.ndarray:
        return Rnn(width=40, gain=1.25, **more).initial(EVERY, generator(0, "initial weights"))["recurrent.state"]

    full, low = recurrent(), recurrent(rank=2)
    assert np.linalg.matrix_rank(low) == 2
    np.testing.assert_allclose(np.linalg.norm(low), np.linalg.norm(full))
    assert abs(full.std() * 40**0.5 - 1.25) < 0.05
    np.testing.assert_array_equal(recurrent(rank=40), full)
    leading = np.linalg.svd(full)[0][:, :2]
    np.testing.assert_allclose(leading @ leading.T @ low, low, atol=1e-12)


def test_the_state_space_model_is_its_recursion() -> None:
    weights, inputs, found = built(LinearSsm(width=6, decay=0.7))
    state = np.zeros((4, 6))
    for position in range(5):
        state = 0.7 * state + inputs[:, position] @ weights["input"]
        np.testing.assert_allclose(found[:, position], state @ weights["readout_every"], atol=1e-12)


def test_learned_decays_start_at_the_one_given() -> None:
    fixed = built(LinearSsm(width=6, decay=0.7))[2]
    np.testing.assert_allclose(built(LinearSsm(width=6, decay=0.7, learn_decay=True))[2], fixed, atol=1e-12)
    model = LinearSsm(width=1, decay=0.7, learn_decay=True)
    weights, inputs, _ = built(model)
    weights["decay_logit"] = np.array([np.log(0.2 / 0.8)])
    tensors = {name: torch.from_numpy(value) for name, value in weights.items()}
    other = LinearSsm(width=1, decay=0.2).forward(tensors, torch.from_numpy(inputs))[0]
    torch.testing.assert_close(model.forward(tensors, torch.from_numpy(inputs))[0], other)


def test_the_convolutional_network_is_its_sums() -> None:
    weights, inputs, found = built(Cnn(layers=1, channels=3), Shape(inputs="images", outputs=2, features=16))
    for row, image in enumerate(inputs.reshape(4, 4, 4)):
        padded = np.pad(image, 1)
        maps = np.zeros((3, 4, 4))
        for channel in range(3):
            for y in range(4):
                for x in range(4):
                    patch = padded[y : y + 3, x : x + 3]
                    maps[channel, y, x] = (patch * weights["layer_1.weight"][channel, 0]).sum()
        maps = np.maximum(maps + weights["layer_1.bias"][:, None, None], 0)
        pooled = maps.reshape(3, 2, 2, 2, 2).mean((2, 4))
        expected = pooled.ravel() @ weights["readout.weight"] + weights["readout.bias"]
        np.testing.assert_allclose(found[row], expected, atol=1e-12)


def test_recurrent_weights_of_gain_0_are_0_at_any_rank() -> None:
    weights = Rnn(width=6, gain=0.0, rank=2).initial(EVERY, generator(3, "initial weights"))
    assert (weights["recurrent.state"] == 0).all()
