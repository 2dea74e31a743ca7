"""Anisotropy: the share of a layer's variance in its strongest direction."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import centred, eigenvalues
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One share per named layer."""
    values: Values = {}
    for name, activations in checkpoint.activations().items():
        spectrum = eigenvalues(centred(activations))
        values[f"anisotropy.{name}"] = spectrum[:, 0] / spectrum.sum(1)
    return values


ANISOTROPY = Measure(
    name="anisotropy",
    label="Anisotropy",
    summary="λ₁ / Σλ with the eigenvalues λ of the covariance of a layer's activations on the probe inputs: 1/d when "
    "the variance is spread evenly over d directions, 1 when it lies in one.",
    unit="share",
    source="Razzhigaev et al. 2024, arXiv:2311.05928",
    series=("anisotropy.*",),
    range=(0.0, 1.0),
    cost="moderate",
    undefined="the layer answers all probe inputs alike, so it has no variance",
    measure=measure,
)
