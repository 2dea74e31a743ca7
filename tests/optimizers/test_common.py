"""What every registered optimizer must do, and that each is the one in the textbook (torch's own, run by run)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from phasescope.optimizers import OPTIMIZERS
from phasescope.optimizers.langevin import Langevin
from phasescope.optimizers.optimizer import STAGES, Moments, Numbers, Optimizer
from phasescope.optimizers.sign_descent import SignDescent

Gradient = Callable[[torch.Tensor], torch.Tensor]
Twin = Callable[[torch.Tensor, Gradient], None]
"""One step of the textbook's rule for one run, in place."""


def of_torch(make: Callable[[list[torch.Tensor]], torch.optim.Optimizer]) -> Twin:
    """A twin that is one of torch's own."""
    made: list[torch.optim.Optimizer] = []

    def step(weights: torch.Tensor, gradient: Gradient) -> None:
        if not made:
            made.append(make([weights.requires_grad_()]))
        weights.grad = gradient(weights.detach())
        made[0].step()

    return step


def sign_descent(s: dict[str, float]) -> Twin:
    mean = torch.zeros(4, dtype=torch.float64)

    def step(weights: torch.Tensor, gradient: Gradient) -> None:
        mean.mul_(s["momentum"]).add_((1 - s["momentum"]) * gradient(weights))
        weights -= s["learning_rate"] * (mean.sign() + s["weight_decay"] * weights)

    return step


def sam(s: dict[str, float]) -> Twin:
    descend = of_torch(
        lambda p: torch.optim.SGD(p, lr=s["learning_rate"], momentum=s["momentum"], weight_decay=s["weight_decay"])
    )

    def step(weights: torch.Tensor, gradient: Gradient) -> None:
        here = gradient(weights.detach())
        uphill = weights.detach() + s["radius"] * here / here.norm()
        descend(weights, lambda _: gradient(uphill))

    return step


def sgd(s: dict[str, float], **more: Any) -> Twin:
    return of_torch(
        lambda p: torch.optim.SGD(p, lr=s["learning_rate"], momentum=s.get("momentum", 0),
                                  weight_decay=s["weight_decay"], **more)
    )  # fmt: skip


def adaptive(kind: type[torch.optim.Adam]) -> Callable[[dict[str, float]], Twin]:
    return lambda s: of_torch(
        lambda p: kind(p, lr=s["learning_rate"], betas=(s["beta1"], s["beta2"]), eps=s["epsilon"],
                       weight_decay=s["weight_decay"])
    )  # fmt: skip


TWINS: dict[str, tuple[dict[str, Any], Callable[[dict[str, float]], Twin]]] = {
    "sgd": ({"momentum": 0.8}, sgd),
    "sgd, nesterov": ({"momentum": 0.8, "nesterov": True}, lambda s: sgd(s, nesterov=True)),
    "adam": ({}, adaptive(torch.optim.Adam)),
    "adamw": ({}, adaptive(torch.optim.AdamW)),
    "rmsprop": ({"momentum": 0.5, "memory": 0.9}, lambda s: of_torch(
        lambda p: torch.optim.RMSprop(p, lr=s["learning_rate"], alpha=s["memory"], eps=s["epsilon"],
                                      momentum=s["momentum"], weight_decay=s["weight_decay"]))),
    "sign_descent": ({"momentum": 0.9}, sign_descent),
    "sam": ({"momentum": 0.5, "radius": 0.2}, sam),
    "langevin": ({"temperature": 0.0}, sgd),
}  # fmt: skip
RATES = {"rmsprop": 0.005, "sign_descent": 0.005}  # rules whose steps do not shrink with the gradient


def columns(settings: list[dict[str, float]]) -> dict[str, torch.Tensor]:
    return {name: torch.tensor([[one[name]] for one in settings], dtype=torch.float64) for name in settings[0]}


def valley(parameters: torch.Tensor) -> torch.Tensor:
    """Gradient of a stretched parabola around 1."""
    return (parameters - 1) * torch.tensor([0.3, 1.0, 2.0, 0.1], dtype=torch.float64)


def step_of(optimizer: Optimizer, parameters: torch.Tensor, moments: Moments, numbers: Numbers, step: int) -> None:
    """One step in the valley, as the training loop does it."""
    here = parameters
    if optimizer.looks_around:
        here = optimizer.ascend(parameters, valley(parameters), numbers=numbers)
    optimizer.update(parameters, valley(here), moments, numbers=numbers, step=step)
    if optimizer.is_noisy:
        optimizer.disturb(parameters, torch.randn(parameters.shape, dtype=torch.float64), numbers=numbers)


