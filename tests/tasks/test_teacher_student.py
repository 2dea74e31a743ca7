"""Teachers: the directions that come along give the targets again, by formulas written out."""

from __future__ import annotations

from collections.abc import Callable
from math import erf

import numpy as np
import pytest

from phasescope.engine.seeding import generator
from phasescope.tasks.teacher_student import TeacherStudent


def drawn(**settings: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Targets, overlaps with the teacher's directions, and these directions."""
    data = TeacherStudent.model_validate({"features": 6, **settings}).draw(generator(2, "data"))
    directions = data.extras["teacher_directions"]
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1.0)
    return data.targets, data.inputs @ directions.T, directions


def test_a_linear_teacher_is_found_by_least_squares() -> None:
    data = TeacherStudent(teacher="linear", features=6).draw(generator(2, "data"))
    found = np.linalg.lstsq(data.inputs[data.train], data.targets[data.train], rcond=None)[0]
    np.testing.assert_allclose(found, data.extras["teacher_directions"][0], atol=1e-12)


def test_hermite_polynomials() -> None:
    targets, overlaps, _ = drawn(coefficients=[1.0, 2.0, -1.0, 0.5])
    z = overlaps[:, 0]
    np.testing.assert_allclose(targets, 1 + 2 * z - (z**2 - 1) + 0.5 * (z**3 - 3 * z), atol=1e-9)


def test_hermite_polynomials_are_orthogonal_for_these_inputs() -> None:
    targets, overlaps, _ = drawn(coefficients=[0.0, 0.0, 1.0], train_examples=50_000)
    assert abs(targets.mean()) < 0.03
    assert abs((targets * overlaps[:, 0]).mean()) < 0.05
    assert abs(targets.var() - 2) < 0.1  # k! for He_k


def test_a_constant_teacher_answers_every_example() -> None:
    targets, _, _ = drawn(coefficients=[3.0])
    np.testing.assert_array_equal(targets, 3.0)


@pytest.mark.parametrize("activation", ["erf", "relu", "tanh"])
def test_a_two_layer_teacher_adds_its_units(activation: str) -> None:
    targets, overlaps, directions = drawn(teacher="two_layer", teacher_units=4, activation=activation)
    assert len(directions) == 4
    functions: dict[str, Callable[[float], float]] = {
        "erf": lambda v: erf(v / 2**0.5), "relu": lambda v: max(v, 0.0), "tanh": np.tanh,
    }  # fmt: skip
    function = functions[activation]
    expected = [sum(function(value) for value in row) / 2 for row in overlaps[:50]]
    np.testing.assert_allclose(targets[:50], expected, atol=1e-12)


def test_noise_is_added_to_training_targets_alone() -> None:
    clean = TeacherStudent(train_examples=5000).draw(generator(2, "data"))
    noisy = TeacherStudent(train_examples=5000, noise=0.5).draw(generator(2, "data"))
    added = noisy.targets - clean.targets
    assert not added[clean.test].any()
    assert abs(added[clean.train].std() - 0.5) < 0.02
