"""Representation drift of each layer: one minus linear CKA, to the initial and to the previous checkpoint."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import unit_gram
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per named layer, from its activations on the probe inputs."""
    now = {name: unit_gram(values) for name, values in checkpoint.activations("now").items()}
    values: Values = {}
    moments = {"drift_to_initial": checkpoint.activations("initial"),
               "drift_to_previous": checkpoint.activations("previous")}  # fmt: skip
    for head, activations in moments.items():
        for name, other in activations.items():
            values[f"{head}.{name}"] = 1 - (now[name] * unit_gram(other)).sum((1, 2))
    return values


DRIFT = Measure(
    name="drift",
    label="Representation drift",
    summary="1 − CKA of a layer's activations now and at the initial (previous) checkpoint, on the probe inputs. "
    "CKA is linear, with the unbiased HSIC estimator: 0 in expectation for unrelated representations even with more "
    "features than examples, so that drift may exceed 1 a little. Unchanged by rotation, translation and scale.",
    unit="1 − CKA",
    source="Kornblith et al. 2019, arXiv:1905.00414; unbiased HSIC of Song et al. 2012, JMLR 13, equation 5",
    series=("drift_to_initial.*", "drift_to_previous.*"),
    range=(0.0, None),
    undefined="the layer answers all probe inputs alike, so there is nothing to compare",
    measure=measure,
)
