"""Initial scale, output scale and label noise do to a run what they say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.label_noise import NoClasses, with_label_noise
from phasescope.engine.seeding import generator
from phasescope.engine.train import train
from phasescope.tasks import TASKS
from phasescope.tasks.modular_arithmetic import ModularArithmetic
from phasescope.tasks.task import Data

from .families import run_spec


def first(**model: object) -> Checkpoint:
    spec = run_spec("modular_arithmetic", "mlp", model_settings=model)
    return next(iter(train({0: spec}, (0, 1))))


def test_initial_scale_multiplies_the_initial_weights() -> None:
    plain, scaled = (
        next(iter(train({0: run_spec(model_settings=settings)}, (0, 1)))) for settings in ({}, {"initial_scale": 3.0})
    )
    torch.testing.assert_close(scaled.parameters, 3 * plain.parameters)


def test_output_scale_multiplies_the_output_and_centring_makes_it_zero_at_the_start() -> None:
    plain, scaled, centred = first(), first(output_scale=0.25), first(output_scale=7.0, centred=True)
    torch.testing.assert_close(scaled.outputs("test"), 0.25 * plain.outputs("test"))
    assert float(centred.outputs("train").abs().max()) == 0
    assert float(plain.outputs("train").abs().max()) > 0


def test_the_first_step_of_a_centred_run_does_not_depend_on_the_scale_once_the_rate_is_divided_by_its_square() -> None:
    """The lazy limit: f moves by α² η K(y − f) per step, so α² η fixed means the same function for large α."""
    moved = []
    for scale in (10.0, 1000.0):
        spec = run_spec(
            task_settings={}, model_settings={"output_scale": scale, "centred": True},
            optimizer={"name": "sgd", "learning_rate": 0.05 / scale**2},
        )  # fmt: skip
        last = list(train({0: spec}, (0, 20)))[-1]
        moved.append(last.outputs("test"))
    torch.testing.assert_close(moved[0], moved[1], rtol=0.05, atol=1e-2)
    assert float(moved[1].abs().max()) > 0.1


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_label_noise_changes_exactly_its_share_of_the_training_labels_and_no_other(share: float) -> None:
    task = ModularArithmetic(modulus=7, label_noise=share)
    clean = task.draw(generator(0, "data"))
    noisy = with_label_noise(task, clean, generator(0, "label noise"))
    differ = clean.targets != noisy.targets
    assert differ[clean.train].sum() == round(share * len(clean.train))
    assert differ[clean.test].sum() == 0
    assert set(np.unique(noisy.targets)) <= set(range(7))


def test_more_noise_keeps_the_wrong_labels_of_less() -> None:
    def noisy(share: float) -> np.ndarray:
        task = TASKS["toy_addition"](label_noise=share)
        return with_label_noise(task, task.draw(generator(3, "data")), generator(3, "label noise")).targets

    clean, little, much = noisy(0.0), noisy(0.2), noisy(0.6)
    wrong = little != clean
    assert wrong.any()
    np.testing.assert_array_equal(little[wrong], much[wrong])


def test_label_noise_where_answers_are_not_classes_is_refused_by_name() -> None:
    task = TASKS["modular_arithmetic"](label_noise=0.5)
    index = np.arange(3)
    data = Data(np.zeros((3, 2)), np.zeros((3, 2)), index[:2], index[2:], index)
    with pytest.raises(NoClasses, match="modular_arithmetic"):
        with_label_noise(task, data, generator(0, "label noise"))


def test_a_task_that_states_label_noise_itself_is_left_alone() -> None:
    class Flipped(ModularArithmetic):
        label_noise: float = 1.0

    task = Flipped(modulus=5)
    data = task.draw(generator(0, "data"))
    assert with_label_noise(task, data, generator(0, "label noise")) is data
