"""What is done to an activation is done to exactly the entries it names, in training and where measures look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from phasescope.engine.alterations import UnknownActivation
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.snapshot import Snapshot
from phasescope.engine.train import train

from .families import run_spec

SPAN = tuple(range(9))
MAP = "block_1.attention_weights"
SUMS = {"task": "moving_window_sum", "model": "transformer"}


def seen(*interventions: dict[str, Any], **more: Any) -> list[Checkpoint]:
    """Every checkpoint of one run, as it was when it came."""
    came = train({0: run_spec(interventions=interventions, **more)}, SPAN)
    return [_kept(checkpoint, checkpoint.snapshot()) for checkpoint in came]


def _kept(checkpoint: Checkpoint, data: bytes) -> Checkpoint:
    return replace(checkpoint, parameters=checkpoint.parameters.clone(), snapshot=lambda in_a_row=None: data)


def multiply(activation: str, factor: float, **more: Any) -> dict[str, Any]:
    return {"name": "multiply_activation", "activation": activation, "factor": factor, **more}


def clamp(activation: str, value: float, **more: Any) -> dict[str, Any]:
    return {"name": "clamp_activation", "activation": activation, "value": value, **more}


def maps(checkpoint: Checkpoint) -> torch.Tensor:
    """(examples, heads, positions, positions) of the only run."""
    return checkpoint.network.attention_maps(checkpoint.parameters, checkpoint.examples.probe.inputs)[MAP][0]


def gradient(checkpoint: Checkpoint, name: str) -> torch.Tensor:
    return checkpoint.network.layout.named(checkpoint.gradients())[name][0]


def test_units_are_multiplied_in_their_window_and_the_checkpoint_at_its_start_is_untouched() -> None:
    checkpoints = seen(multiply("hidden_1", 3.0, units=[2, 5], at=2, until=5))
    for checkpoint in checkpoints:
        weights = {name: values[0] for name, values in checkpoint.weights().items()}
        added = weights["embedding.weight"][checkpoint.examples.probe.inputs[0]].sum(1)
        expected = torch.tanh(added @ weights["hidden_1.weight"] + weights["hidden_1.bias"])
        if 2 < checkpoint.step <= 5:
            expected[:, [1, 4]] *= 3
        torch.testing.assert_close(checkpoint.activations()["hidden_1"][0], expected)


def test_training_goes_through_the_altered_network() -> None:
    """With SGD a step is the gradient: that of a network whose next weights are as much larger, and back."""
    sgd = {"name": "sgd", "learning_rate": 0.1}
    first, second = seen(multiply("hidden_1", 3.0), optimizer=sgd)[:2]
    plain = seen(optimizer=sgd)[0]
    weights = plain.weights()["hidden_2.weight"]
    network, layout = plain.network, plain.network.layout
    larger = plain.parameters.clone()
    larger[:, layout.slices["hidden_2.weight"]] = 3 * weights.flatten(1)
    expected = network.gradients(larger, plain.examples.train, plain.examples.extras)
    expected[:, layout.slices["hidden_2.weight"]] *= 3
    torch.testing.assert_close(second.parameters - first.parameters, -0.1 * expected)


def test_nothing_is_learned_through_a_clamped_activation() -> None:
    checkpoint = seen(clamp("hidden_1", 0.5))[3]
    assert (checkpoint.activations()["hidden_1"] == 0.5).all()
    assert (gradient(checkpoint, "hidden_1.weight") == 0).all()
    assert (gradient(checkpoint, "hidden_2.weight") != 0).any()
    half = seen(clamp("hidden_1", 0.5, units=[1]))[3]
    assert (gradient(half, "hidden_1.weight")[:, 0] == 0).all()
    assert (gradient(half, "hidden_1.weight")[:, 1] != 0).any()


def test_attention_is_multiplied_at_the_entries_of_one_head_that_are_named() -> None:
    plain, altered = (seen(*acts, **SUMS)[1] for acts in ((), (multiply(MAP, 10.0, at=0, until=1, head=2,
                      distances=[0, 3], first_position=5),)))  # fmt: skip
    start = seen(**SUMS)[0]
    changed = altered.network.attention_maps(start.parameters, start.examples.probe.inputs)[MAP][0]
    ratio = changed / start.network.attention_maps(start.parameters, start.examples.probe.inputs)[MAP][0]
    ratio = torch.nan_to_num(ratio, nan=1.0)  # the future: 0 in both
    expected = torch.ones(2, *ratio.shape[-2:], dtype=ratio.dtype)
    for row, column in ((5, 5), (6, 6), (5, 2), (6, 3)):
        expected[1, row - 1, column - 1] = 10
    torch.testing.assert_close(ratio, expected.expand_as(ratio))
    assert not torch.allclose(plain.parameters, altered.parameters)


def test_a_head_that_looks_one_token_back_is_made_of_two_clamps() -> None:
    acts = (clamp(MAP, 0.0, head=1, first_position=2), clamp(MAP, 1.0, head=1, distances=[1]))
    found = maps(seen(*acts, **SUMS)[1])
    expected = torch.eye(found.shape[-1] - 1, dtype=found.dtype)
    assert (found[:, 0, 1:, :-1] == expected).all()
    assert (found[:, 0].triu(1) == 0).all()
    assert ((found[:, 1, 2, :2] > 0) & (found[:, 1, 2, :2] < 1)).all()


def test_single_entries_and_heads_can_be_named() -> None:
    found = maps(seen(clamp(MAP, 7.0, entries=[[3, 1], [4, 4]]), **SUMS)[1])
    assert {tuple(place) for place in (found == 7).nonzero()[:, 2:].tolist()} == {(2, 0), (3, 3)}
    silent = [multiply("block_1.heads", 0.0, head=head) for head in (1, 2)]
    without = seen(*silent, **SUMS)[1]
    outputs = without.outputs("test")
    weights = without.weights()
    assert (without.activations()["block_1.attention"] == without.activations()["embedding"]).all()
    assert outputs.shape[-1] == weights["readout_every"].shape[-1]


def test_alterations_happen_in_the_order_of_the_list() -> None:
    doubled = seen(clamp("hidden_1", 1.0), multiply("hidden_1", 2.0))[1].activations()["hidden_1"]
    clamped = seen(multiply("hidden_1", 2.0), clamp("hidden_1", 1.0))[1].activations()["hidden_1"]
    assert (doubled == 2).all()
    assert (clamped == 1).all()


def test_what_was_is_compared_as_it_was() -> None:
    checkpoints = seen(multiply("hidden_1", 0.0, at=2, until=5))
    for checkpoint in checkpoints:
        silent = 2 < checkpoint.step <= 5
        assert bool((checkpoint.activations()["hidden_1"] == 0).all()) == silent
        assert (checkpoint.activations("initial")["hidden_1"] != 0).any()
        before = 2 < checkpoint.step - 1 <= 5
        assert bool((checkpoint.activations("previous")["hidden_1"] == 0).all()) == before
    resumed = next(iter(train({0: run_spec(interventions=(multiply("hidden_1", 0.0, at=2, until=5),))}, (6, 7),
                              resume=Snapshot.from_bytes(checkpoints[5].snapshot()))))  # fmt: skip
    assert (resumed.activations("previous")["hidden_1"] == 0).all()


def test_a_centred_output_subtracts_what_was_at_the_start() -> None:
    start, later = seen(multiply("hidden_2", 0.0, at=0), model_settings={"centred": True})[:2]
    assert (start.outputs("test") == 0).all()
    assert (later.outputs("test") != 0).any()  # −f(w_0) of the untouched network, and a bias


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (multiply("hidden_9", 1.0), r"interventions.0.activation: this model has no activation 'hidden_9'.*hidden_2"),
        (
            multiply("hidden_1", 1.0, units=[11]),
            r"interventions.0.units: 11 was given, but activation hidden_1 has 10 units",
        ),
        (multiply("hidden_1", 1.0, head=1), r"0.head: activation hidden_1 has no heads"),
        (multiply("hidden_1", 1.0, distances=[1]), r"no attention map"),
        (multiply("hidden_1", 1.0, first_position=2), r"2 was given, but activation hidden_1 has no positions"),
    ],
)
def test_what_the_model_does_not_have_is_refused_by_name(act: dict[str, Any], words: str) -> None:
    with pytest.raises(UnknownActivation, match=words):
        seen(act)


@pytest.mark.parametrize(
    ("more", "words"),
    [({"head": 3}, "3 was given, but .* has 2 heads"), ({"entries": [[9, 1]]}, "9 was given, but .* has 6 positions"),
     ({"units": [1]}, "has no units")],
)  # fmt: skip
def test_what_an_attention_map_does_not_have_is_refused_by_name(more: dict[str, Any], words: str) -> None:
    with pytest.raises(UnknownActivation, match=words):
        seen(multiply(MAP, 1.0, **more), **SUMS)


def test_channels_of_an_image_are_multiplied() -> None:
    few = {"task": "digits", "model": "cnn", "task_settings": {"train_examples": 20}}
    checkpoint = seen(multiply("layer_1", 0.0, units=[3]), **few)[1]
    now, start = (checkpoint.activations(moment)["layer_1"][0].unflatten(1, (3, -1)) for moment in ("now", "initial"))
    assert [bool((channel != 0).any()) for channel in start.unbind(1)] == [False, True, True]
    assert [bool((channel != 0).any()) for channel in now.unbind(1)] == [False, True, False]
