"""Attention sinks: how much of each head's attention rests on the first position."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.attention import per_head, probe_inputs
from phasescope.measures.measure import Measure, Values

SINK = 0.3


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per head."""
    found = per_head(checkpoint, probe_inputs(checkpoint), lambda _, maps: on_the_first(maps).transpose(1, 2))
    values: Values = {}
    for head, alpha in found.items():
        mean = alpha.mean(1)
        values[f"attention_on_first.{head}"] = mean
        values[f"sink_share.{head}"] = torch.where(mean.isfinite(), (alpha > SINK).double().mean(1), torch.nan)
    return values


def on_the_first(maps: Tensor) -> Tensor:
    """(r, n, heads) mean over rows of the first column of (r, n, heads, T, T)."""
    found: Tensor = maps[..., 0].mean(-1)
    return found


ATTENTION_SINK = Measure(
    name="attention_sink",
    label="Attention sink",
    summary="Attention on the first position, α = Σ_i A_i0 / T, for each head: its mean over up to 64 probe inputs, "
    "and the share of these with α > 0.3. Even attention over the past has α = (1 + 1/2 + … + 1/T) / T, so that "
    "values at different lengths T are not comparable.",
    unit="share",
    source="Gu et al. 2024, arXiv:2410.10781",
    series=("attention_on_first.*", "sink_share.*"),
    range=(0.0, 1.0),
    cost="moderate",
    needs=("attention",),
    undefined="the head attends to nothing at some position",
    measure=measure,
)
