"""Pairs of symbols, as several measures of tables of addition see them: which were trained on, and which close."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.examples import Split
from phasescope.measures.geometry import centred

CLOSED = 0.01  # mean squared gap, in standard deviations, below which a parallelogram counts


def trained_pairs(train: Split, symbols: int) -> Tensor:
    """(R, p, p) bool of a training split whose inputs are pairs; the padding of shorter training sets is no pair."""
    found = torch.zeros((len(train.inputs), symbols, symbols), dtype=torch.bool, device=train.inputs.device)
    run, place = torch.nonzero(train.weights > 0, as_tuple=True)
    first, second = train.inputs[run, place].unbind(-1)
    found[run, first, second] = True
    return found


def standardised(table: Tensor) -> Tensor:
    """(R, p, d) with mean 0 and (unbiased) standard deviation 1 over the symbols; NaN where all are the same."""
    spread = table.double().std(1, keepdim=True)
    flat = (spread <= 1e-12 * table.double().abs().amax(1, keepdim=True)).any(2, keepdim=True)
    return torch.where(flat, torch.nan, centred(table) / spread)


def gaps(sums: Tensor) -> Tensor:
    """(R, n, n) mean squared distances over the dimensions of sums (R, n, d)."""
    return torch.cdist(sums, sums, compute_mode="donot_use_mm_for_euclid_dist").square() / sums.shape[2]


def closed_share(points: Tensor) -> Tensor:
    """(R,) of a standardised table (R, p, d): closed ones among all pairs of unordered pairs with the same sum."""
    symbols = points.shape[1]
    closed = torch.zeros(len(points), dtype=torch.float64, device=points.device)
    total = 0
    for number in range(2 * symbols - 1):
        first = torch.arange(max(0, number - symbols + 1), number // 2 + 1, device=points.device)
        sums = points[:, first] + points[:, number - first]
        closed += (gaps(sums) < CLOSED).triu(1).sum((1, 2))
        total += len(first) * (len(first) - 1) // 2
    return torch.where(torch.isfinite(points).all(2).all(1), closed / total, torch.nan)
