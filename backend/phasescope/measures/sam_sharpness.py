"""How much the training loss rises one short step up its own gradient."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.curvature import training_losses
from phasescope.measures.measure import Measure, Values

RADIUS = 0.05


def measure(checkpoint: Checkpoint) -> Values:
    """One value per run."""
    gradients = checkpoint.gradients()
    step = RADIUS * gradients / gradients.norm(dim=1, keepdim=True)
    there = training_losses(checkpoint.network, checkpoint.parameters + step, checkpoint.examples)
    here = training_losses(checkpoint.network, checkpoint.parameters, checkpoint.examples)
    return {"sam_sharpness": there.double() - here.double()}


SAM_SHARPNESS = Measure(
    name="sam_sharpness",
    label="Sharpness along the gradient",
    summary="L(θ + ρ ∇L/‖∇L‖) − L(θ) on all training examples, ρ = 0.05: the first-order approximation of the greatest "
    "loss within ρ. It is not invariant under rescaling of layers.",
    unit="of the task's loss",
    source="Foret et al. 2021, arXiv:2010.01412",
    series=("sam_sharpness",),
    cost="moderate",
    undefined="the gradient is zero, so it has no direction",
    measure=measure,
)
