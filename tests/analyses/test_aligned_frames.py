"""A cloud that only turns stays where it is; what each frame shows of it is what principal components hold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.decomposition import PCA

from phasescope.analyses.aligned_frames import frames, turn

RANDOM = np.random.default_rng(0)
CLOUD = RANDOM.normal(size=(30, 5)) * [4, 2, 1, 0.5, 0.1]


def turned(cloud: np.ndarray) -> np.ndarray:
    return np.asarray(cloud @ np.linalg.qr(RANDOM.normal(size=(5, 5)))[0])


def test_a_cloud_that_turns_and_moves_in_its_space_stays_in_the_picture() -> None:
    film = frames([turned(CLOUD) + shift for shift in range(6)])
    for frame in film:
        np.testing.assert_allclose(frame.points, film[-1].points, atol=1e-9)


def test_each_frame_holds_the_principal_components() -> None:
    (frame,) = frames([CLOUD])
    reference = PCA(2).fit(CLOUD)
    assert frame.explained == pytest.approx(reference.explained_variance_ratio_.sum())
    expected = reference.transform(CLOUD)
    np.testing.assert_allclose(np.abs(frame.points), np.abs(expected), atol=1e-9)


def test_a_slow_change_is_a_slow_film_even_where_components_cross() -> None:
    """The spread along two directions changes places; the components swap, the picture does not jump."""
    weights = np.linspace(0, 1, 21)[:, None, None]
    clouds = CLOUD[:, :2] / [4, 2] * (np.array([3.0, 1.0]) * (1 - weights) + np.array([1.0, 3.0]) * weights)
    film = frames(list(clouds))
    steps = [np.abs(after.points - before.points).max() for before, after in itertools.pairwise(film)]
    assert max(steps) < 0.5
    assert np.abs(film[0].points - film[-1].points).max() > 1


def test_layers_narrower_than_the_picture_and_clouds_without_variance_are_drawn() -> None:
    line, point, broken = RANDOM.normal(size=(30, 1)), np.ones((30, 4)), np.full((30, 3), np.nan)
    found = frames([point, broken, line])
    np.testing.assert_allclose(np.abs(found[2].points[:, 0]), np.abs(line[:, 0] - line.mean()), atol=1e-9)
    assert found[2].explained == pytest.approx(1.0)
    assert np.isnan(found[0].explained)
    assert np.isnan(found[1].explained)
    assert not found[0].points.any()


def test_the_turn_is_orthogonal_and_the_best() -> None:
    points, target = RANDOM.normal(size=(10, 2)), RANDOM.normal(size=(10, 2))
    best = turn(points, target)
    np.testing.assert_allclose(best @ best.T, np.eye(2), atol=1e-12)
    angles = np.linspace(0, 2 * np.pi, 720)
    others = [
        np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ np.diag([1, flip])
        for a in angles for flip in (1, -1)
    ]  # fmt: skip
    misses = [((points @ other - target) ** 2).sum() for other in others]
    assert ((points @ best - target) ** 2).sum() <= min(misses) + 1e-9
