"""Maps of training paths: distances by their definitions, and points that give the distances back."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import rel_entr

from phasescope.analyses.trajectories import (
    Distance,
    distances,
    embed,
    in_measure_space,
    log_probabilities,
    standardised,
)

RANDOM = np.random.default_rng(0)


def logs_of(logits: np.ndarray) -> np.ndarray:
    found = log_probabilities(logits, "logits")
    assert found is not None
    return found


def logs(points: int, items: int = 5, classes: int = 3) -> list[np.ndarray]:
    found = [log_probabilities(RANDOM.normal(0, 2, (items, classes)), "logits") for _ in range(points)]
    return [one for one in found if one is not None]


def from_map(points: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Squared distances on a map, those along negative eigenvalues subtracted."""
    return np.asarray(((points[:, None] - points[None]) ** 2 * signs).sum(-1))


def test_logits_become_probabilities() -> None:
    outputs = RANDOM.normal(size=(4, 2, 3))
    found = log_probabilities(outputs, "logits")
    assert found is not None
    np.testing.assert_allclose(np.exp(found), (np.exp(outputs) / np.exp(outputs).sum(-1, keepdims=True)).reshape(8, 3))
    sign = log_probabilities(np.array([[0.3], [-2.0]]), "sign_logit")
    assert sign is not None
    np.testing.assert_allclose(np.exp(sign), [[p, 1 - p] for p in 1 / (1 + np.exp(-np.array([0.3, -2.0])))])
    assert log_probabilities(outputs, "values") is None
    assert np.isfinite(logs_of(np.array([[1e4, 0.0]]))).all()


def test_the_distances_are_those_of_their_definitions() -> None:
    points = logs(6)
    chances = [np.exp(point) for point in points]
    bhattacharyya, divergence = distances(points), distances(points, "symmetric_kl")
    for i, p in enumerate(chances):
        for j, q in enumerate(chances):
            assert bhattacharyya[i, j] == pytest.approx(-np.log(np.sqrt(p * q).sum(1)).mean(), abs=1e-12)
            both = (rel_entr(p, q).sum(1) + rel_entr(q, p).sum(1)).mean() / 2
            assert divergence[i, j] == pytest.approx(both, abs=1e-12)
    plain = RANDOM.normal(size=(6, 5, 3))
    squared = ((plain[:, None] - plain[None]) ** 2).sum((2, 3)) / 5
    np.testing.assert_allclose(distances(list(plain), "squared"), squared, atol=1e-12)


def test_predictions_that_exclude_each_other_are_far_but_not_infinitely() -> None:
    sure = [logs_of(np.array([[1e6, 0.0]])), logs_of(np.array([[0.0, 1e6]]))]
    assert distances(sure)[0, 1] == 100.0


@pytest.mark.parametrize("kind", ["bhattacharyya", "symmetric_kl"])
def test_with_all_coordinates_the_distances_come_back_also_along_negative_directions(kind: Distance) -> None:
    distance = distances(logs(9, items=2), kind)
    found = embed(distance, dimensions=9)
    np.testing.assert_allclose(from_map(found.points, found.signs), distance, atol=1e-12)
    assert found.explained == pytest.approx(1.0, abs=1e-6)
    assert (found.signs < 0).any()  # not Euclidean: this is what the signs are for
    few = embed(distance, dimensions=2)
    assert 0 < few.explained < 1
    np.testing.assert_allclose(few.points, found.points[:, :2])


def test_a_euclidean_cloud_is_found_again() -> None:
    cloud = RANDOM.normal(size=(12, 2)) * [3, 1]
    squared = ((cloud[:, None] - cloud[None]) ** 2).sum(-1)
    found = embed(squared, dimensions=3)
    assert found.explained == pytest.approx(1.0)
    np.testing.assert_allclose(from_map(found.points, found.signs), squared, atol=1e-9)
    np.testing.assert_allclose(found.points[:, 2], 0, atol=1e-6)


def test_a_path_in_one_direction_is_drawn_in_order() -> None:
    """From guessing to certainty: the first coordinate is monotonic along the path."""
    path = [logs_of(np.array([[t, 0.0], [0.0, t], [t, 0.0]])) for t in np.linspace(0, 6, 15)]
    first = embed(distances(path)).points[:, 0]
    steps = np.diff(first)
    assert (steps > 0).all() or (steps < 0).all()


def test_points_do_not_depend_on_their_order() -> None:
    points = logs(7)
    mixed = RANDOM.permutation(7)
    one, other = embed(distances(points), 2), embed(distances([points[i] for i in mixed]), 2)
    np.testing.assert_allclose(other.points, one.points[mixed], atol=1e-9)


def test_few_points_have_a_map_too() -> None:
    assert embed(np.zeros((0, 0))).points.shape == (0, 3)
    assert embed(np.zeros((1, 1))).points.tolist() == [[0, 0, 0]]
    found = embed(np.array([[0.0, 4.0], [4.0, 0.0]]))
    assert np.abs(found.points[0] - found.points[1]).tolist() == pytest.approx([2, 0, 0])


def test_measures_are_compared_in_units_of_their_spread() -> None:
    values = {"small": np.array([0.0, 1e-3, 2e-3, np.nan]), "large": np.array([1e6, 2e6, 3e6, 2e6]), "flat": np.ones(4)}
    points = standardised(values)
    assert points.shape == (4, 2)
    np.testing.assert_allclose(points[:3, 0], np.array([-1, 0, 1]) * np.sqrt(1.5))
    assert points[3, 0] == 0
    distance = in_measure_space(values)
    scaled = in_measure_space({name: 10 * column + 3 for name, column in values.items()})
    np.testing.assert_allclose(distance, scaled, atol=1e-9)
    assert distance[0, 2] == pytest.approx((6 + 8) / 2)
