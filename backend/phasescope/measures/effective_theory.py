"""Where the effective theory expects the symbols of an addition table to lie, beside where the network puts them.

The theory lets the embedding alone descend the effective loss ℓ = Σ |E_i + E_j − E_m − E_n|² / Σ |E_k|², the sum over
all parallelograms i + j = m + n of pairs that were trained on. Scaling E does not change ℓ, so Σ |E_k|² stays what it
is and the flow has a closed form: E(t) is exp(−2 H t / Σ |E_k|²) E(0), H the matrix of the numerator, brought back to
its first length. It knows the initial embedding and the training set, and nothing of the network that is trained.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values
from phasescope.measures.symbol_pairs import closed_share, standardised, trained_pairs

RATE = 1e-3  # of the theory's clock at each training step: the embedding's learning rate in the paper
PLACES = 16  # symbols whose place is given, at most


def measure(checkpoint: Checkpoint) -> Values:
    """How alike both tables are, how many parallelograms the theory closes, and the places of the symbols."""
    own, start = standardised(checkpoint.embedding()), standardised(checkpoint.embedding("initial"))
    matrix = stiffness(trained_pairs(checkpoint.examples.train, own.shape[1]))
    expected = standardised(flow(start, matrix, checkpoint.step))
    lengths = own.flatten(1).norm(dim=1) * expected.flatten(1).norm(dim=1)
    values = {
        "theory_agreement": (own * expected).sum((1, 2)) / lengths,
        "parallelogram_quality_of_theory": closed_share(expected),
    }
    for symbol in range(min(PLACES, own.shape[1])):
        values[f"symbol_place.{symbol}"] = own[:, symbol, 0]
        values[f"symbol_place_of_theory.{symbol}"] = expected[:, symbol, 0]
    return values


def stiffness(trained: Tensor) -> Tensor:
    """(R, p, p) the matrix H of Σ |E_i + E_j − E_m − E_n|² over the parallelograms among the pairs (R, p, p)."""
    symbols = trained.shape[1]
    i, j = torch.triu_indices(symbols, symbols, device=trained.device)
    chosen = (trained[:, i, j] | trained[:, j, i]).double()
    sides = (one_hot(i, symbols) + one_hot(j, symbols)).double()
    sums = one_hot(i + j, 2 * symbols - 1).double()
    alike = (chosen @ sums)[:, i + j]  # how many pairs there are of the same sum
    added = torch.einsum("rk,ks,kp->rsp", chosen, sums, sides)
    return torch.einsum("rk,kp,kq->rpq", chosen * alike, sides, sides) - added.transpose(1, 2) @ added


def flow(start: Tensor, matrix: Tensor, steps: int) -> Tensor:
    """(R, p, d) the table after so many steps of the theory, from (R, p, d)."""
    size = start.square().sum((1, 2))[:, None]
    decay, modes = torch.linalg.eigh(matrix)
    parts = modes.transpose(1, 2) @ start
    left = torch.exp(-2 * decay.clamp(min=0) * RATE * steps / size)[..., None] * parts
    found: Tensor = modes @ left * (size.sqrt() / left.flatten(1).norm(dim=1, keepdim=True))[..., None]
    return found


EFFECTIVE_THEORY = Measure(
    name="effective_theory",
    label="Effective theory of the embedding",
    summary="From the initial embedding, each dimension brought to mean 0 and (unbiased) standard deviation 1, the "
    "gradient flow of ℓ = Σ |E_i + E_j − E_m − E_n|² / Σ |E_k|², the sum over parallelograms i + j = m + n of trained "
    "pairs, to the time 0.001 × step, in closed form. Agreement: cosine of that table and the network's, each "
    "standardised. Beside it the share of all parallelograms that close in the theory (see parallelogram quality), "
    "and of up to 16 symbols the first dimension, of network and theory.",
    unit="cosine; a share; standard deviations",
    source="Liu et al. 2022, arXiv:2205.10343, section 3.2",
    series=(
        "theory_agreement", "parallelogram_quality_of_theory", "symbol_place.*", "symbol_place_of_theory.*",
    ),
    needs=("addition", "embedding"),
    undefined="a dimension of the embedding is the same for all symbols, so it cannot be standardised",
    measure=measure,
)  # fmt: skip
