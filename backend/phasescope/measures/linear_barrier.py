"""Loss barrier on the straight line from the initial, and from the previous, parameters to the present ones."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.straight_line import barriers
from phasescope.measures.curvature import training_losses
from phasescope.measures.measure import Measure, Values

POINTS = 11  # on the line, both ends among them


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per run, on all training examples."""
    return {
        "linear_barrier_to_initial": barrier(checkpoint, checkpoint.initial),
        "linear_barrier_to_previous": barrier(checkpoint, checkpoint.previous),
    }


def barrier(checkpoint: Checkpoint, start: Tensor) -> Tensor:
    """(R,) the most by which the loss on the line rises above the line between the losses at its ends."""
    shares = torch.linspace(0, 1, POINTS, dtype=torch.float64).tolist()
    move = checkpoint.parameters - start
    losses = [training_losses(checkpoint.network, start + share * move, checkpoint.examples) for share in shares]
    return barriers(torch.stack(losses, dim=1).double())


LINEAR_BARRIER = Measure(
    name="linear_barrier",
    label="Linear loss barrier",
    summary="max over a of L(aθ_t + (1−a)θ_s) − (a L(θ_t) + (1−a) L(θ_s)), L the mean loss over all training examples, "
    "a = 0, 0.1, … 1, θ_s the initial (previous) parameters: 0 when the loss never rises above the straight line "
    "between its ends. Not the variant that takes off the mean of the ends. Between two runs, or any two checkpoints: "
    "`phasescope barrier`, from kept `weights`.",
    unit="of the task's loss",
    source="Frankle et al. 2020, arXiv:1912.05671; Entezari et al. 2022, arXiv:2110.06296",
    series=("linear_barrier_to_initial", "linear_barrier_to_previous"),
    range=(0.0, None),
    cost="moderate",
    measure=measure,
)
