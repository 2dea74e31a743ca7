"""How far the network's answers have moved, and how much of that its linearisation at the start explains."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """Two series, on the probe inputs."""
    outputs, _ = checkpoint.network.outputs(checkpoint.parameters, checkpoint.examples.probe)
    start, push = linearised(checkpoint)
    moved = (outputs - start).flatten(1).double()
    length = moved.norm(dim=1)
    missed = (moved - push.flatten(1).double()).norm(dim=1)
    return {
        "function_distance": length / float(moved.shape[1]) ** 0.5,
        "linearisation_error": torch.where(length > 0, missed / length, torch.nan),
    }


def linearised(checkpoint: Checkpoint) -> tuple[Tensor, Tensor]:
    """f_0 and J_0(θ_t − θ_0), each (R, n, outputs).

    The product with the Jacobian by differentiating u'J, which is linear in u, along θ_t − θ_0.
    """
    leaf = checkpoint.initial.detach().requires_grad_()
    with torch.enable_grad():
        start, _ = checkpoint.network.outputs(leaf, checkpoint.examples.probe)
        weights = torch.zeros_like(start, requires_grad=True)
        (pulled,) = torch.autograd.grad(start, leaf, weights, create_graph=True)
        (push,) = torch.autograd.grad(pulled, weights, checkpoint.parameters - checkpoint.initial)
    return start.detach(), push


FUNCTION_DISTANCE = Measure(
    name="function_distance",
    label="Distance in function space",
    summary="Root mean square over probe inputs and outputs of f_t − f_0; and linearisation error "
    "‖f_t − f_0 − J_0(θ_t − θ_0)‖ / ‖f_t − f_0‖: near 0 the network has trained as a linear model with fixed features "
    "(lazy), near or above 1 it has learned features (rich).",
    unit="as the outputs; error a ratio",
    source="Chizat, Oyallon & Bach 2019, arXiv:1812.07956",
    series=("function_distance", "linearisation_error"),
    range=(0.0, None),
    cost="moderate",
    undefined="the answers have not moved yet, so there is nothing to explain",
    measure=measure,
)
