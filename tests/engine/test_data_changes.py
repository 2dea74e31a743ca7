"""Interventions on data: what a run is fed, before, while and after; what is tested stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit
from phasescope.core.errors import InvalidSpec
from phasescope.core.spec import RunSpec
from phasescope.engine.agenda import Agenda
from phasescope.engine.data_layers import RefusedChange
from phasescope.engine.examples import Split
from phasescope.engine.feed import Feed
from phasescope.engine.shard import prepare
from phasescope.engine.train import train
from phasescope.interventions.blur_images import BlurImages
from phasescope.interventions.curriculum import Curriculum, difficulties
from phasescope.interventions.data_change import Shown
from phasescope.interventions.noisy_inputs import NoisyInputs

from .families import run_spec

CPU = torch.device("cpu")
KEPT: dict[str, Any] = {"modulus": 7, "train_fraction": 0.5}


def fed(spec: RunSpec, *interventions: dict[str, Any]) -> Feed:
    shard = prepare([spec.model_copy(update={"interventions": interventions})], CPU)
    return Feed(shard, Agenda(shard.interventions))


def modular(**settings: Any) -> RunSpec:
    return run_spec("modular_arithmetic", "mlp", task_settings={**KEPT, **settings})


def same(one: Split, other: Split) -> bool:
    return torch.equal(one.inputs, other.inputs) and torch.equal(one.targets, other.targets)


def test_from_its_step_on_the_examples_are_those_of_the_other_task_and_later_the_old_ones() -> None:
    change = {"name": "change_task", "field": "operation", "value": "multiply", "at": 5, "until": 9}
    feed = fed(modular(), change)
    plain, other = (prepare([modular(operation=name)], CPU).examples.train for name in ("add", "multiply"))
    assert not same(plain, other)
    for step in (0, 4, 9, 100, 3):
        assert same(feed.at(step), plain)
    for step in (5, 8):
        assert same(feed.at(step), other)


def test_a_larger_training_set_begins_and_changes_add_up() -> None:
    more = {"name": "change_task", "field": "train_fraction", "value": 0.8, "at": 3}
    times = {"name": "change_task", "field": "operation", "value": "multiply", "at": 6}
    feed = fed(modular(), more, times)
    assert [feed.at(step).inputs.shape[1] for step in (0, 3, 6)] == [24, 39, 39]
    both = prepare([modular(operation="multiply", train_fraction=0.8)], CPU).examples.train
    assert same(feed.at(6), both)
    torch.testing.assert_close(feed.at(6).weights.sum(1), torch.ones(1, dtype=torch.float64))


def test_a_mixture_has_its_share_from_there() -> None:
    change = {"name": "change_task", "field": "operation", "value": "multiply", "at": 2, "share": 0.3}
    feed = fed(modular(), change)
    plain, other = (prepare([modular(operation=name)], CPU).examples.train for name in ("add", "multiply"))
    seen = torch.stack([feed.at(step).targets for step in range(2, 200)])
    from_there = seen[:, plain.targets != other.targets] == other.targets[plain.targets != other.targets]
    assert abs(float(from_there.double().mean()) - 0.3) < 0.03
    assert same(feed.at(1), plain)
    assert not same(feed.at(2), feed.at(3))


def test_the_test_set_and_what_is_measured_stay() -> None:
    change = {"name": "change_task", "field": "operation", "value": "multiply", "at": 1}
    plain = modular()
    changed = plain.model_copy(update={"interventions": (change,)})
    one, other = (next(iter(train({0: spec}, (3,)))) for spec in (plain, changed))
    for split in ("train", "test", "probe"):
        assert same(getattr(one.examples, split), getattr(other.examples, split))
    assert not torch.equal(one.parameters, other.parameters)


def test_a_sequence_counts_up_and_stays_at_its_last_task() -> None:
    spec = run_spec("sparse_parity", "mlp", task_settings={"train_examples": 50})
    feed = fed(spec, {"name": "task_sequence", "field": "relevant", "first": 1, "last": 3, "every": 4, "at": 2})
    tasks = {
        k: prepare([run_spec("sparse_parity", "mlp", task_settings={"train_examples": 50, "relevant": k})], CPU)
        for k in (1, 2, 3)
    }
    for step, relevant in {0: 2, 2: 1, 5: 1, 6: 2, 9: 2, 10: 3, 13: 3, 99: 3}.items():
        assert same(feed.at(step), tasks[relevant].examples.train)


def test_injected_noise_is_of_so_many_labels_and_always_the_same_ones() -> None:
    feed = fed(modular(), {"name": "inject_label_noise", "label_noise": 0.25, "at": 4})
    clean, first, later = (feed.at(step).targets for step in (0, 4, 70))
    assert int((clean != first).sum()) == 6
    assert torch.equal(first, later)


def test_it_can_begin_on_a_condition() -> None:
    change = {"name": "inject_label_noise", "label_noise": 1.0, "when": "train_accuracy", "at_least": 0.9,
              "look_every": 5}  # fmt: skip
    spec = run_spec(
        "modular_arithmetic", "mlp", interventions=(change,), optimizer={"name": "adam", "learning_rate": 0.03}
    )
    accuracies = [float(checkpoint.accuracy("train")[0]) for checkpoint in train({0: spec}, range(0, 400, 5))]
    reached = next(place for place, value in enumerate(accuracies) if value >= 0.9)
    assert min(accuracies[reached:]) < 0.3


def test_difficulty_is_nearness_to_the_own_class() -> None:
    inputs = np.array([[0.0], [0.2], [0.1], [1.0], [1.2], [0.9]])
    labels = np.array([0, 0, 0, 1, 1, 0])  # the last has the wrong label
    found = difficulties(inputs, labels)
    means = {0: [0.4, 1.0 / 3, 1.1 / 3], 1: [1.2, 1.0]}  # of the others of the class, by example
    assert found[0] == pytest.approx(abs(0.0 - means[0][0]) / 1.1)
    assert found[4] == pytest.approx(abs(1.2 - means[1][1]) / abs(1.2 - 0.3))
    assert found.argmax() == 5
    np.testing.assert_array_equal(difficulties(inputs, np.zeros(6)), 1.0)


@pytest.mark.parametrize("order", ["easy_first", "hard_first", "random"])
def test_a_curriculum_grows_to_the_whole_set(order: str) -> None:
    spec = run_spec("digits", "mlp", task_settings={"train_examples": 200})
    feed = fed(spec, {"name": "curriculum", "growth": 100, "begin": 0.2, "order": order, "at": 10})
    whole = feed.at(0)
    assert [int(feed.at(step).counts[0]) for step in (0, 10, 14, 15, 60, 109, 110, 500)] == [
        200, 40, 40, 48, 120, 192, 200, 200,
    ]  # fmt: skip
    assert same(whole, feed.at(500))
    hardness = difficulties(whole.inputs[0].numpy(), whole.targets[0].numpy())
    among = {tuple(row) for row in feed.at(10).inputs[0, :40].tolist()}
    kept = np.array([tuple(row) in among for row in whole.inputs[0].tolist()])
    gap = hardness[kept].max() - hardness[~kept].min()
    assert {"easy_first": gap <= 0, "hard_first": hardness[kept].min() >= hardness[~kept].max(),
            "random": gap > 0}[order]  # fmt: skip


def test_a_curriculum_keeps_at_least_one_example() -> None:
    kept = Curriculum(growth=10, begin=0.001).kept(np.eye(3), np.array([0, 1, 1]), 0)
    assert kept is not None
    assert len(kept) == 1


def shown(inputs: torch.Tensor, vocabulary: int = 0, **numbers: float) -> Shown:
    random = torch.Generator().manual_seed(1)
    dimensions = [1] * (inputs.dim() - 1)
    return Shown(
        inputs=inputs,
        vocabulary=vocabulary,
        numbers={name: torch.full((len(inputs), *dimensions), value).double() for name, value in numbers.items()},
        uniform=lambda: torch.rand(inputs.shape, generator=random, dtype=torch.float64),
        normal=lambda: torch.randn(inputs.shape, generator=random, dtype=torch.float64),
    )


def test_noise_takes_the_place_of_its_share() -> None:
    inputs = torch.full((2, 300, 40), 5.0, dtype=torch.float64)
    found = NoisyInputs(strength=0.4).changed_inputs(shown(inputs, strength=0.4))
    assert abs(float(found.mean()) - 3.0) < 0.02
    assert abs(float(found.std()) - 0.4) < 0.02
    assert torch.equal(NoisyInputs(strength=0).changed_inputs(shown(inputs, strength=0.0)), inputs)
    tokens = torch.full((2, 300, 40), 2)
    replaced = NoisyInputs(strength=0.4).changed_inputs(shown(tokens, vocabulary=5, strength=0.4))
    counts = torch.bincount(replaced.flatten(), minlength=5) / replaced.numel()
    np.testing.assert_allclose(counts, [0.08, 0.08, 0.68, 0.08, 0.08], atol=0.01)
    assert torch.equal(NoisyInputs(strength=0).changed_inputs(shown(tokens, vocabulary=5, strength=0.0)), tokens)


def test_a_blurred_point_is_a_bell_and_an_even_image_stays() -> None:
    images = torch.zeros(1, 2, 9, 9, dtype=torch.float64)
    images[0, 0, 4, 3] = 1.0
    images[0, 1] = 0.7
    found = BlurImages(radius=1.0).changed_inputs(shown(images.flatten(2), radius=1.0)).reshape(2, 9, 9)
    torch.testing.assert_close(found[1], images[0, 1])
    ratio = found[0, 5, 5] / found[0, 4, 3]
    weights = [[np.exp(-0.5 * (i - j) ** 2) for j in range(9)] for i in range(9)]
    rows = [np.array(row) / np.sum(row) for row in weights]
    assert float(ratio) == pytest.approx(rows[5][4] * rows[5][3] / (rows[4][4] * rows[3][3]))


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("modular_arithmetic", {"name": "change_task", "field": "modulus", "value": 5}, "no setting 'modulus' that may"),
    ("modular_arithmetic", {"name": "change_task", "field": "train_fractoin", "value": 0.1}, "'train_fraction'"),
    ("modular_arithmetic", {"name": "change_task", "field": "train_fraction", "value": 2}, "less than 1"),
    ("modular_arithmetic", {"name": "task_sequence", "field": "train_fraction", "last": 3, "every": 5}, "less than 1"),
    ("modular_arithmetic", {"name": "task_sequence", "field": "operation", "last": 0, "every": 5}, "more than first"),
    ("modular_arithmetic", {"name": "blur_images"}, "blur_images changes images, but task modular_arithmetic"),
    ("teacher_student", {"name": "inject_label_noise", "label_noise": 0.5}, "are not one class each"),
    ("sparse_parity", {"name": "curriculum", "growth": 5}, "curriculum needs labels"),
    ("digits", {"name": "noisy_inputs", "strength": 1.5}, "at most 1"),
]


@pytest.mark.parametrize(("task", "choice", "words"), REFUSED)
def test_refused_at_the_door(task: str, choice: dict[str, Any], words: str) -> None:
    given = {
        "name": "a test",
        "task": {"name": task},
        "model": {"name": "mlp"},
        "optimizer": {"name": "adam"},
        "measures": ["loss"],
        "steps": 10,
        "interventions": [choice],
    }
    with pytest.raises(InvalidSpec, match=words):
        admit(given, kept_catalogue())


def test_what_only_the_laboratory_can_see_is_refused_before_training() -> None:
    fraction = {"name": "change_task", "field": "train_fraction", "value": 0.001}
    with pytest.raises(RefusedChange, match=r"interventions\.0: .*train_fraction = 0.001: train_fraction leaves no tr"):
        fed(modular(), fraction)
    fresh = run_spec("sparse_parity", "mlp", batch_size=4, task_settings={"fresh": True})
    with pytest.raises(RefusedChange, match="curriculum needs the labels"):
        fed(fresh, {"name": "curriculum", "growth": 3})
    with pytest.raises(RefusedChange, match="blur_images needs inputs that are images"):
        fed(modular(), {"name": "blur_images"})
