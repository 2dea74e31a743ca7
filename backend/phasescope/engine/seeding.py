"""Randomness that belongs to a run alone: the same seed gives the same numbers whatever trains beside it.

What is drawn once (initial weights, split) comes from a numpy Philox generator keyed by seed and purpose. What is
drawn at each step is a hash of (run key, purpose, counters), computed for all runs at once on their device, so that
nothing has to be carried along and a run can be taken up at any step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from phasescope.tasks.randomness import bits, hashed, normal, uniform

__all__ = ["bits", "generator", "normal", "run_keys", "uniform"]


def generator(seed: int, purpose: str) -> np.random.Generator:
    """The generator of one run for one purpose."""
    return np.random.Generator(np.random.Philox(key=hashed(f"{purpose}:{seed}") & (2**128 - 1)))


def run_keys(seeds: Sequence[int], device: torch.device) -> Tensor:
    """(R,) int64 one key per run for the per-step hash."""
    keys = [hashed(f"steps:{seed}") % 2**63 for seed in seeds]
    return torch.tensor(keys, dtype=torch.int64, device=device)
