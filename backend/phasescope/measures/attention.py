"""Attention maps, as several measures see them: shares of the past, head by head, on some probe inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.curvature import groups
from phasescope.measures.measure import Values

INPUTS = 64
Kind = Literal["sizes", "shares", "scores"]


def probe_inputs(checkpoint: Checkpoint) -> Tensor:
    """(R, n, …) the first probe inputs."""
    return checkpoint.examples.probe.inputs[:, :INPUTS]


def per_head(
    checkpoint: Checkpoint,
    inputs: Tensor,
    function: Callable[[Tensor, Tensor], Tensor],
    kind: Kind = "shares",
) -> Values:
    """`block_1.head_1` … -> (R, …) of a function of runs (r,) and maps (r, n, heads, T, T) that gives (r, heads, …).

    Maps of `sizes` are |weights|; of `shares` they sum to 1 in each row, which softmax has of itself and linear
    attention has not; of `scores` they are signed.
    """
    parts: dict[str, list[Tensor]] = {}
    for rows in groups(len(inputs), 16 * inputs.shape[1] * (inputs.shape[2] + 1) ** 2, inputs.device):
        for name, maps in _maps(checkpoint, inputs, rows, kind):
            parts.setdefault(name, []).append(function(rows, maps))
    found = {name: torch.cat(values) for name, values in parts.items()}
    return {f"{name}.head_{head + 1}": values[:, head] for name, values in found.items()
            for head in range(values.shape[1])}  # fmt: skip


def _maps(checkpoint: Checkpoint, inputs: Tensor, rows: Tensor, kind: Kind) -> Iterator[tuple[str, Tensor]]:
    network, ending = checkpoint.network, ".attention_scores" if kind == "scores" else ".attention_weights"
    with torch.no_grad():
        found = network.of(rows).attention_maps(checkpoint.parameters[rows], inputs[rows])
    for name, maps in found.items():
        if name.endswith(ending):
            exact = maps.double() if kind == "scores" else maps.double().abs()
            yield name.removesuffix(ending), exact / exact.sum(-1, keepdim=True) if kind == "shares" else exact
