"""The answers of modular arithmetic, against their definitions in whole numbers."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from phasescope.engine.seeding import generator
from phasescope.tasks.modular_arithmetic import ModularArithmetic


@pytest.mark.parametrize("modulus", [7, 12])
@pytest.mark.parametrize("operation", ["add", "subtract", "multiply", "divide", "quadratic"])
def test_answers(operation: str, modulus: int) -> None:
    task = ModularArithmetic.model_validate({"modulus": modulus, "operation": operation})
    data = task.draw(generator(0, "data"))
    for (x, y), answer in zip(data.inputs.tolist(), data.targets.tolist(), strict=True):
        match operation:
            case "add":
                assert answer == (x + y) % modulus
            case "subtract":
                assert answer == (x - y) % modulus
            case "multiply":
                assert answer == x * y % modulus
            case "divide":
                assert answer * y % modulus == x
            case "quadratic":
                assert answer == (x * x + x * y + y * y) % modulus


def test_division_by_what_has_no_inverse_is_left_out() -> None:
    data = ModularArithmetic(modulus=12, operation="divide").draw(generator(0, "data"))
    assert set(np.unique(data.inputs[:, 1])) == {1, 5, 7, 11}


def test_a_fraction_that_leaves_no_training_example_is_refused() -> None:
    with pytest.raises(ValidationError, match="train_fraction leaves no training example"):
        ModularArithmetic(modulus=5, train_fraction=0.01)


def test_the_largest_fraction_still_leaves_a_test_example() -> None:
    assert len(ModularArithmetic(modulus=5, train_fraction=0.999).draw(generator(0, "data")).test) == 1


def test_train_size_is_the_fraction() -> None:
    data = ModularArithmetic(modulus=97, train_fraction=0.4).draw(generator(0, "data"))
    assert len(data.inputs) == 97 * 97
    assert len(data.train) == int(0.4 * 97 * 97)
