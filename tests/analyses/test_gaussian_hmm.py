"""The hidden Markov model against all paths counted one by one, and against another program."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from phasescope.analyses import gaussian_hmm
from phasescope.analyses.gaussian_hmm import Model

Array = NDArray[np.float64]


def small(states: int = 3, width: int = 2, seed: int = 0) -> Model:
    generator = np.random.default_rng(seed)
    start, transition = generator.dirichlet(np.ones(states), 1), generator.dirichlet(np.ones(states), (1, states))
    return Model(
        start, transition, generator.normal(size=(1, states, width)), generator.uniform(0.3, 2, (1, states, width))
    )


def by_hand(model: Model, row: Array, valid: NDArray[np.bool_]) -> dict[tuple[int, ...], float]:
    """The density of every path."""
    found = {}
    for path in itertools.product(range(model.states), repeat=len(row)):
        density = 1.0
        for place, state in enumerate(path):
            density *= model.transition[0, path[place - 1], state] if place else model.start[0, state]
            if valid[place]:
                away, variance = row[place] - model.mean[0, state], model.variance[0, state]
                density *= float(np.prod(np.exp(-(away**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)))
        found[path] = density
    return found


def test_likelihood_shares_and_path_as_counted_one_by_one() -> None:
    model, generator = small(), np.random.default_rng(1)
    data = generator.normal(size=(4, 5, 2))
    valid = np.ones((4, 5), dtype=np.bool_)
    valid[2, 3:] = valid[3, 0] = False
    passes = gaussian_hmm.forward_backward(model, data, valid)
    paths = gaussian_hmm.most_likely_paths(model, data, valid)
    moves = np.zeros((3, 3))
    for run in range(4):
        densities = by_hand(model, data[run], valid[run])
        total = sum(densities.values())
        assert passes.likelihood[0, run] == pytest.approx(np.log(total))
        assert densities[tuple(paths[run].tolist())] == pytest.approx(max(densities.values()))
        for place, state in itertools.product(range(5), range(3)):
            share = sum(density for path, density in densities.items() if path[place] == state) / total
            assert passes.share[0, run, place, state] == pytest.approx(share)
        for path, density in densities.items():
            for pair in itertools.pairwise(path):
                moves[pair] += density / total
    assert passes.transitions[0] == pytest.approx(moves)
    assert gaussian_hmm.likelihood(model, data, valid) == pytest.approx(passes.likelihood)


def test_fitting_never_lowers_the_likelihood() -> None:
    data = np.random.default_rng(2).normal(size=(6, 20, 2)).cumsum(axis=1)
    valid = np.ones((6, 20), dtype=np.bool_)
    totals = [
        gaussian_hmm.likelihood(gaussian_hmm.fit(data, valid, 3, starts=1, rounds=rounds), data, valid).sum()
        for rounds in range(1, 12)
    ]
    assert np.diff(totals).min() > -1e-2  # the constants against empty states cost a trace
    assert totals[-1] > totals[0] + 1


def test_planted_states_are_found() -> None:
    generator = np.random.default_rng(3)
    mean = np.array([[-2.0, 0.0], [0.0, 2.0], [2.0, 0.0]])
    truth = np.repeat([0, 1, 2], 10)[None].repeat(8, axis=0)
    data = mean[truth] + 0.4 * generator.normal(size=(8, 30, 2))
    valid = np.ones(truth.shape, dtype=np.bool_)
    model = gaussian_hmm.fit(data, valid, 3, starts=5, rounds=30)
    path = gaussian_hmm.most_likely_paths(model, data, valid)
    order = np.argsort(model.mean[0][:, 0])
    assert model.mean[0][order] == pytest.approx(mean, abs=0.15)
    assert (np.argsort(order)[path] == truth).mean() > 0.98
    assert model.parameters == 2 + 6 + 12


def test_as_hmmlearn() -> None:
    hmmlearn = pytest.importorskip("hmmlearn.hmm")
    model = small()
    other = hmmlearn.GaussianHMM(n_components=3, covariance_type="diag")
    other.startprob_, other.transmat_, other.means_ = model.start[0], model.transition[0], model.mean[0]
    other.covars_ = model.variance[0]
    data = np.random.default_rng(4).normal(size=(3, 12, 2))
    valid = np.ones((3, 12), dtype=np.bool_)
    ours, paths = gaussian_hmm.likelihood(model, data, valid)[0], gaussian_hmm.most_likely_paths(model, data, valid)
    for run in range(3):
        assert ours[run] == pytest.approx(other.score(data[run]))
        assert paths[run].tolist() == other.predict(data[run]).tolist()
