"""How much of its first representation a layer keeps, by the uncentred similarity of the probe inputs."""

from __future__ import annotations

import torch

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import in_groups
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One cosine per layer and run."""
    initial = checkpoint.activations("initial")
    return {
        f"representation_alignment.{layer}": in_groups(alignment, values, initial[layer])
        for layer, values in checkpoint.activations().items()
    }


def alignment(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """(R,) cosine of X Xᵀ and Y Yᵀ, of (R, n, d) each."""
    grams = [values.double() @ values.double().transpose(1, 2) for values in (one, other)]
    lengths = grams[0].norm(dim=(1, 2)) * grams[1].norm(dim=(1, 2))
    return torch.where(lengths > 0, (grams[0] * grams[1]).sum((1, 2)) / lengths, torch.nan)


REPRESENTATION_ALIGNMENT = Measure(
    name="representation_alignment",
    label="Representation alignment",
    summary="Cosine ⟨R, R₀⟩ / (‖R‖‖R₀‖) of R = X Xᵀ now and at the start, uncentred, X the activations of a layer on "
    "the probe inputs (all positions in a row). 1 is lazy.",
    unit="cosine",
    source="Liu et al. 2024, arXiv:2310.08513",
    series=("representation_alignment.*",),
    range=(0.0, 1.0),
    undefined="all activations are zero",
    measure=measure,
)
