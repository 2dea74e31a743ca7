"""Swap symmetry: what a network knows of x ∘ y because it was trained on y ∘ x.

Where the order of the two sides makes no difference, a network that only knows that much answers the test pairs whose
mirror image was trained on, and no others. Its accuracy then stands at the share of such pairs: a plateau that is
easily taken for understanding.
"""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.examples import Split
from phasescope.measures.measure import Measure, Values
from phasescope.measures.symbol_pairs import trained_pairs


def measure(checkpoint: Checkpoint) -> Values:
    """The level of the plateau, the accuracy on either kind of test pair, and how often order makes no difference."""
    test, symbols = checkpoint.examples.test, checkpoint.network.task.shape().vocabulary
    known, rows = trained_pairs(checkpoint.examples.train, symbols), _rows(test)
    real = test.weights > 0
    mirrored = known[rows, test.inputs[..., 1], test.inputs[..., 0]] & real
    right = checkpoint.correct("test")
    return {
        "swap_level": _share(mirrored, real),
        "mirrored_accuracy": _share(right, mirrored),
        "unmirrored_accuracy": _share(right, real & ~mirrored),
        "swap_agreement": _agreement(checkpoint, symbols),
    }


def _agreement(checkpoint: Checkpoint, symbols: int) -> Tensor:
    """(R,) share of x < y both of whose orders are in the table and get the same answer."""
    found = torch.full((len(checkpoint.runs), symbols, symbols), -1, device=checkpoint.parameters.device)
    examples = checkpoint.examples
    for split, outputs in ((examples.train, checkpoint.outputs("train")), (examples.test, checkpoint.outputs("test"))):
        x, y = split.inputs.unbind(-1)
        found[_rows(split), x, y] = outputs.argmax(-1)  # of padding too, which is some pair of the table
    x, y = torch.triu_indices(symbols, symbols, 1, device=found.device)
    one, other = found[:, x, y], found[:, y, x]
    return _share(one == other, (one >= 0) & (other >= 0))


def _rows(split: Split) -> Tensor:
    """(R, 1) the numbers of the rows."""
    return torch.arange(len(split.inputs), device=split.inputs.device)[:, None]


def _share(those: Tensor, among: Tensor) -> Tensor:
    """(R,) NaN where there is none among which to look."""
    return (those & among).sum(1).to(torch.float64) / among.sum(1).to(torch.float64)


SWAP_SYMMETRY = Measure(
    name="swap_symmetry",
    label="Swap symmetry",
    summary="Accuracy on the test pairs (x, y) whose mirror image (y, x) was trained on, and on the others. The level "
    "is the share of the former: the test accuracy of a network that knows the training pairs, and that order makes no "
    "difference, and nothing else. Agreement: share of pairs x < y that get the same answer in both orders. For "
    "subtraction and division order does make a difference, and neither says anything.",
    unit="share",
    source="the definition; symmetric operations: Power et al. 2022, arXiv:2201.02177, section 3.2",
    series=("swap_level", "mirrored_accuracy", "unmirrored_accuracy", "swap_agreement"),
    range=(0.0, 1.0),
    needs=("cyclic", "classes"),
    undefined="the test set has no pair of this kind",
    measure=measure,
)
