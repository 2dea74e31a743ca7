"""What lies on the straight line between the weights of two networks: losses, and the barrier that parts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.errors import NotComparable
from phasescope.core.spec import RunSpec
from phasescope.engine.examples import Split
from phasescope.engine.shard import Shard, prepare


@dataclass(frozen=True)
class StraightLine:
    """Losses at evenly spaced points from one network (share 0) to the other (1), both ends among them.

    Where the two runs have different examples, the means over both sets are mixed by the same shares: each end has the
    loss on its own set. Where they have the same, it is the usual loss.
    """

    shares: tuple[float, ...]
    train_losses: tuple[float, ...]
    test_losses: tuple[float, ...]

    @property
    def train_barrier(self) -> float:
        return float(barriers(torch.tensor([self.train_losses], dtype=torch.float64))[0])

    @property
    def test_barrier(self) -> float:
        return float(barriers(torch.tensor([self.test_losses], dtype=torch.float64))[0])


def barriers(along: Tensor) -> Tensor:
    """(R,) the most by which losses (R, points) on lines rise above the straight lines between their ends; 0 at least.

    NaN where a loss is.
    """
    share = torch.linspace(0, 1, along.shape[1], dtype=along.dtype, device=along.device)
    above: Tensor = along - torch.lerp(along[:, :1], along[:, -1:], share)
    return above[:, 1:-1].amax(1).clamp(min=0)


def straight_line(
    specs: tuple[RunSpec, RunSpec], weights: tuple[NDArray[Any], NDArray[Any]], points: int
) -> StraightLine:
    """The line between the networks of two runs, of one model on one task; raises NotComparable where they are not.

    What interventions do to activations or to data during training is left out.
    """
    _check(specs)
    alike = [spec.model_copy(update={"optimizer": specs[0].optimizer, "interventions": ()}) for spec in specs]
    shard = prepare([spec.model_copy(update={"precision": "float64"}) for spec in alike], torch.device("cpu"))
    size = shard.initial.shape[1]
    for place in weights:
        if place.shape != (size,):
            raise NotComparable(f"There are {place.size:,} weights; this model has {size:,}. Were they kept of it?")
    start, end = (torch.from_numpy(place.astype(np.float64)) for place in weights)
    shares = torch.linspace(0, 1, points, dtype=torch.float64)
    train, test = [], []
    for share in shares:
        flat = torch.lerp(start, end, share).expand(2, -1)
        train.append(_loss(shard, flat, shard.examples.train, float(share)))
        test.append(_loss(shard, flat, shard.examples.test, float(share)))
    return StraightLine(tuple(shares.tolist()), tuple(train), tuple(test))


def _check(specs: Sequence[RunSpec]) -> None:
    one, other = specs
    for part in ("task", "model"):
        first, second = (getattr(spec, part) for spec in (one, other))
        differ = sorted(name for name in {*first, *second} if first.get(name) != second.get(name))
        if differ:
            told = ", ".join(f"{part}.{name} is {first.get(name)!r} and {second.get(name)!r}" for name in differ)
            raise NotComparable(f"Nothing lies between these networks: {told}. Choose runs of one task and one model.")
    if one.model.get("centred"):
        raise NotComparable(
            "model.centred: each of these networks subtracts its own first outputs, so none lies between them. "
            "Choose runs without it."
        )


def _loss(shard: Shard, flat: Tensor, split: Split, share: float) -> float:
    """The loss of one network, which has the weights (2, P) twice, over the examples of both runs."""
    with torch.no_grad():
        outputs, _ = replace(shard.network, altered=None).outputs(flat, split)
        losses = shard.network.losses(outputs, split, shard.examples.extras)
    own, other = (losses * split.weights).sum(1).tolist()
    return float((1 - share) * own + share * other)
