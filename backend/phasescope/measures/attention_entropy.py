"""How evenly each attention head spreads over the past."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.attention import per_head, probe_inputs
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One value per head."""
    found = per_head(checkpoint, probe_inputs(checkpoint), lambda _, maps: evenness(maps))
    return {f"attention_entropy.{head}": values for head, values in found.items()}


def evenness(maps: Tensor) -> Tensor:
    """(r, heads) mean over inputs and rows i ≥ 1 of the entropy of (r, n, heads, T, T), in units of ln(i + 1)."""
    rows = maps[..., 1:, :]
    most = torch.arange(2, maps.shape[-1] + 1, device=maps.device, dtype=torch.float64).log()
    found: Tensor = (-torch.xlogy(rows, rows).sum(-1) / most).mean(-1).mean(1)
    return found


ATTENTION_ENTROPY = Measure(
    name="attention_entropy",
    label="Attention entropy",
    summary="−Σ_j A_ij ln A_ij / ln(i + 1), mean over positions i ≥ 1 (counted from 0) and up to 64 probe inputs, for "
    "each head: 1 when attention is even over the past, 0 when it is on one position. Where weights are not a softmax, "
    "A is |weight| over its sum.",
    unit="share of the greatest entropy",
    source="Zhai et al. 2023, arXiv:2303.06296 (collapse of entropy)",
    series=("attention_entropy.*",),
    range=(0.0, 1.0),
    cost="moderate",
    needs=("attention",),
    undefined="the head attends to nothing at some position",
    measure=measure,
)
