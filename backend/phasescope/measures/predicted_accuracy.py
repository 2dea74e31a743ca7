"""What the parallelograms of an embedding let one answer: the accuracy that the effective theory predicts."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values
from phasescope.measures.symbol_pairs import CLOSED, gaps, standardised, trained_pairs


def measure(checkpoint: Checkpoint) -> Values:
    """The prediction for the whole table of pairs, what the network reaches on it, and how far apart they are."""
    table = checkpoint.embedding()
    examples = checkpoint.examples
    train, test = (split.counts.to(torch.float64) for split in (examples.train, examples.test))
    whole = (checkpoint.accuracy("train") * train + checkpoint.accuracy("test") * test) / (train + test)
    said = predicted(table, trained_pairs(examples.train, table.shape[1]))
    return {"predicted_accuracy": said, "table_accuracy": whole, "prediction_gap": (said - whole).abs()}


def predicted(table: Tensor, trained: Tensor) -> Tensor:
    """(R,) of (R, p, d) and (R, p, p) which pairs were trained on, in either order."""
    points = standardised(table)
    first, second = torch.triu_indices(table.shape[1], table.shape[1], device=table.device)
    known = trained[:, first, second] | trained[:, second, first]
    alike = (first + second)[:, None] == (first + second)[None, :]
    near = gaps(points[:, first] + points[:, second]) < CLOSED
    reached = (near & alike & known[:, None, :]).any(2)
    flat = ~torch.isfinite(points).all(2).all(1)
    return torch.where(flat, torch.nan, (known | reached).double().mean(1))


PREDICTED_ACCURACY = Measure(
    name="predicted_accuracy",
    label="Predicted accuracy",
    summary="Share of the pairs i ≤ j that were trained on, or close a parallelogram (E_i + E_j = E_m + E_n up to a "
    "mean squared gap of 0.01 standard deviations) with a pair of the same sum that was; beside it, the share of all "
    "pairs that the network answers, and the distance between the two. The effective theory says that both are equal "
    "once the decoder has fitted.",
    unit="share",
    source="Liu et al. 2022, arXiv:2205.10343, section 3.1",
    series=("predicted_accuracy", "table_accuracy", "prediction_gap"),
    range=(0.0, 1.0),
    needs=("embedding", "addition"),
    undefined="a dimension of the embedding is the same for all symbols, so it cannot be standardised",
    version=2,  # before, a run beside runs with larger training sets counted the pair (0, 0) as trained on
    measure=measure,
)