def test_every_optimizer_has_a_twin() -> None:
    assert {name.partition(",")[0] for name in TWINS} == set(OPTIMIZERS)


@pytest.mark.parametrize("case", TWINS)
def test_equals_the_textbook_run_by_run(case: str) -> None:
    extra, make_twin = TWINS[case]
    kind = OPTIMIZERS[case.partition(",")[0]]
    records = [kind(learning_rate=r, weight_decay=d, **extra) for r, d in ((0.1, 0), (0.02, 0.3), (0.3, 0.05))]
    settings = [record.for_group("rest") for record in records]
    parameters = torch.randn(3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    singles = [row.clone() for row in parameters]
    twins = [make_twin(one) for one in settings]
    moments = records[0].start(parameters)
    for step in range(1, 51):
        step_of(records[0], parameters, moments, columns(settings), step)
        for single, twin in zip(singles, twins, strict=True):
            twin(single, valley)
    torch.testing.assert_close(parameters, torch.stack([s.detach() for s in singles]), rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_reaches_the_bottom_of_a_parabola(name: str) -> None:
    torch.manual_seed(0)
    parameters = torch.zeros(1, 4, dtype=torch.float64)
    extra: dict[str, Any] = {"temperature": 1e-6} if name == "langevin" else {}
    optimizer = OPTIMIZERS[name](learning_rate=RATES.get(name, 0.05), **extra)
    moments = optimizer.start(parameters)
    numbers = columns([optimizer.for_group("rest")])
    for step in range(1, 3001):
        step_of(optimizer, parameters, moments, numbers, step)
    torch.testing.assert_close(parameters, torch.ones(1, 4, dtype=torch.float64), rtol=0, atol=2e-2)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_embedding_group_takes_its_own_numbers_and_otherwise_those_of_the_rest(name: str) -> None:
    record: Any = OPTIMIZERS[name](learning_rate=0.1, weight_decay=0.2, embedding_learning_rate=0.3)
    assert record.for_group("embedding")["learning_rate"] == 0.3
    assert record.for_group("embedding")["weight_decay"] == 0.2
    assert record.for_group("rest")["learning_rate"] == 0.1


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_numbers_of_the_stages_are_not_the_rule_s(name: str) -> None:
    assert set(OPTIMIZERS[name]().for_group("rest")).isdisjoint(STAGES)
    assert set(STAGES) <= set(OPTIMIZERS[name].per_run_fields())


def test_langevin_dynamics_samples_the_distribution_of_its_temperature() -> None:
    """In a parabola of curvature c the weights are normal with variance T / (c (1 − η c / 2)), exactly so."""
    torch.manual_seed(0)
    rate, curvature = 0.1, torch.tensor([0.3, 1.0, 2.0, 0.1], dtype=torch.float64)
    temperatures = [0.5, 2.0]
    numbers = columns([Langevin(learning_rate=rate, temperature=t).for_group("rest")
                       for t in temperatures for _ in range(4000)])  # fmt: skip
    optimizer = OPTIMIZERS["langevin"]()
    parameters = torch.ones(8000, 4, dtype=torch.float64)
    for step in range(1, 401):
        step_of(optimizer, parameters, {}, numbers, step)
    for rows, temperature in zip(parameters.split(4000), temperatures, strict=True):
        expected = temperature / (curvature * (1 - rate * curvature / 2))
        torch.testing.assert_close(rows.var(dim=0), expected, rtol=0.1, atol=0)
        assert float((rows.mean(dim=0) - 1).abs().max()) < 0.3


def test_a_gradient_that_is_not_a_number_ends_sign_descent_too() -> None:
    parameters, mean = torch.zeros(1, 2), torch.zeros(1, 2)
    numbers = {name: torch.tensor([[value]]) for name, value in
               {"learning_rate": 0.1, "weight_decay": 0.0, "momentum": 0.5}.items()}  # fmt: skip
    gradients = torch.tensor([[torch.nan, 1.0]])
    SignDescent().update(parameters, gradients, {"mean": mean}, numbers=numbers, step=1)
    assert parameters.isnan().tolist() == [[True, False]]
