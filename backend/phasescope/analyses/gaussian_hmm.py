"""Hidden Markov models with Gaussian states of diagonal covariance, fitted to many runs from many starts at once.

Baum and Welch's algorithm with scaled forward and backward passes. All arrays have the starts S in front, so that one
pass over time serves all of them. A place in time at which a run has no values says nothing about its state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEAST_VARIANCE = 1e-3  # of standardised values: one state must not sit on one point
LEAST_COUNT = 1e-3  # added to every transition and every first state: none is impossible
TOLERANCE = 1e-5  # relative gain of the likelihood at which fitting ends


@dataclass(frozen=True)
class Model:
    """S models of K states over D values: (S, K) first, (S, K, K) from row to column, (S, K, D) mean and variance."""

    start: Array
    transition: Array
    mean: Array
    variance: Array

    def of(self, place: int) -> Model:
        """One of them, still with an axis in front."""
        return Model(*(getattr(self, name)[place : place + 1] for name in vars(self)))

    def ordered(self, order: NDArray[np.int64]) -> Model:
        """The same model with its states in another order."""
        transition = self.transition[:, order][:, :, order]
        return Model(self.start[:, order], transition, self.mean[:, order], self.variance[:, order])

    @property
    def states(self) -> int:
        return int(self.start.shape[1])

    @property
    def parameters(self) -> int:
        """Free parameters of one of them."""
        return (self.states - 1) * (self.states + 1) + 2 * self.states * int(self.mean.shape[2])


@dataclass(frozen=True)
class Passes:
    """What one pass over the data gives: (S, R, T, K) share of each state, (S, K, K) transitions, (S, R) likelihood."""

    share: Array
    transitions: Array
    likelihood: Array


def fit(data: Array, valid: NDArray[np.bool_], states: int, *, starts: int, rounds: int, seed: int = 0) -> Model:
    """The best of several starts, for (R, T, D) standardised data of which (R, T) are valid.

    All starts have some rounds; the best of them has as many again.
    """
    model = _begin(data, valid, states, starts, np.random.default_rng(seed))
    several = _rounds(model, data, valid, rounds)
    best = several.of(int(likelihood(several, data, valid).sum(axis=1).argmax()))
    return _rounds(best, data, valid, rounds)


def _rounds(model: Model, data: Array, valid: NDArray[np.bool_], rounds: int) -> Model:
    best = np.full(len(model.start), -np.inf)
    for _ in range(rounds):
        passes = forward_backward(model, data, valid)
        now = passes.likelihood.sum(axis=1)
        model = _maximised(passes, data, valid)
        done = now - best <= TOLERANCE * np.abs(now)
        best = now
        if done.all():
            break
    return model


def forward_backward(model: Model, data: Array, valid: NDArray[np.bool_]) -> Passes:
    """Shares of states given all of a run, expected transitions between them, and the likelihood of each run."""
    logs = emissions(model, data, valid)
    top = logs.max(axis=3, keepdims=True)
    given = np.exp(logs - top)
    alpha, scale = _forward(model, given)
    beta = np.ones_like(alpha)
    transitions = np.zeros_like(model.transition)
    back = model.transition.transpose(0, 2, 1)
    for t in range(data.shape[1] - 2, -1, -1):
        ahead = given[:, :, t + 1] * beta[:, :, t + 1] / scale[:, :, t + 1, None]
        beta[:, :, t] = ahead @ back
        transitions += alpha[:, :, t].transpose(0, 2, 1) @ ahead
    likelihood = np.log(scale).sum(axis=2) + top[..., 0].sum(axis=2)
    return Passes(alpha * beta, transitions * model.transition, likelihood)


def likelihood(model: Model, data: Array, valid: NDArray[np.bool_]) -> Array:
    """(S, R) log-likelihood of each run."""
    logs = emissions(model, data, valid)
    top = logs.max(axis=3, keepdims=True)
    return np.asarray(np.log(_forward(model, np.exp(logs - top))[1]).sum(axis=2) + top[..., 0].sum(axis=2))


def emissions(model: Model, data: Array, valid: NDArray[np.bool_]) -> Array:
    """(S, R, T, K) log density of the values in each state; 0 where there are none."""
    runs, places, width = data.shape
    flat = data.reshape(-1, width)
    inverse = 1 / model.variance
    squares = (flat**2) @ inverse.transpose(0, 2, 1) - 2 * flat @ (model.mean * inverse).transpose(0, 2, 1)
    constant = (model.mean**2 * inverse + np.log(2 * np.pi * model.variance)).sum(axis=2)
    logs = -0.5 * (squares + constant[:, None, :])
    return np.where(valid[None, :, :, None], logs.reshape(len(logs), runs, places, -1), 0.0)


def most_likely_paths(model: Model, data: Array, valid: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(R, T) the most likely sequence of states of each run (Viterbi), of the first model."""
    logs = emissions(model, data, valid)[0]
    change = np.log(model.transition[0])
    score = np.log(model.start[0]) + logs[:, 0]
    came = np.zeros(logs.shape, dtype=np.int64)
    for t in range(1, logs.shape[1]):
        through = score[:, :, None] + change
        came[:, t] = through.argmax(axis=1)
        score = through.max(axis=1) + logs[:, t]
    path = np.zeros(logs.shape[:2], dtype=np.int64)
    path[:, -1] = score.argmax(axis=1)
    rows = np.arange(len(path))
    for t in range(logs.shape[1] - 2, -1, -1):
        path[:, t] = came[rows, t + 1, path[:, t + 1]]
    return path


