"""Variance of the gradient's direction over examples: do they pull the same way?"""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.curvature import example_gradients, groups, some_examples
from phasescope.measures.measure import Measure, Values

EXAMPLES = 64


def measure(checkpoint: Checkpoint) -> Values:
    """One value per run, from the gradients of single training examples."""
    flat, examples = checkpoint.parameters, checkpoint.examples
    chosen, used = some_examples(examples.train, EXAMPLES)
    parts = []
    for rows in groups(len(flat), flat.shape[1] * chosen.shape[1], flat.device):
        gradients = example_gradients(checkpoint.network, flat, examples, chosen, rows)
        real = torch.arange(chosen.shape[1], device=flat.device)[None] < used[rows, None]
        parts.append(direction_variance(gradients, real))
    return {"gradient_direction_variance": torch.cat(parts)}


def direction_variance(gradients: Tensor, real: Tensor) -> Tensor:
    """(r,) 1 − mean cosine over pairs of different vectors (r, m, P), of the real ones (r, m) that are not zero."""
    length = gradients.norm(dim=2)
    counted = real & (length > 0)
    unit = torch.where(counted[..., None], gradients / length[..., None], 0.0)
    count = counted.sum(1).double()
    cosine: Tensor = (unit.sum(1).square().sum(1) - count) / (count * (count - 1))
    fine = torch.isfinite(length).all(1) & (count > 1)
    return torch.where(fine, 1 - cosine, torch.nan)


GRADIENT_DIRECTION_VARIANCE = Measure(
    name="gradient_direction_variance",
    label="Variance of gradient directions",
    summary="1 − mean over pairs i ≠ j of cos(g_i, g_j), of the gradients g of up to 64 evenly spaced training "
    "examples; those that are zero have no direction and do not count. The unbiased estimate of 1 − ‖E g/‖g‖‖²: 0 "
    "when all examples pull the same way, 1 when their directions have nothing in common, above 1 when they pull "
    "apart.",
    unit="1 − cosine",
    source="Liu et al. 2023, arXiv:2303.01500 (direction variance); Fort et al. 2019, arXiv:1901.09491 (stiffness)",
    series=("gradient_direction_variance",),
    range=(0.0, 2.0),
    cost="dear",
    undefined="fewer than two examples have a gradient",
    measure=measure,
)
