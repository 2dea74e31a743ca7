"""Random numbers as hashes: each is decided by a run's key, a purpose, a counter and its place, by nothing else.

Nothing has to be carried along, the numbers of many runs are made at once on their device, and no run depends on the
runs beside it. See docs/decisions/0007.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor


def hashed(text: str) -> int:
    """128 bits that belong to a text."""
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


def _states(keys: Tensor, purpose: str, counter: Tensor) -> Tensor:
    salt = _signed(hashed(purpose) % 2**64)
    return _mixed(_mixed(keys + salt) + counter * _GOLDEN)


def _unit(values: Tensor) -> Tensor:
    """Hashes as float64 in [0, 1)."""
    return _shift(values, 11).to(torch.float64) * 2.0**-53


def bits(keys: Tensor, purpose: str, counter: Tensor, count: int) -> Tensor:
    """(R, count) int64 hashes of (key, purpose, counter, 0 … count−1); keys and counter are (R,)."""
    places = torch.arange(1, count + 1, device=keys.device, dtype=torch.int64)
    return _mixed(_states(keys, purpose, counter)[:, None] + places[None, :] * _GOLDEN)


def uniform(keys: Tensor, purpose: str, counter: Tensor, count: int) -> Tensor:
    """(R, count) float64 in [0, 1)."""
    return _unit(bits(keys, purpose, counter, count))


def normal(keys: Tensor, purpose: str, counter: Tensor, count: int) -> Tensor:
    """(R, count) float64 standard normal numbers (Box & Muller 1958)."""
    half = (count + 1) // 2
    both = uniform(keys, purpose, counter, 2 * half)
    length = (-2 * torch.log1p(-both[:, :half])).sqrt()
    angle = 2 * torch.pi * both[:, half:]
    return torch.cat([length * angle.cos(), length * angle.sin()], dim=1)[:, :count]


@dataclass(frozen=True)
class Draws:
    """Random tables (R, *shape) of R runs for one occasion, each named for what it is used."""

    keys: Tensor  # (R,) int64
    occasion: str
    step: int = 0

    def uniform(self, name: str, *shape: int) -> Tensor:
        """float64 in [0, 1)."""
        return uniform(self.keys, self._purpose(name), self._counter(), prod(shape)).reshape(-1, *shape)

    def normal(self, name: str, *shape: int) -> Tensor:
        """float64, standard normal."""
        return normal(self.keys, self._purpose(name), self._counter(), prod(shape)).reshape(-1, *shape)

    def normal_of(self, name: str, numbers: Tensor, count: int) -> Tensor:
        """(R, …, count) float64, standard normal: a row that belongs to each of the numbers (R, …)."""
        keys = over_runs_as(self.keys, numbers.dim()).expand_as(numbers)
        rows = normal(keys.flatten(), self._purpose(name), numbers.flatten(), count)
        return rows.reshape(*numbers.shape, count)

    def integers(self, name: str, low: int, high: int | Tensor, *shape: int) -> Tensor:
        """int64, low ≤ value < high; high may be one number per run (R,)."""
        limit = high if isinstance(high, int) else over_runs_as(high, 1 + len(shape))
        return (low + (self.uniform(name, *shape) * (limit - low)).floor()).to(torch.int64)

    def orders(self, name: str, *shape: int) -> Tensor:
        """int64, along the last axis a permutation of 0, 1, …"""
        return bits(self.keys, self._purpose(name), self._counter(), prod(shape)).reshape(-1, *shape).argsort(-1)

    def gumbel(self, name: str, *shape: int) -> Tensor:
        """float64, standard Gumbel: the largest of log-odds + Gumbel is drawn by these odds."""
        return -(-self.uniform(name, *shape).log()).log()

    def dirichlet(self, name: str, concentration: Tensor, *shape: int) -> Tensor:
        """float64, along the last axis Dirichlet with one concentration per run (R,)."""
        return self._log_gamma(name, concentration, prod(shape)).reshape(-1, *shape).softmax(-1)

    def _log_gamma(self, name: str, strength: Tensor, count: int) -> Tensor:
        """(R, count) logarithms of Gamma(α) numbers: those of α + 1 by Marsaglia & Tsang 2000, times U^(1/α).

        A place that is refused is tried again with its own next numbers, so that it does not depend on the others.
        """
        d = (strength + 2 / 3)[:, None].expand(-1, count)
        found, fits = _proposed(d, *(self.uniform(f"{name} {part} 0", count) for part in PARTS))
        states = torch.arange(1, count + 1, device=d.device) * _GOLDEN
        rows, places = (~fits).nonzero(as_tuple=True)
        attempt = 1
        while len(rows):
            again = (
                _unit(_mixed(_states(self.keys, self._purpose(f"{name} {part} {attempt}"), self._counter())[rows]
                             + states[places]))
                for part in PARTS
            )  # fmt: skip
            found[rows, places], fits = _proposed(d[rows, places], *again)
            rows, places, attempt = rows[~fits], places[~fits], attempt + 1
        return found + self.uniform(f"{name} power", count).log() / strength[:, None]

    def _purpose(self, name: str) -> str:
        return f"{self.occasion}: {name}"

    def _counter(self) -> Tensor:
        return torch.full_like(self.keys, self.step)


PARTS = ("length", "angle", "refusal")


def _proposed(d: Tensor, length: Tensor, angle: Tensor, refusal: Tensor) -> tuple[Tensor, Tensor]:
    """Logarithms of proposed Gamma(d + 1/3) numbers, and which of them are taken; from three uniform tables."""
    x = (-2 * torch.log1p(-length)).sqrt() * (2 * torch.pi * angle).cos()
    root = (1 + x / (9 * d).sqrt()).clamp_min(0)
    log_v = 3 * root.log()
    return d.log() + log_v, refusal.log() < 0.5 * x.square() + d * (1 - root**3 + log_v)


def over_runs_as(values: Tensor, dimensions: int) -> Tensor:
    """(R,) as (R, 1, …, 1) of so many dimensions."""
    return values.reshape(-1, *[1] * (dimensions - 1))
