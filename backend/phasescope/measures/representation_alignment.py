"""Representation alignment: how much of the initial geometry of a layer is left."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import in_groups
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One cosine per named layer."""
    initial = checkpoint.activations("initial")
    return {f"representation_alignment.{name}": in_groups(gram_cosine, now, initial[name])
            for name, now in checkpoint.activations().items()}  # fmt: skip


def gram_cosine(one: Tensor, other: Tensor) -> Tensor:
    """(R,) cosine of the Gram matrices HHᵀ of (R, n, d), not centred."""
    first, second = (values.double() @ values.double().transpose(1, 2) for values in (one, other))
    found: Tensor = (first * second).sum((1, 2)) / (first.norm(dim=(1, 2)) * second.norm(dim=(1, 2)))
    return torch.where(torch.isfinite(found), found.clamp(0, 1), torch.nan)


REPRESENTATION_ALIGNMENT = Measure(
    name="representation_alignment",
    label="Representation alignment",
    summary="⟨R, R₀⟩ / (‖R‖ ‖R₀‖), R = HHᵀ the Gram matrix of a layer's activations on the probe inputs, R₀ that at "
    "the start; not centred, so that a common mean counts (`biased_drift` is 1 minus the centred one). It stays near "
    "1 in lazy training and falls in rich training.",
    unit="cosine",
    source="Liu et al. 2024, arXiv:2310.08513",
    series=("representation_alignment.*",),
    range=(0.0, 1.0),
    cost="moderate",
    undefined="the layer answers all probe inputs with zero",
    measure=measure,
)
