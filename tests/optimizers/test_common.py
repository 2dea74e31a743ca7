"""What every registered optimizer must do, and that each is the one in the textbook (torch's own, run by run)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from phasescope.optimizers import OPTIMIZERS

TWINS: dict[str, tuple[dict[str, float], Callable[..., torch.optim.Optimizer]]] = {
    "sgd": ({"momentum": 0.8}, lambda p, s: torch.optim.SGD(p, lr=s["learning_rate"], momentum=s["momentum"],
                                                           weight_decay=s["weight_decay"])),
    "adam": ({}, lambda p, s: torch.optim.Adam(p, lr=s["learning_rate"], betas=(s["beta1"], s["beta2"]),
                                              eps=s["epsilon"], weight_decay=s["weight_decay"])),
    "adamw": ({}, lambda p, s: torch.optim.AdamW(p, lr=s["learning_rate"], betas=(s["beta1"], s["beta2"]),
                                                eps=s["epsilon"], weight_decay=s["weight_decay"])),
}  # fmt: skip


def columns(settings: list[dict[str, float]]) -> dict[str, torch.Tensor]:
    return {name: torch.tensor([[one[name]] for one in settings], dtype=torch.float64) for name in settings[0]}


def settings_of(name: str) -> list[dict[str, float]]:
    """Three runs that differ in every number."""
    extra = TWINS[name][0]
    records = [
        OPTIMIZERS[name](learning_rate=r, weight_decay=d, **extra) for r, d in ((0.1, 0), (0.02, 0.3), (0.3, 0.05))
    ]
    return [record.for_group("rest") for record in records]


def valley(parameters: torch.Tensor) -> torch.Tensor:
    """Gradient of a stretched parabola around 1."""
    return (parameters - 1) * torch.tensor([0.3, 1.0, 2.0, 0.1], dtype=torch.float64)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_equals_the_textbook_run_by_run(name: str) -> None:
    settings = settings_of(name)
    parameters = torch.randn(3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    singles = [row.clone().requires_grad_() for row in parameters]
    twins = [TWINS[name][1]([single], one) for single, one in zip(singles, settings, strict=True)]
    optimizer = OPTIMIZERS[name]()
    moments = optimizer.start(parameters)
    for step in range(1, 51):
        optimizer.update(parameters, valley(parameters), moments, numbers=columns(settings), step=step)
        for single, twin in zip(singles, twins, strict=True):
            single.grad = valley(single.detach())
            twin.step()
    torch.testing.assert_close(parameters, torch.stack([s.detach() for s in singles]), rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_reaches_the_bottom_of_a_parabola(name: str) -> None:
    parameters = torch.zeros(1, 4, dtype=torch.float64)
    optimizer = OPTIMIZERS[name](learning_rate=0.05)
    moments = optimizer.start(parameters)
    numbers = columns([optimizer.for_group("rest")])
    for step in range(1, 3001):
        optimizer.update(parameters, valley(parameters), moments, numbers=numbers, step=step)
    torch.testing.assert_close(parameters, torch.ones(1, 4, dtype=torch.float64), rtol=0, atol=2e-2)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_embedding_group_takes_its_own_numbers_and_otherwise_those_of_the_rest(name: str) -> None:
    record: Any = OPTIMIZERS[name](learning_rate=0.1, weight_decay=0.2, embedding_learning_rate=0.3)
    assert record.for_group("embedding")["learning_rate"] == 0.3
    assert record.for_group("embedding")["weight_decay"] == 0.2
    assert record.for_group("rest")["learning_rate"] == 0.1
