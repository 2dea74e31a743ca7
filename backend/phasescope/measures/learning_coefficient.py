"""Local learning coefficient: how fast the volume of nearly as good parameters shrinks, by Langevin sampling.

It is checked against theory (quadratic and quartic losses, with steps of finite size) and, where it is installed,
against devinterp 1.3.2 on trained networks: both agree within the error over chains. devinterp 2 takes language models
only, and cannot be compared with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.examples import Examples
from phasescope.engine.network import Network
from phasescope.engine.seeding import normal
from phasescope.measures.curvature import (
    groups,
    hessian_product,
    largest_eigenvalue,
    losses_and_gradients,
    signs,
)
from phasescope.measures.measure import Measure, Values

CHAINS = 4
UNUSED = 200  # first steps of a chain
USED = 400
LOCALISATION = 1.0  # γ
STABLE = 0.2  # ε times the greatest curvature; a chain is stable below 4
PRODUCTS = 10

Descent = Callable[[Tensor], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Chains:
    """Langevin chains from centres (B, P): n β and ε (B,) of each, and which chain of its run each is (B,)."""

    centre: Tensor
    scale: Tensor
    step: Tensor
    number: Tensor

    def excess(self, descent: Descent) -> Tensor:
        """(B, 2) n β (mean L − L at the centre) over the first and over the second half of the steps that count."""
        start, _ = descent(self.centre)
        place, sums = self.centre.double(), torch.zeros(len(start), 2, dtype=torch.float64, device=start.device)
        keys = torch.arange(CHAINS, device=start.device)
        step = self.step[:, None]
        for count in range(UNUSED + USED):
            losses, gradients = descent(place.to(self.centre.dtype))
            if count >= UNUSED:
                sums[:, int(2 * (count - UNUSED) >= USED)] += losses - start
            pull = self.scale[:, None] * gradients + LOCALISATION * (place - self.centre)
            noise = normal(keys, "learning coefficient", torch.full_like(keys, count), place.shape[1])
            place = place - step / 2 * pull + step.sqrt() * noise[self.number]
        halves = torch.tensor([(USED + 1) // 2, USED // 2], device=start.device)
        return self.scale[:, None] * sums / halves


def measure(checkpoint: Checkpoint) -> Values:
    """The mean over chains, its standard error, and what is left of a trend."""
    flat = checkpoint.parameters
    parts = []
    for rows in groups(len(flat), flat.shape[1] * CHAINS * PRODUCTS, flat.device):
        parts.append(_of_runs(checkpoint.network.of(rows), flat[rows], checkpoint.examples.of(rows)))
    halves = torch.cat(parts)  # (R, chains, 2)
    each = halves.mean(2)
    values = {
        "learning_coefficient": each.mean(1),
        "learning_coefficient_error": each.std(1) / CHAINS**0.5,
        "learning_coefficient_trend": (halves[..., 1] - halves[..., 0]).mean(1),
    }
    return {name: torch.where(torch.isfinite(column), column, torch.nan) for name, column in values.items()}


def _of_runs(network: Network, flat: Tensor, examples: Examples) -> Tensor:
    """(r, chains, 2)."""
    count = examples.train.counts.double()
    scale = count / count.log()  # n β with β = 1 / ln n
    step = step_sizes(network, flat, examples, scale)
    rows = torch.arange(len(flat), device=flat.device).repeat_interleave(CHAINS)
    many, copies = network.of(rows), examples.of(rows)
    numbers = torch.arange(CHAINS, device=flat.device).repeat(len(flat))
    chains = Chains(flat[rows], scale[rows], step[rows], numbers)
    return chains.excess(lambda place: losses_and_gradients(many, place, copies)).reshape(len(flat), CHAINS, 2)


def step_sizes(network: Network, flat: Tensor, examples: Examples, scale: Tensor) -> Tensor:
    """(r,) ε = 0.2 / (n β λ + γ), λ the greater of the top Hessian eigenvalues here and one posterior width away: at a
    singular minimum there is no curvature, but nearby there is."""
    here = _curvature(network, flat, examples)
    width = (scale * here.clamp(min=0) + LOCALISATION).rsqrt()[:, None]
    away = flat + (width * signs("learning coefficient", 0, flat.shape[1], flat.device)).to(flat.dtype)
    there = _curvature(network, away, examples)
    return STABLE / (scale * torch.maximum(here, there).clamp(min=0) + LOCALISATION)


def _curvature(network: Network, flat: Tensor, examples: Examples) -> Tensor:
    start = signs("Lanczos", 0, flat.shape[1], flat.device).expand(len(flat), -1)
    return largest_eigenvalue(hessian_product(network, flat, examples), start, min(PRODUCTS, flat.shape[1]))


LEARNING_COEFFICIENT = Measure(
    name="learning_coefficient",
    label="Local learning coefficient",
    summary="λ̂ = nβ (E[L(w)] − L(θ)), nβ = n / ln n with n training examples and L their mean loss, over w from "
    "exp(−nβ L(w) − γ/2 ‖w − θ‖²), γ = 1, by 4 Langevin chains of 600 steps with full gradients, of which the last 400 "
    "count; ε = 0.2 / (nβ λ_max + γ). Half the number of parameters where a minimum is regular, less where it is "
    "singular. Negative values say that θ is no minimum. Also the standard error over chains, and the trend, second "
    "minus first half: far from 0, the chains have not mixed and the value is too small. Some 2,400 training steps.",
    unit="parameters / 2",
    source="Lau et al. 2023, arXiv:2308.12108",
    series=("learning_coefficient", "learning_coefficient_error", "learning_coefficient_trend"),
    cost="dear",
    undefined="a chain ran away, or there are fewer than two training examples",
    measure=measure,
)
