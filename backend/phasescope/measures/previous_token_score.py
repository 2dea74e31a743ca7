"""Previous-token heads: how much of each head's attention is on the position before."""

from __future__ import annotations

from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.attention import per_head, probe_inputs
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One score per head."""
    found = per_head(checkpoint, probe_inputs(checkpoint), lambda _, maps: on_the_one_before(maps))
    return {f"previous_token_score.{head}": values for head, values in found.items()}


def on_the_one_before(maps: Tensor) -> Tensor:
    """(r, heads) mean of the first diagonal below the main one, of (r, n, heads, T, T)."""
    found: Tensor = maps.diagonal(offset=-1, dim1=-2, dim2=-1).mean(-1).mean(1)
    return found


PREVIOUS_TOKEN_SCORE = Measure(
    name="previous_token_score",
    label="Previous-token score",
    summary="Mean over positions i ≥ 1 of A_i,i−1 and over up to 64 probe inputs, for each head: 1 for a head that "
    "always looks one back. Even attention has the mean of 1/(i + 1).",
    unit="share",
    source="Olsson et al. 2022, arXiv:2209.11895",
    series=("previous_token_score.*",),
    range=(0.0, 1.0),
    cost="moderate",
    needs=("attention",),
    undefined="the head attends to nothing at some position",
    measure=measure,
)
