"""Euclidean norm of the gradient of the training loss, of all parameters and of each tensor."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """The full training set's gradient at the checkpoint: no mini-batch noise in it."""
    flat = checkpoint.gradients().double()
    named = checkpoint.network.layout.named(flat)
    parts = {f"gradient_norm.{name}": values.flatten(1).norm(dim=1) for name, values in named.items()}
    return {"gradient_norm": flat.norm(dim=1)} | parts


GRADIENT_NORM = Measure(
    name="gradient_norm",
    label="Gradient norm",
    summary="‖∇L‖₂ of the mean loss over all training examples, for all parameters and for each tensor. A mini-batch's "
    "gradient would be longer: E‖g_B‖² = ‖∇L‖² + tr Σ / B.",
    unit="loss per weight",
    source="the definition",
    series=("gradient_norm", "gradient_norm.*"),
    range=(0.0, None),
    cost="moderate",
    measure=measure,
)
