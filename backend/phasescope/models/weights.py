"""Initial weight matrices by kind: uniform, Gaussian, orthogonal, low rank."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["uniform", "gaussian", "orthogonal", "low_rank"]


def matrix(kind: Kind, inputs: int, outputs: int, random: np.random.Generator, *, rank: int = 1) -> NDArray[np.float64]:
    """(inputs, outputs) weights of a dense layer x @ W.

    uniform: within ±1/√inputs; gaussian: variance 1/inputs; orthogonal: all singular values 1; low_rank: gaussian,
    cut to its `rank` leading singular directions and brought back to the Frobenius norm that it had.
    """
    if kind == "uniform":
        bound = inputs**-0.5
        return random.uniform(-bound, bound, (inputs, outputs))
    gaussian = random.standard_normal((inputs, outputs)) * inputs**-0.5
    if kind == "orthogonal":
        return orthogonal(gaussian)
    return truncated(gaussian, rank) if kind == "low_rank" else gaussian


def orthogonal(gaussian: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (semi-)orthogonal factor of a Gaussian matrix, uniform over all such: QR with a positive diagonal of R."""
    tall = gaussian if gaussian.shape[0] >= gaussian.shape[1] else gaussian.T
    rotation, triangle = np.linalg.qr(tall)
    factor: NDArray[np.float64] = rotation * np.sign(np.diagonal(triangle))
    return factor if tall is gaussian else factor.T


def truncated(full: NDArray[np.float64], rank: int) -> NDArray[np.float64]:
    """The nearest matrix of at most this rank, rescaled to the Frobenius norm of the full one."""
    if rank >= min(full.shape):
        return full
    left, values, right = np.linalg.svd(full, full_matrices=False)
    cut = (left[:, :rank] * values[:rank]) @ right[:rank]
    norm = float(np.linalg.norm(cut))
    kept: NDArray[np.float64] = cut * (np.linalg.norm(full) / norm if norm > 0 else 1.0)
    return kept
