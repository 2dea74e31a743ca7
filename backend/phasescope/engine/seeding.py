"""Randomness that belongs to a run alone: the same seed gives the same numbers whatever trains beside it.

What is drawn once (data, initial weights) comes from a numpy Philox generator keyed by seed and purpose. What is
drawn at each step is a hash of (run key, purpose, counters), computed for all runs at once on their device, so that
nothing has to be carried along and a run can be taken up at any step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor


def generator(seed: int, purpose: str) -> np.random.Generator:
    """The generator of one run for one purpose."""
    return np.random.Generator(np.random.Philox(key=_hash(f"{purpose}:{seed}") & (2**128 - 1)))


def run_keys(seeds: Sequence[int], device: torch.device) -> Tensor:
    """(R,) int64 one key per run for the per-step hash."""
    keys = [_hash(f"steps:{seed}") % 2**63 for seed in seeds]
    return torch.tensor(keys, dtype=torch.int64, device=device)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "little")


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


_GOLDEN = _signed(0x9E3779B97F4A7C15)
_FIRST = _signed(0xBF58476D1CE4E5B9)
_SECOND = _signed(0x94D049BB133111EB)


def _shift(values: Tensor, bits: int) -> Tensor:
    """Logical right shift (torch shifts signed integers arithmetically)."""
    return (values >> bits) & ((1 << (64 - bits)) - 1)


def _mixed(values: Tensor) -> Tensor:
    """The finaliser of splitmix64 (Steele, Lea & Flood 2014), which wraps around as int64 does."""
    values = (values ^ _shift(values, 30)) * _FIRST
    values = (values ^ _shift(values, 27)) * _SECOND
    return values ^ _shift(values, 31)


def bits(keys: Tensor, purpose: str, counter: Tensor, count: int) -> Tensor:
    """(R, count) int64 hashes of (key, purpose, counter, 0 … count−1); keys and counter are (R,)."""
    salt = _signed(_hash(purpose) % 2**64)
    state = _mixed(_mixed(keys + salt) + counter * _GOLDEN)
    places = torch.arange(1, count + 1, device=keys.device, dtype=torch.int64)
    return _mixed(state[:, None] + places[None, :] * _GOLDEN)


def uniform(keys: Tensor, purpose: str, counter: Tensor, count: int) -> Tensor:
    """(R, count) float64 in [0, 1)."""
    return _shift(bits(keys, purpose, counter, count), 11).to(torch.float64) * 2.0**-53


def normal(keys: Tensor, purpose: str, counter: Tensor, count: int) -> Tensor:
    """(R, count) float64 standard normal numbers (Box & Muller 1958)."""
    half = (count + 1) // 2
    both = uniform(keys, purpose, counter, 2 * half)
    length = (-2 * torch.log1p(-both[:, :half])).sqrt()
    angle = 2 * torch.pi * both[:, half:]
    return torch.cat([length * angle.cos(), length * angle.sin()], dim=1)[:, :count]
