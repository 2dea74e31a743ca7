"""Fourier concentration: on how few frequencies the embedding of numbers modulo p lives."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import entropy
from phasescope.measures.measure import Measure, Values

STRONGEST = 5


def measure(checkpoint: Checkpoint) -> Values:
    """Three summaries of the power over frequencies."""
    power = frequencies(checkpoint.embedding())
    total = power.sum(1)
    strongest = power.topk(min(STRONGEST, power.shape[1]), dim=1).values.sum(1)
    return {
        "fourier_top_share": strongest / total,
        "fourier_gini": gini(power),
        "fourier_frequencies": torch.exp(entropy(power)),
    }


def frequencies(table: Tensor) -> Tensor:
    """(R, ⌊p/2⌋) power at each frequency but zero of (R, p, d), summed over sine, cosine and dimensions.

    Of an even p, frequency p/2 has a cosine alone: as it stands for no second one, only half of it counts.
    """
    power: Tensor = torch.fft.rfft(table.double(), dim=1).abs().square().sum(2)[:, 1:]
    if table.shape[1] % 2 == 0:
        power[:, -1] /= 2
    return power


def gini(amounts: Tensor) -> Tensor:
    """(R,) of (R, k): 0 when all are equal, 1 − 1/k when one has everything."""
    ordered, count = amounts.sort(dim=1).values, amounts.shape[1]
    place = torch.arange(1, count + 1, device=amounts.device, dtype=torch.float64)
    return ((2 * place - count - 1) * ordered).sum(1) / (count * amounts.sum(1))


FOURIER_CONCENTRATION = Measure(
    name="fourier_concentration",
    label="Fourier concentration of the embedding",
    summary="The power of the token embedding's discrete Fourier transform along the numbers 0 … p−1, per frequency "
    "k = 1 … ⌊p/2⌋, summed over dimensions: share of the five strongest frequencies, Gini coefficient, and "
    "exp(entropy), the effective number of frequencies. For multiplication and division the numbers are not in the "
    "order of their logarithms, so nothing need concentrate.",
    unit="top share and Gini shares; a number of frequencies",
    source="Nanda et al. 2023, arXiv:2301.05217, section 4",
    series=("fourier_top_share", "fourier_gini", "fourier_frequencies"),
    range=(0.0, None),
    needs=("cyclic", "embedding"),
    undefined="the embedding is the same for all numbers, so it has no frequencies",
    version=2,  # before, frequency p/2 of an even p counted twice
    measure=measure,
)
