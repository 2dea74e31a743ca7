"""Collapse within a sequence: how alike a layer represents the positions where one sequence is answered."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values

INPUTS = 64


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per named layer."""
    length = checkpoint.network.task.answer_length()
    values: Values = {}
    for name, states in checkpoint.states().items():
        exact = states[:, :INPUTS].double()
        away = exact - exact.mean((1, 2), keepdim=True)
        for head, vectors in (("token_cosine", exact), ("token_cosine_centred", away)):
            values[f"{head}.{name}"] = pair_cosine(vectors[:, :, vectors.shape[2] - length + 1 :])
    return values


def pair_cosine(vectors: Tensor) -> Tensor:
    """(R,) mean over sequences and pairs of positions of the cosine in (R, n, T, d).

    From Σ_{i≠j} u_i·u_j = ‖Σ u_i‖² − T. A vector of length zero has no direction: NaN.
    """
    unit = vectors / vectors.norm(dim=-1, keepdim=True)
    count = vectors.shape[2]
    if count < 2:
        return torch.full_like(vectors[:, 0, 0, 0], torch.nan)
    pairs: Tensor = (unit.sum(2).square().sum(-1) - count) / (count * (count - 1))
    return pairs.mean(1)


TOKEN_COSINE = Measure(
    name="token_cosine",
    label="Cosine between tokens",
    summary="Mean over pairs i ≠ j of cos(h_i, h_j) of a layer's vectors at the positions where a probe sequence (of "
    "up to 64) is answered, all but the first of them, then mean over sequences; and the same after the mean of the "
    "layer over all sequences and positions is subtracted. Near 1: all positions are represented alike. `mean_cosine` "
    "compares whole inputs instead.",
    unit="cosine",
    source="Gopalani & Hu 2025, arXiv:2506.13688",
    series=("token_cosine.*", "token_cosine_centred.*"),
    range=(-1.0, 1.0),
    cost="moderate",
    needs=("written_answers",),
    undefined="a vector is zero, so it has no direction, or fewer than three positions are answered",
    measure=measure,
)
