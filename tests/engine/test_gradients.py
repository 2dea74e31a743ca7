"""The stages around an update are those of their definitions, run by run, in plain loops."""

from __future__ import annotations

import itertools
from collections import deque
from typing import Any

import numpy as np
import pytest
import torch

from phasescope.engine.agenda import Agenda
from phasescope.engine.controls import Controls
from phasescope.engine.gradients import carried_from_the_start, staged
from phasescope.engine.seeding import normal, run_keys
from phasescope.engine.train import train
from phasescope.optimizers import OPTIMIZERS
from phasescope.optimizers.optimizer import Optimizer

from .families import run_spec

RUNS, SIZE, STEPS = 3, 6, 40


def sequence() -> torch.Tensor:
    """(STEPS, RUNS, SIZE) made-up gradients."""
    return torch.randn(STEPS, RUNS, SIZE, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def through(records: list[Optimizer], gradients: torch.Tensor) -> np.ndarray:
    """What comes out of the stages, step after step."""
    like = gradients[0]
    controls = Controls(records, Agenda([()] * len(records)), groups=["rest"], like=like)
    carried = carried_from_the_start(records[0], like)
    keys = run_keys(range(len(records)), torch.device("cpu"))
    kind = records[0].gradient_filter
    out = []
    for step, gradient in enumerate(gradients):
        stages = controls.at(step)[1]
        out.append(staged(gradient.clone(), carried, stages, keys=keys, step=step, kind=kind).numpy())
    return np.stack(out)


def records(**over_runs: list[Any]) -> list[Optimizer]:
    return [OPTIMIZERS["sgd"](**{k: v[run] for k, v in over_runs.items()}) for run in range(RUNS)]


def test_ema_amplification_is_that_of_the_paper_s_code() -> None:
    strengths, memories = [0.0, 2.0, 5.0], [0.98, 0.9, 0.5]
    got = through(records(gradient_filter=["ema"] * 3, filter_strength=strengths, filter_memory=memories), sequence())
    for run, (strength, memory) in enumerate(zip(strengths, memories, strict=True)):
        mean: np.ndarray | None = None
        for step, gradient in enumerate(sequence()[:, run].numpy()):
            mean = gradient if mean is None else memory * mean + (1 - memory) * gradient
            np.testing.assert_allclose(got[step, run], gradient + strength * mean, rtol=0, atol=1e-12)


@pytest.mark.parametrize("window", [1, 7, 50])
def test_moving_average_amplification_is_that_of_the_paper_s_code(window: int) -> None:
    strengths = [0.0, 2.0, 5.0]
    got = through(
        records(gradient_filter=["moving_average"] * 3, filter_window=[window] * 3, filter_strength=strengths),
        sequence(),
    )
    for run, strength in enumerate(strengths):
        queue: deque[np.ndarray] = deque(maxlen=window)
        for step, gradient in enumerate(sequence()[:, run].numpy()):
            queue.append(gradient)
            expected = gradient + strength * np.mean(list(queue), axis=0) if len(queue) == window else gradient
            np.testing.assert_allclose(got[step, run], expected, rtol=0, atol=1e-12)


def test_clipping_is_torch_s_own() -> None:
    limits = [None, 0.5, 3.0]
    got = through(records(clip_norm=limits), sequence())
    for run, limit in enumerate(limits):
        for step, gradient in enumerate(sequence()[:, run]):
            single = torch.zeros(SIZE, dtype=torch.float64, requires_grad=True)
            single.grad = gradient.clone()
            if limit is not None:
                torch.nn.utils.clip_grad_norm_([single], limit)  # divides by the norm + 1e-6
            np.testing.assert_allclose(got[step, run], single.grad.numpy(), rtol=3e-6)


def test_a_gradient_of_zero_is_not_clipped_to_nan() -> None:
    assert (through(records(clip_norm=[1.0, 2.0, None]), torch.zeros(2, RUNS, SIZE, dtype=torch.float64)) == 0).all()


def test_a_run_that_does_not_clip_keeps_a_gradient_whose_norm_overflows() -> None:
    large = torch.full((2, RUNS, SIZE), 1e200, dtype=torch.float64)
    got = through(records(clip_norm=[1.0, 2.0, None]), large)
    assert (got[:, -1] == 1e200).all()


def test_noise_has_the_deviation_asked_for_and_is_another_at_every_step_and_run() -> None:
    out = through(records(gradient_noise=[0.0, 1.0, 3.0]), torch.zeros(200, RUNS, 500, dtype=torch.float64))
    assert (out[:, 0] == 0).all()
    assert out[:, 1].std() == pytest.approx(1, rel=0.02)
    assert out[:, 2].std() == pytest.approx(3, rel=0.02)
    assert abs(np.corrcoef(out[0, 1], out[1, 1])[0, 1]) < 0.15
    assert abs(np.corrcoef(out[0, 1], out[0, 2])[0, 1]) < 0.15


def test_normal_numbers_are_normal() -> None:
    keys = run_keys(range(40), torch.device("cpu"))
    values = normal(keys, "a test", torch.arange(40), 5001).numpy()
    assert values.shape == (40, 5001)
    assert abs(values.mean()) < 0.01
    assert values.std() == pytest.approx(1, rel=0.01)
    assert (np.abs(values) > 1.959964).mean() == pytest.approx(0.05, abs=0.003)
    assert np.isfinite(values).all()
    np.testing.assert_array_equal(values[3:4, :], normal(keys[3:4], "a test", torch.tensor([3]), 5001).numpy())


def test_a_schedule_and_a_clip_act_in_training() -> None:
    """Plain descent moves by rate times gradient: with a clip and a warm-up the length of a step is known."""
    optimizer = {"name": "sgd", "learning_rate": 0.1, "clip_norm": 0.01, "warm_up": 4}
    seen = [c.parameters[0].clone() for c in train({0: run_spec(optimizer=optimizer)}, range(7))]
    lengths = [float((b - a).norm()) for a, b in itertools.pairwise(seen)]
    np.testing.assert_allclose(lengths, 0.001 * np.array([0.25, 0.5, 0.75, 1, 1, 1]), rtol=1e-9)
