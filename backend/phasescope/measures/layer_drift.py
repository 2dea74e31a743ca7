"""Drift between neighbouring layers at one checkpoint: what each layer makes of the one before."""

from __future__ import annotations

from itertools import pairwise

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import unit_gram
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One series per named layer but the first."""
    grams = {name: unit_gram(values) for name, values in checkpoint.activations().items()}
    return {f"layer_drift.{name}": 1 - (grams[name] * grams[before]).sum((1, 2)) for before, name in pairwise(grams)}


LAYER_DRIFT = Measure(
    name="layer_drift",
    label="Drift between layers",
    summary="1 − CKA (linear, unbiased HSIC) of a layer's activations and those of the named layer before it, on the "
    "probe inputs, at the same checkpoint.",
    unit="1 − CKA",
    source="Kornblith et al. 2019, arXiv:1905.00414; unbiased HSIC of Song et al. 2012, JMLR 13, equation 5",
    series=("layer_drift.*",),
    range=(0.0, None),
    undefined="a layer answers all probe inputs alike, so there is nothing to compare",
    measure=measure,
)
