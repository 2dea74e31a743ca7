"""Learning-rate schedules are the textbook's: torch's own, and the formula where torch has none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, LRScheduler, StepLR

from phasescope.engine.rates import is_constant, multipliers
from phasescope.optimizers import OPTIMIZERS

STEPS = 60


def rates_of(make: Callable[[torch.optim.Optimizer], LRScheduler]) -> list[float]:
    """The rates torch uses, of a base rate of 1."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = make(optimizer)
    rates = []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def ours(**settings: object) -> np.ndarray:
    record = OPTIMIZERS["sgd"].model_validate(settings)
    return multipliers([record], 1, STEPS)[:, 0]


def test_cosine() -> None:
    twin = rates_of(lambda o: CosineAnnealingLR(o, T_max=STEPS, eta_min=0.1))
    np.testing.assert_allclose(ours(schedule="cosine", schedule_steps=STEPS, schedule_floor=0.1), twin, rtol=1e-9)


def test_cosine_stays_at_its_floor() -> None:
    assert ours(schedule="cosine", schedule_steps=20, schedule_floor=0.25)[20:] == pytest.approx(0.25)


def test_step() -> None:
    twin = rates_of(lambda o: StepLR(o, step_size=17, gamma=0.3))
    np.testing.assert_allclose(ours(schedule="step", schedule_steps=17, schedule_factor=0.3), twin, rtol=1e-9)


def test_warm_up() -> None:
    twin = rates_of(lambda o: LinearLR(o, start_factor=1 / 10, total_iters=9))
    np.testing.assert_allclose(ours(warm_up=10), twin, rtol=1e-9)


def test_inverse_square_root_halves_when_the_time_is_four_times_as_long() -> None:
    values = ours(schedule="inverse_square_root", schedule_steps=10, warm_up=5)
    np.testing.assert_allclose(values[:5], np.arange(1, 6) / 5)
    np.testing.assert_allclose(values[5:16], 1)
    assert values[5 + 40] == pytest.approx(0.5)


def test_chunks_fit_together() -> None:
    records = [OPTIMIZERS["adam"](schedule=s, warm_up=w, schedule_steps=7) for s in ("cosine", "step") for w in (0, 5)]
    whole = multipliers(records, 1, STEPS)
    np.testing.assert_array_equal(whole[23:40], multipliers(records, 24, 17))
    assert not is_constant(records)
    assert is_constant([OPTIMIZERS["adam"](schedule_steps=3)])
