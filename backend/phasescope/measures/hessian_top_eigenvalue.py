"""The largest eigenvalue of the Hessian of the training loss."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.curvature import groups, hessian_product, signs
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


def largest_eigenvalue(product: Callable[[Tensor], Tensor], start: Tensor, steps: int) -> Tensor:
    """(R,) Lanczos with full reorthogonalisation from (R, P); the largest, not the largest in size."""
    vectors = [start / start.norm(dim=1, keepdim=True)]
    diagonal: list[Tensor] = []
    beside: list[Tensor] = []
    alive = torch.ones_like(start[:, 0], dtype=torch.bool)
    for step in range(steps):
        found = product(vectors[-1])
        along = (found * vectors[-1]).sum(1)
        # where the space is used up, repeat a value that is there already: it cannot become the largest
        diagonal.append(torch.where(alive, along, diagonal[0] if diagonal else along))
        if step == steps - 1:
            break
        for _ in range(2):  # twice is enough
            for vector in vectors:
                found = found - (found * vector).sum(1, keepdim=True) * vector
        length = found.norm(dim=1)
        alive = alive & (length > 1e-10 * torch.stack(diagonal).abs().amax(0)) & (length > 0)
        beside.append(torch.where(alive, length, 0.0))
        vectors.append(torch.where(alive[:, None], found / length[:, None], 0.0))
    tridiagonal = torch.diag_embed(torch.stack(diagonal, 1))
    if beside:
        off = torch.diag_embed(torch.stack(beside, 1), offset=1)
        tridiagonal = tridiagonal + off + off.transpose(1, 2)
    finite = torch.isfinite(tridiagonal).all(2).all(1)
    values = torch.linalg.eigvalsh(torch.where(finite[:, None, None], tridiagonal, 0.0))
    return torch.where(finite, values[:, -1], torch.nan)


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
