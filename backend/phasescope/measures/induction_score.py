"""Induction heads: on a random sequence that is repeated, does a head look behind the earlier copy of its token?"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.seeding import generator
from phasescope.measures.attention import per_head
from phasescope.measures.measure import Measure, Values

SEQUENCES = 64


def measure(checkpoint: Checkpoint) -> Values:
    """Two series per head: on repeated sequences, and on sequences that are not repeated."""
    shape = checkpoint.network.task.shape()
    period = min(shape.positions // 2, shape.vocabulary)
    values: Values = {}
    for name, repeat in (("induction_score", True), ("induction_baseline", False)):
        tokens = torch.from_numpy(sequences(shape.vocabulary, shape.positions, period, repeat=repeat))
        inputs = tokens.to(checkpoint.parameters.device).expand(len(checkpoint.runs), -1, -1)
        found = per_head(checkpoint, inputs, lambda _, maps: behind_the_copy(maps, period))
        values |= {f"{name}.{head}": column for head, column in found.items()}
    return values


def sequences(vocabulary: int, positions: int, period: int, *, repeat: bool) -> np.ndarray:
    """(n, positions) different tokens, then the same again, or others; what is left over is filled with any."""
    random = generator(0, "induction score")
    halves = [np.stack([random.permutation(vocabulary)[:period] for _ in range(SEQUENCES)]) for _ in range(2)]
    rest = random.integers(0, vocabulary, (SEQUENCES, positions - 2 * period))
    return np.concatenate([halves[0], halves[0] if repeat else halves[1], rest], axis=1)


def behind_the_copy(maps: Tensor, period: int) -> Tensor:
    """(r, heads) mean over positions q of the second copy of A_q,q−L+1, of (r, n, heads, T, T)."""
    second = torch.arange(period, 2 * period, device=maps.device)
    found: Tensor = maps[..., second, second - period + 1].mean(-1).mean(1)
    return found if period > 1 else torch.full_like(found, torch.nan)


INDUCTION_SCORE = Measure(
    name="induction_score",
    label="Induction score",
    summary="On 64 sequences of L random different tokens and then the same again (L half the task's positions, or "
    "its number of tokens): mean over positions q of the second copy of A_q,q−L+1, the attention on what came after "
    "the token before; for each head. 1 for a perfect induction head. Baseline: the same where other tokens follow. "
    "Not the variant that divides by all attention, which gives the same head 1/2.",
    unit="share",
    source="Olsson et al. 2022, arXiv:2209.11895 (prefix matching)",
    series=("induction_score.*", "induction_baseline.*"),
    range=(0.0, 1.0),
    cost="moderate",
    needs=("attention", "token_sequences"),
    undefined="the head attends to nothing at some position, or the task has fewer than four positions or two tokens",
    measure=measure,
)
