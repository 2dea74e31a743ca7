"""Which runs are of like size: by their training sets, and by the largest batches that they ever take."""

from __future__ import annotations

from typing import Any

import pytest

from phasescope.core.spec import RunSpec
from phasescope.core.training_size import band, batch_size, larger


def run(size: int | None, examples: int = 10, **later: Any) -> RunSpec:
    acts = ({"name": "change_setting", "field": "batch_size", **later},) if later else ()
    task = {"name": "toy_addition", "train_examples": examples}
    return RunSpec(task=task, model={}, optimizer={}, batch_size=size, interventions=acts)


@pytest.mark.parametrize(
    ("spec", "most"), [(run(None), 1), (run(7), 7), (run(7, value=3.0), 7), (run(7, value=30.0), 30)]
)
def test_the_largest_batches_of_a_run(spec: RunSpec, most: int) -> None:
    assert batch_size(spec) == most


def test_batches_that_differ_by_less_than_a_factor_of_four_are_of_like_size() -> None:
    assert [band(run(size))[1] for size in (1, 3, 4, 15, 16, 63, 64, 256)] == [0, 0, 1, 1, 2, 2, 3, 4]
    assert band(run(4, value=64.0))[1] == 3
    assert band(run(None)) == band(run(2))
    assert band(run(8, examples=64))[0] == band(run(8, examples=255))[0] != band(run(8, examples=256))[0]


def test_a_run_as_large_as_either_of_two() -> None:
    most = larger(run(4, examples=50), run(9, examples=20))
    assert (most.batch_size, most.task["train_examples"]) == (9, 50)
    assert larger(run(4, value=9.0), run(5)).batch_size == 9
    assert larger(run(None, examples=5), run(None, examples=6)) == run(None, examples=6)
