"""Attention progress: the share of attention that goes where the answer is made from."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.attention import INPUTS, per_head, probe_inputs
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One share per head."""
    inputs, task = probe_inputs(checkpoint), checkpoint.network.task
    targets = checkpoint.examples.probe.targets[:, :INPUTS]
    best = task.best_attention(inputs.flatten(0, 1), targets.flatten(0, 1))
    best = best.reshape(*inputs.shape[:2], *best.shape[1:])
    found = per_head(checkpoint, inputs, lambda rows, maps: share_on(maps, best[rows]), kind="sizes")
    return {f"attention_progress.{head}": values for head, values in found.items()}


def share_on(sizes: Tensor, best: Tensor) -> Tensor:
    """(r, heads) Σ|A| on the map (r, n, T, T) over Σ|A| in its rows, per example, then mean over those with a row."""
    asked = best.any(-1)[:, :, None, :, None]
    on = (sizes * best[:, :, None]).sum((-1, -2))
    share = on / (sizes * asked).sum((-1, -2))
    counts = best.any(-1).any(-1)[:, :, None]
    return torch.where(counts, share, 0.0).sum(1) / counts.sum(1)


ATTENTION_PROGRESS = Measure(
    name="attention_progress",
    label="Attention on the best map",
    summary="Σ|A|·M / Σ|A| over the positions that are answered, for each head; A the attention weights and M the map "
    "that the task names, the positions each answer is made of; per probe input (up to 64), then mean. Sizes, so that "
    "linear attention has it too. It is a progress measure: it rises while the loss still stands.",
    unit="share",
    source="Gopalani & Hu 2025, arXiv:2506.13688 (attention progress measure)",
    series=("attention_progress.*",),
    range=(0.0, 1.0),
    cost="moderate",
    needs=("attention", "best_attention"),
    undefined="the head attends to nothing, or no probe input has what its answer is made of",
    measure=measure,
)
