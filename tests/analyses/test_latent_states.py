"""Latent states on made-up runs with a detour, with independent and with correlated noise."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from phasescope.analyses import latent_states

Array = NDArray[np.float64]
STEPS = np.unique(np.geomspace(1, 1e4, 60).round()).astype(np.int64)
MEAN = np.array([[2.0, -1.0, 0.0], [0.0, 1.5, 1.0], [-2.0, 0.5, -1.0], [0.5, -2.0, 2.0]])


def made_up(*, correlation: float, seed: int, runs: int = 40) -> tuple[dict[str, Array], NDArray[np.int64], Array]:
    """State 0, for four in ten runs the detour 3, then 1 and 2; and the step at which 2 is reached."""
    generator = np.random.default_rng(seed)
    count = len(STEPS)
    path = np.zeros((runs, count), dtype=np.int64)
    for row in range(runs):
        first = generator.integers(12, 20)
        second = first + (generator.integers(8, 16) if row % 5 < 2 else 0)
        third = second + generator.integers(8, 14)
        path[row, first:second], path[row, second:third], path[row, third:] = 3, 1, 2
    noise = generator.normal(size=(runs, count, 3))
    for place in range(1, count):
        noise[:, place] *= np.sqrt(1 - correlation**2)
        noise[:, place] += correlation * noise[:, place - 1]
    values = MEAN[path] + 0.3 * noise
    series = {name: values[:, :, place] for place, name in enumerate(("a", "b", "c"))}
    return series, path, STEPS[(path == 2).argmax(axis=1)].astype(np.float64)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_number_of_states_is_told_also_with_correlated_noise(correlation: float, seed: int) -> None:
    series, path, _ = made_up(correlation=correlation, seed=seed)
    found = latent_states.find(series, STEPS)
    assert found.states == 4
    assert [one.states for one in found.criteria] == list(range(1, 7))
    assert found.prepared is not None
    near = np.abs(np.log1p(STEPS) - np.log1p(found.prepared.steps)[:, None]).argmin(axis=1)
    names = {truth: int(np.bincount(found.paths[path[:, near] == truth]).argmax()) for truth in range(4)}
    assert sorted(names.values()) == [0, 1, 2, 3]
    assert (found.paths == np.vectorize(names.get)(path[:, near])).mean() > 0.9


@pytest.mark.parametrize("correlation", [0.5, 0.9])
def test_noise_that_wanders_is_no_state(correlation: float) -> None:
    for seed in range(2):
        noise = np.random.default_rng(seed).normal(size=(40, len(STEPS), 3))
        for place in range(1, len(STEPS)):
            noise[:, place] *= np.sqrt(1 - correlation**2)
            noise[:, place] += correlation * noise[:, place - 1]
        found = latent_states.find({name: noise[:, :, place] for place, name in enumerate("abc")}, STEPS)
        assert found.states == 1
        assert found.correlation == pytest.approx(correlation ** (len(STEPS) / 32), abs=0.1)


def test_the_detour_is_the_state_that_not_all_visit_and_that_costs_time() -> None:
    series, path, converged = made_up(correlation=0.0, seed=0)
    found = latent_states.find(series, STEPS)
    said = {one.state: one for one in latent_states.detours(found, converged)}
    visited = [state for state in range(4) if 0 < (found.paths == state).any(axis=1).mean() < 1]
    assert len(visited) == 1
    detour = said[visited[0]]
    assert detour.later
    assert (detour.visitors, detour.others) == (16, 24)
    assert detour.with_it > detour.without_it
    never = np.where((path == 3).any(axis=1), np.inf, converged)
    assert {one.state for one in latent_states.detours(found, never) if one.later} == set(visited)


def test_states_that_make_no_difference_are_no_detours() -> None:
    series, _, _ = made_up(correlation=0.0, seed=0)
    found = latent_states.find(series, STEPS)
    later = 0
    for seed in range(40):
        converged = np.random.default_rng(seed).permutation(40).astype(np.float64)
        later += sum(one.later for one in latent_states.detours(found, converged, seed))
    assert later <= 4  # 5 % of 40, one-sided


def test_edges_and_stays() -> None:
    series, _, _ = made_up(correlation=0.0, seed=1)
    found = latent_states.find(series, STEPS)
    taken = {(edge.source, edge.target): edge.runs for edge in found.edges}
    assert sorted(taken.values()) == [16, 16, 24, 40]
    assert all(edge.source < edge.target and edge.count == edge.runs for edge in found.edges)
    assert (found.dwell >= 1).all()
    assert found.dwell[0] > 5


def test_runs_may_end_early_and_scale_does_not_matter() -> None:
    series, _, _ = made_up(correlation=0.0, seed=0)
    scaled = {name: 1000 * values + 5 for name, values in series.items()}
    for values in scaled.values():
        values[3, 30:] = np.nan
        values[5, :] = np.nan
    found = latent_states.find(scaled, STEPS)
    assert found.states == 4
    assert (found.paths[5] == -1).all()
    assert (found.paths[3, -5:] == -1).all()
    assert (found.paths[3, :10] >= 0).all()


def test_too_little_is_said() -> None:
    series, _, converged = made_up(correlation=0.0, seed=0, runs=5)
    few = latent_states.find(series, STEPS)
    assert few.refused == "at least 6 runs with values are needed, 5 have them"
    assert latent_states.detours(few, converged) == ()
    flat = latent_states.find({"a": np.ones((20, len(STEPS)))}, STEPS)
    assert "no series varies" in flat.refused


def test_of_many_runs_relabelling_needs_no_shuffles() -> None:
    generator = np.random.default_rng(0)
    rank, visits = generator.permutation(600).astype(float), np.arange(600) < 200
    rank[:200] += 25
    shuffled = generator.permuted(np.tile(rank, (latent_states.SHUFFLES, 1)), axis=1)
    quick = latent_states._permuted(rank, visits, None)
    assert 0.01 < quick < 0.9
    assert quick == pytest.approx(latent_states._permuted(rank, visits, shuffled), abs=0.03)
    assert latent_states._permuted(np.zeros(600), visits, None) == 1.0


def test_the_median_stay_of_each_state_is_counted_by_hand() -> None:
    paths = np.array([[0, 0, 1, 1, 0], [-1, 1, 1, 1, -1], [-1, -1, -1, -1, -1]])
    steps = np.array([0.0, 1.0, 3.0, 7.0, 15.0])
    # of 0: from step 0 until 3 and at 15 alone; of 1: from 3 until 15, and from 1 to 7, where the run ends
    found = latent_states._dwell(paths, 3, steps)
    assert found[:2] == pytest.approx([np.sqrt(4.0 * 1.0), np.sqrt(4.0 * 4.0)])
    assert np.isnan(found[2])
