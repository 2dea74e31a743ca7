"""Clouds of points, as several measures see them: centred values, spectra, entropies, distances. Always float64."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

MOST_NUMBERS = 2**24  # held at once in each of a few tensors: many runs are taken in groups
KEPT = 0.99  # of the variance, where canonical correlations are taken
EXAMPLES_PER_DIRECTION = 20
NEGLIGIBLE = 1e-13  # of the largest eigenvalue: what is below is rounding, and counts as zero


def centred(values: Tensor) -> Tensor:
    """(R, n, d) without the mean over the n points."""
    exact = values.double()
    return exact - exact.mean(1, keepdim=True)


def eigenvalues(values: Tensor) -> Tensor:
    """(R, min(n, d)) squared singular values of (R, n, d), largest first; NaN for runs with a value that is not finite.

    From the smaller of the two Gram matrices: many times faster than a singular value decomposition, and in float64
    exact enough for all but singular values below 3·10⁻⁷ of the largest, which become zero.
    """
    exact = values.double()
    transposed = exact.transpose(1, 2)
    gram = exact @ transposed if exact.shape[1] <= exact.shape[2] else transposed @ exact
    finite = torch.isfinite(gram).all(2).all(1)[:, None]
    found = torch.linalg.eigvalsh(torch.where(finite[..., None], gram, 0.0)).flip(1).clamp(min=0)
    kept = torch.where(found > NEGLIGIBLE * found[:, :1], found, 0.0)
    return torch.where(finite, kept, torch.nan)


def entropy(amounts: Tensor) -> Tensor:
    """(R,) Shannon entropy in nats of the shares of (R, k) amounts ≥ 0; NaN where all are zero."""
    shares = amounts / amounts.sum(1, keepdim=True)
    return -torch.xlogy(shares, shares).sum(1)


def distances(values: Tensor) -> Tensor:
    """(R, n, n) Euclidean distances between the points; differences are taken first, so that equal points are at 0."""
    exact = values.double()
    return torch.cdist(exact, exact, compute_mode="donot_use_mm_for_euclid_dist")


def in_groups(function: Callable[..., Tensor], *values: Tensor) -> Tensor:
    """The function of tensors (R, n, …), where it needs n² numbers for each run and has to fit in memory."""
    size = max(1, MOST_NUMBERS // values[0].shape[1] ** 2)
    starts = range(0, len(values[0]), size)
    return torch.cat([function(*(part[start : start + size] for part in values)) for start in starts])


def neighbours(values: Tensor, count: int) -> Tensor:
    """(R, n, count) the nearest other points of each point, nearest first; of equally far ones the earlier.

    Distances that agree to nine digits are equally far: rounding must not decide.
    """
    return in_groups(lambda some: _neighbours(some, count), values)


def _neighbours(values: Tensor, count: int) -> Tensor:
    found = distances(values)
    scale = found.square().mean((1, 2), keepdim=True).sqrt()
    rounded = (found / torch.where(scale > 0, scale, 1.0) * 1e9).round()
    rounded.diagonal(dim1=1, dim2=2).fill_(torch.inf)
    return rounded.sort(dim=2, stable=True).indices[:, :, :count].clone()


def defined(values: Tensor) -> Tensor:
    """(R,) bool: every value is finite and the points are not all the same."""
    exact = values.double()
    spread = centred(exact).square().sum((1, 2))
    return torch.isfinite(spread) & (spread > NEGLIGIBLE**2 * exact.square().sum((1, 2)))


def directions(values: Tensor) -> Tensor:
    """(R, n, k) principal directions of the points (R, n, d), of length 1, that hold 99 % of the variance; the others
    are zero. NaN for runs with more of them than the number of points allows to compare."""
    usable = defined(values)
    points = centred(torch.where(usable[:, None, None], values, 0.0))
    found, sizes, _ = torch.linalg.svd(points, full_matrices=False)
    variance = sizes.square()
    total = variance.sum(1, keepdim=True)
    kept = (variance.cumsum(1) - variance < KEPT * total * (1 - 1e-12)) & (total > 0)
    enough = usable & (EXAMPLES_PER_DIRECTION * kept.sum(1) <= points.shape[1])
    return torch.where(enough[:, None, None], found * kept[:, None], torch.nan)


def unit_gram(values: Tensor) -> Tensor:
    """(R, n, n) U-centred linear Gram matrices of length 1, of (R, n, d) activations; NaN where there is no variance.

    The inner product of two of them is linear CKA with the unbiased HSIC estimator. Needs n ≥ 4.
    """
    n = values.shape[1]
    centred = values.double() - values.double().mean(1, keepdim=True)  # translation first: less cancellation below
    gram = centred @ centred.transpose(1, 2)
    variance = gram.diagonal(dim1=1, dim2=2).sum(1)[:, None, None]
    off = _without_diagonal(gram)
    rows = off.sum(2, keepdim=True) / (n - 2)
    total = off.sum((1, 2), keepdim=True) / ((n - 1) * (n - 2))
    off = _without_diagonal(off - rows - rows.transpose(1, 2) + total)
    length = off.square().sum((1, 2), keepdim=True).sqrt()
    return torch.where((length > 1e-12 * variance) & (variance > 0), off / length, torch.nan)


def _without_diagonal(square: Tensor) -> Tensor:
    return square - torch.diag_embed(square.diagonal(dim1=1, dim2=2))
