"""The fourteen weight statistics from which latent state models of training dynamics are fitted."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import eigenvalues
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One value per statistic; those of biases are left out where the model has none."""
    named = {name: values for name, values in checkpoint.weights().items() if not name.startswith("embedding")}
    matrices = [values.flatten(2).double() for values in named.values() if values.dim() > 2]
    biases = [values.flatten(1).double() for values in named.values() if values.dim() == 2]
    each = [of_a_matrix(matrix) for matrix in matrices]
    names = dict.fromkeys(name for one in each for name in one)
    found = {name: torch.stack([one[name] for one in each if name in one]).mean(0) for name in names}
    found |= _pooled("weight", [m.flatten(1) for m in matrices])
    if biases:
        found |= _pooled("bias", biases)
    return {f"latent_state.{name}": values for name, values in found.items()}


def of_a_matrix(matrix: Tensor) -> dict[str, Tensor]:
    """The statistics of one (R, rows, columns) that are averaged over matrices."""
    singular = eigenvalues(matrix).sqrt()
    l1, l2 = matrix.abs().sum((1, 2)), matrix.flatten(1).norm(dim=1)
    trace = matrix.diagonal(dim1=1, dim2=2).sum(1)
    found = {
        "l1": l1,
        "l2": l2,
        "trace": trace,
        "spectral_norm": singular[:, 0],
        "code_sparsity": l1 / l2,
        "computational_sparsity": trace / singular[:, 0],
        "singular_value_mean": singular.mean(1),
    }
    return found if singular.shape[1] == 1 else found | {"singular_value_variance": singular.var(1)}


def _pooled(kind: str, parts: list[Tensor]) -> dict[str, Tensor]:
    entries = torch.cat(parts, dim=1)
    return {
        f"{kind}_mean": entries.mean(1),
        f"{kind}_median": entries.median(1).values,
        f"{kind}_variance": entries.var(1),
    }


LATENT_STATE_METRICS = Measure(
    name="latent_state_metrics",
    label="Latent state metrics",
    summary="For each weight matrix ‖W‖₁ (sum of sizes), ‖W‖_F, trace (of the leading diagonal, also when not square), "
    "σ₁, ‖W‖₁/‖W‖_F, trace/σ₁, mean and unbiased variance of the singular values, each averaged over the matrices; and "
    "mean, median and unbiased variance of all weights and of all biases. Embeddings are left out. Query, key and "
    "value matrices are taken whole, not per head; no singular value is set to zero before its mean (the authors' code "
    "does so below 10⁻⁵); a matrix with one singular value has no variance of them. "
    "`l2` is the mean over matrices, not the norm of all weights.",
    unit="as the weights",
    source="Hu, Chen, Saphra & Cho 2023, arXiv:2308.09543, and its code",
    series=("latent_state.*",),
    cost="moderate",
    undefined="a weight matrix is zero",
    measure=measure,
)