def _forward(model: Model, given: Array) -> tuple[Array, Array]:
    """(S, R, T, K) scaled shares given the past, and (S, R, T) scales."""
    alpha = np.empty_like(given)
    scale = np.empty(given.shape[:3])
    now = model.start[:, None, :] * given[:, :, 0]
    for t in range(given.shape[2]):
        if t:
            now = (alpha[:, :, t - 1] @ model.transition) * given[:, :, t]
        scale[:, :, t] = np.maximum(now.sum(axis=2), 1e-300)
        alpha[:, :, t] = now / scale[:, :, t, None]
    return alpha, scale


def _begin(data: Array, valid: NDArray[np.bool_], states: int, starts: int, generator: np.random.Generator) -> Model:
    """Means from equal stretches of time for the first start, from values drawn at random for the others."""
    values = data[valid]
    drawn = values[generator.integers(0, len(values), size=(starts, states))]
    stretch = np.minimum(np.arange(data.shape[1]) * states // data.shape[1], states - 1)
    for state in range(states):
        inside = valid & (stretch == state)
        if inside.any():
            drawn[0, state] = data[inside].mean(axis=0)
    transition = np.full((starts, states, states), 0.2 / max(states - 1, 1))
    transition[:, np.arange(states), np.arange(states)] = 0.8 if states > 1 else 1.0
    variance = np.broadcast_to(np.maximum(values.var(axis=0), LEAST_VARIANCE), drawn.shape)
    return Model(np.full((starts, states), 1 / states), transition, drawn, variance)


def _maximised(passes: Passes, data: Array, valid: NDArray[np.bool_]) -> Model:
    """Parameters that make the shares most likely."""
    share = passes.share
    start = share[:, :, 0].sum(axis=1) + LEAST_COUNT
    counts = passes.transitions + LEAST_COUNT
    weight = (share * valid[None, :, :, None]).reshape(len(share), -1, share.shape[3]).transpose(0, 2, 1)
    total = np.maximum(weight.sum(axis=2), 1e-9)[:, :, None]
    flat = np.where(valid[:, :, None], data, 0.0).reshape(-1, data.shape[2])
    mean = weight @ flat / total
    variance = np.maximum(weight @ flat**2 / total - mean**2, LEAST_VARIANCE)
    return Model(start / start.sum(axis=1, keepdims=True), counts / counts.sum(axis=2, keepdims=True), mean, variance)
