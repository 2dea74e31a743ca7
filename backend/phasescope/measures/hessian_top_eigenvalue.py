"""The largest eigenvalue of the Hessian of the training loss."""

from __future__ import annotations

import torch

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.curvature import groups, hessian_product, largest_eigenvalue, signs
from phasescope.measures.measure import Measure, Values

PRODUCTS = 20


def measure(checkpoint: Checkpoint) -> Values:
    """One eigenvalue per run."""
    flat, examples = checkpoint.parameters, checkpoint.examples
    parts = []
    for rows in groups(len(flat), flat.shape[1] * PRODUCTS, flat.device):
        product = hessian_product(checkpoint.network.of(rows), flat[rows], examples.of(rows))
        start = signs("Lanczos", 0, flat.shape[1], flat.device).expand(len(rows), -1)
        parts.append(largest_eigenvalue(product, start, min(PRODUCTS, flat.shape[1])))
    return {"hessian_top_eigenvalue": torch.cat(parts)}


HESSIAN_TOP_EIGENVALUE = Measure(
    name="hessian_top_eigenvalue",
    label="Sharpness (top Hessian eigenvalue)",
    summary="λ_max of the Hessian of the mean loss over all training examples, by 20 Lanczos steps with full "
    "reorthogonalisation from a fixed start: the largest eigenvalue, not the largest in size, and never above the true "
    "one. Gradient descent with step size η is stable below 2/η.",
    unit="loss per squared weight",
    source="Cohen et al. 2021, arXiv:2103.00065; Lanczos as in Golub & Van Loan, Matrix Computations, section 10.1",
    series=("hessian_top_eigenvalue",),
    cost="dear",
    measure=measure,
)
