"""Dropout and noise: data over the run axis, other numbers at every step, and none where measures look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from phasescope.engine.alterations import Altered
from phasescope.engine.network import Network
from phasescope.engine.seeding import run_keys
from phasescope.engine.shard import Shard, prepare
from phasescope.engine.train import State, train
from phasescope.models import MODELS

from .families import PAIRS, run_spec, trajectories

FIRST_TASK = {model: task for task, model in reversed(PAIRS)}
RATES = (0.0, 0.25, 0.6)
SPAN = tuple(range(13))
SGD = {"name": "sgd", "learning_rate": 0.05}


def shard_of(model: str, *, seeds: int = 1, **settings: Any) -> Shard:
    return prepare(
        [run_spec(FIRST_TASK[model], model, seed=seed, model_settings=settings) for seed in range(seeds)],
        torch.device("cpu"),
    )


def outputs(network: Network, shard: Shard, *, step: int, inputs: Tensor | None = None, **rates: list[float]) -> Tensor:
    """(R, n, …) outputs of the initial networks as a training step has them."""
    table = {name: torch.tensor(values, dtype=torch.float64) for name, values in rates.items()}
    split = shard.examples.probe if inputs is None else replace(shard.examples.probe, inputs=inputs)
    altered = Altered((), (), table, shard.keys, torch.full_like(shard.keys, step))
    return replace(network, altered=altered).outputs(shard.initial, split)[0]


def moved(shard: Shard) -> Shard:
    """Away from where some models answer 0 to everything."""
    return replace(shard, initial=shard.initial + 0.1 * torch.sin(torch.arange(shard.initial.shape[1])))


@pytest.mark.parametrize("model", MODELS)
def test_every_model_drops_and_without_it_nothing_changes(model: str) -> None:
    shard = moved(shard_of(model, seeds=3))
    plain = shard.network.outputs(shard.initial, shard.examples.probe)[0]
    first, same, later = (outputs(shard.network, shard, step=step, dropout=[0.0, 0.25, 0.6]) for step in (3, 3, 4))
    torch.testing.assert_close(first[0], plain[0], rtol=0, atol=0)
    for run in (1, 2):
        assert not torch.allclose(first[run], plain[run])
        assert not torch.allclose(first[run], later[run])
    torch.testing.assert_close(first, same, rtol=0, atol=0)


@pytest.mark.parametrize("model", MODELS)
def test_padding_does_not_change_what_is_dropped(model: str) -> None:
    """A run with fewer examples than its neighbours is padded behind them."""
    shard = shard_of(model)
    noise = {"noise": [0.5]} if "noise" in MODELS[model].model_fields else {}
    inputs = shard.examples.probe.inputs
    longer = torch.cat([inputs, inputs[:, :3]], dim=1)
    short, long = (outputs(shard.network, shard, step=2, inputs=x, dropout=[0.4], **noise) for x in (inputs, longer))
    torch.testing.assert_close(long[:, : inputs.shape[1]], short, rtol=0, atol=1e-12)


def test_the_share_dropped_is_the_rate_and_the_mean_is_kept() -> None:
    spec = run_spec(model_settings={"width": 400, "hidden_layers": 1})
    shard = prepare([spec] * 3, torch.device("cpu"))
    shard = replace(shard, keys=run_keys([0, 1, 2], torch.device("cpu")))
    layout = shard.network.layout
    shard.initial[:, layout.slices["readout.weight"]] = 1.0
    shard.initial[:, layout.slices["readout.bias"]] = 0.0
    shard.initial[:, layout.slices["hidden_1.weight"]] = 0.0
    shard.initial[:, layout.slices["hidden_1.bias"]] = 100.0  # tanh of it is 1
    sums = torch.stack([outputs(shard.network, shard, step=step, dropout=list(RATES))[..., 0] for step in range(20)])
    for run, rate in enumerate(RATES):
        kept = sums[:, run] * (1 - rate) / 400  # share of the 400 units that were kept
        assert float(kept.mean()) == pytest.approx(1 - rate, abs=0.01)
        deviation = (rate * (1 - rate) / 400) ** 0.5
        assert float(kept.std()) == pytest.approx(deviation, rel=0.15)


def test_measures_look_without_dropout_and_noise() -> None:
    """With the rates at 0 for the first step the runs are the same, also where the rates come later."""
    noisy = run_spec("delayed_memory", "rnn", model_settings={"dropout": 0.5, "noise": 0.5}, optimizer=SGD)
    plain = run_spec("delayed_memory", "rnn", optimizer=SGD)
    for checkpoint in train({0: noisy}, (0, 1)):
        network = prepare([plain], torch.device("cpu")).network
        expected = network.outputs(checkpoint.parameters, checkpoint.examples.test)[0]
        torch.testing.assert_close(checkpoint.outputs("test"), expected, rtol=0, atol=0)
        assert checkpoint.network.altered is None


def test_early_and_late_dropout_are_a_change_of_a_setting() -> None:
    def path(rate: float, *changes: dict[str, Any]) -> np.ndarray:
        spec = run_spec(optimizer=SGD, model_settings={"dropout": rate}, interventions=changes)
        return trajectories({0: spec}, SPAN)[0]

    change = {"name": "change_setting", "field": "model.dropout", "at": 5}
    plain, dropped = path(0.0), path(0.5)
    late, early = path(0.0, {**change, "value": 0.5}), path(0.5, {**change, "value": 0.0})
    np.testing.assert_array_equal(late[:6], plain[:6])
    assert (late[6] != plain[6]).any()
    np.testing.assert_array_equal(early[:6], dropped[:6])
    window = path(0.0, {**change, "value": 0.5, "until": 7})
    np.testing.assert_array_equal(window[:8], late[:8])
    assert (window[8] != late[8]).any()


def test_noise_of_the_state_has_its_scale() -> None:
    """With no weights the state is the noise alone: √(2a) σ after one position, a random walk that forgets."""
    spec = run_spec("delayed_memory", "rnn", model_settings={"width": 50, "cell": "leaky", "leak": 0.2})
    shard = prepare([spec] * 2, torch.device("cpu"))
    shard = replace(shard, keys=run_keys([0, 1], torch.device("cpu")))
    name = next(name for name in shard.network.layout.shapes if name.startswith("readout"))
    shard.initial.zero_()
    shape = shard.network.layout.shapes[name]
    shard.initial[:, shard.network.layout.slices[name]] = torch.eye(*shape, dtype=torch.float64).flatten()
    states = torch.cat([outputs(shard.network, shard, step=step, noise=[0.0, 0.3]) for step in range(8)], dim=1)
    assert (states[0] == 0).all()
    per_position = states[1].std(0).mean(-1)  # (positions,) over examples
    variance = 2 * 0.2 * 0.3**2 * (1 - 0.8 ** (2 * torch.arange(1, len(per_position) + 1))) / (1 - 0.8**2)
    torch.testing.assert_close(per_position, variance.sqrt().double(), rtol=0.06, atol=0)


def test_sam_climbs_and_descends_with_the_same_units_dropped() -> None:
    """Of radius 0 it is gradient descent, dropout or not."""
    settings = {"dropout": 0.5}
    plain = trajectories({0: run_spec(optimizer=SGD, model_settings=settings)}, SPAN)[0]
    around = {"name": "sam", "learning_rate": 0.05, "radius": 0.0}
    np.testing.assert_allclose(trajectories({0: run_spec(optimizer=around, model_settings=settings)}, SPAN)[0], plain,
                               rtol=0, atol=1e-9)  # fmt: skip


def test_a_step_with_dropout_is_the_gradient_of_the_network_that_is_left() -> None:
    spec = run_spec(optimizer=SGD, model_settings={"dropout": 0.5})
    state = State.begin(prepare([spec], torch.device("cpu")), (0,))
    network, examples = state.alterations.training(0), state.shard.examples
    expected = state.parameters - 0.05 * network.gradients(state.parameters, examples.train, examples.extras)
    state.advance(1)
    torch.testing.assert_close(state.parameters, expected, rtol=0, atol=1e-12)
