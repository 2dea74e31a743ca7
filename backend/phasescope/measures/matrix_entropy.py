"""Matrix-based entropy of a layer's activations: how evenly their variance is spread over directions, in bits."""

from __future__ import annotations

from math import log

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import centred, eigenvalues, entropy
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One value per named layer."""
    layers = checkpoint.activations().items()
    return {f"matrix_entropy.{name}": entropy(eigenvalues(centred(values))) / log(2) for name, values in layers}


MATRIX_ENTROPY = Measure(
    name="matrix_entropy",
    label="Matrix-based entropy",
    summary="−Σ λ log₂ λ, λ the eigenvalues of K / tr K with the linear kernel of a layer's centred activations on the "
    "probe inputs (order α = 1, von Neumann). 2 to this power is the effective rank by eigenvalues of the covariance, "
    "which some also call RankMe: not independent evidence.",
    unit="bits",
    source="Giraldo, Rao & Principe 2015, arXiv:1211.2459, at α → 1",
    series=("matrix_entropy.*",),
    range=(0.0, None),
    cost="moderate",
    undefined="the layer answers all probe inputs alike, so there is no variance to spread",
    measure=measure,
)
