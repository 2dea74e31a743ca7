"""How consecutive weight matrices fit together: the angle between their top directions, and their balance."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values

TIED = 1e-6  # singular values that agree so far have no top direction


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per pair of neighbours, named by the second."""
    weights = checkpoint.weights()
    values: Values = {}
    for one, following in itertools.pairwise(checkpoint.network.model.chain()):
        inner, outer = _grams(weights[one], weights[following])
        name = following.removesuffix(".weight")
        values[f"layer_alignment.{name}"] = top_cosine(inner, outer)
        values[f"layer_imbalance.{name}"] = (inner - outer).norm(dim=(1, 2))
    return values


def _grams(one: Tensor, following: Tensor) -> tuple[Tensor, Tensor]:
    """(R, k, k) WᵀW of the first and WWᵀ of the second, over the k units between them."""
    first, second = one.double(), following.double()
    return first.transpose(1, 2) @ first, second @ second.transpose(1, 2)


def top_cosine(one: Tensor, other: Tensor) -> Tensor:
    """(R,) |cosine| of the top eigenvectors of (R, k, k)."""
    usable = torch.isfinite(one).flatten(1).all(1) & torch.isfinite(other).flatten(1).all(1)
    tops = []
    for gram in (one, other):
        sizes, vectors = torch.linalg.eigh(torch.where(usable[:, None, None], gram, 0.0))
        second = sizes[:, -2] if gram.shape[1] > 1 else torch.zeros_like(sizes[:, -1])
        usable = usable & (sizes[:, -1] > 0) & (second.clamp(min=0).sqrt() < (1 - TIED) * sizes[:, -1].sqrt())
        tops.append(vectors[:, :, -1])
    found = (tops[0] * tops[1]).sum(1).abs().clamp(max=1)
    return torch.where(usable, found, torch.nan)


LAYER_ALIGNMENT = Measure(
    name="layer_alignment",
    label="Alignment and balance of layers",
    summary="For neighbouring weight matrices W_l and W_{l+1}: |⟨v, u⟩|, v the top singular vector of W_l on the side "
    "of the units between them and u that of W_{l+1}, which goes to 1 where layers align; and imbalance ‖W_lᵀW_l − "
    "W_{l+1}W_{l+1}ᵀ‖_F, which gradient flow conserves in linear networks and gradient descent nearly so.",
    unit="cosine; imbalance squared weights",
    source="Ji & Telgarsky 2019, arXiv:1810.02032; Du, Hu & Lee 2018, arXiv:1806.00900",
    series=("layer_alignment.*", "layer_imbalance.*"),
    range=(0.0, None),
    cost="moderate",
    needs=("chain",),
    undefined="a matrix is zero, or its two largest singular values are equal",
    measure=measure,
)
