"""Replay and fork: training again from a snapshot, to look more closely or to do something else from there on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import torch

from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.snapshot import Snapshot
from phasescope.engine.train import train


def replay(
    runs: Mapping[int, RunSpec],
    snapshot: Snapshot,
    steps: Sequence[int],
    *,
    device: torch.device | str = "cpu",
    updates: bool = False,
) -> Iterator[Checkpoint]:
    """The runs once more from the snapshot's step on, looked at at other steps; the trajectories are the same.

    A checkpoint at the snapshot's own step shows the runs as they were then. `previous` is the checkpoint before in
    this replay, not in the first training.
    """
    return train(runs, steps, device=device, resume=snapshot, from_there=True, updates=updates)


def fork(
    children: Mapping[int, tuple[int, RunSpec]],
    snapshot: Snapshot,
    steps: Sequence[int],
    *,
    device: torch.device | str = "cpu",
) -> Iterator[Checkpoint]:
    """New runs (number -> parent, spec) that begin where their parents are in the snapshot.

    One parent may have several children. What a child's spec changes holds from there on; a child whose spec is its
    parent's goes the same way. Moments that the parent's optimizer did not have begin at zero. Raises
    UnreadableSnapshot when a parent is not in the snapshot or its network has another shape.
    """
    parents = snapshot.of(tuple(parent for parent, _ in children.values()))
    begun = replace(parents, runs=tuple(children))
    return train({child: spec for child, (_, spec) in children.items()}, steps, device=device, resume=begun,
                 from_there=True)  # fmt: skip
