"""Repetition: how often the network writes the same token twice in a row."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """The share in what the network writes, and in the right answers to the same prompts."""
    written = checkpoint.written()
    right = checkpoint.examples.probe.targets[:, : written.shape[1], -written.shape[2] :]
    return {"repetition_rate": repeated(written), "repetition_rate_of_data": repeated(right)}


def repeated(tokens: Tensor) -> Tensor:
    """(R,) share of neighbours that are equal in (R, n, T); NaN for a single token."""
    found: Tensor = (tokens[:, :, 1:] == tokens[:, :, :-1]).double().mean((1, 2))
    return found if tokens.shape[2] > 1 else torch.full_like(found, torch.nan)


REPETITION_RATE = Measure(
    name="repetition_rate",
    label="Repetition of outputs",
    summary="Mean over answers and their positions i of [ŷ_i = ŷ_{i+1}], of the answers ŷ that the network writes "
    "to up to 64 probe prompts, token by token, the likeliest each time, each read back in; and the same of the right "
    "answers, to compare with.",
    unit="share",
    source="Gopalani & Hu 2025, arXiv:2506.13688",
    series=("repetition_rate", "repetition_rate_of_data"),
    range=(0.0, 1.0),
    cost="moderate",
    needs=("written_answers",),
    undefined="answers of one token have no neighbours",
    measure=measure,
)
