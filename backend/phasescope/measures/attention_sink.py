"""Attention sinks: how much of each head's attention rests on the first position."""

from __future__ import annotations

from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.attention import per_head, probe_inputs
from phasescope.measures.measure import Measure, Values

SINK = 0.3


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per head."""
    inputs = probe_inputs(checkpoint)
    mean = per_head(checkpoint, inputs, lambda _, maps: on_the_first(maps).mean(1))
    share = per_head(checkpoint, inputs, lambda _, maps: (on_the_first(maps) > SINK).double().mean(1))
    return {f"attention_on_first.{head}": values for head, values in mean.items()} | {
        f"sink_share.{head}": values.where(mean[head].isfinite(), mean[head]) for head, values in share.items()
    }


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
