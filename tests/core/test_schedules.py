"""When measures are taken: dear ones sparsely, as the experiment says where it does, and never behind its back."""

from __future__ import annotations

from typing import Any

import pytest

from phasescope.core.catalogue import Catalogue, Entry, kept_catalogue
from phasescope.core.door import admit
from phasescope.core.errors import InvalidSpec
from phasescope.core.schedule import MeasureSchedule
from phasescope.core.spec import ExperimentSpec

CATALOGUE = kept_catalogue()
STEPS = (0, 1, 2, 4, 8, 16, 32, 64, 100)
GOOD: dict[str, Any] = {
    "name": "a test",
    "task": {"name": "toy_addition"},
    "model": {"name": "embedding_decoder", "width": 8},
    "optimizer": {"name": "adamw"},
    "steps": 100,
    "checkpoints": {"at": list(STEPS)},
}


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({}, STEPS),
        ({"every": 1}, STEPS),
        ({"every": 3}, (0, 4, 32, 100)),
        ({"every": 50}, (0, 100)),
        ({"checkpoints": {"at": [4, 20, 21]}}, (0, 4, 32, 100)),  # no checkpoint at 20: the next one
        ({"checkpoints": {"every": 50}}, (0, 64, 100)),
    ],
)
def test_the_first_and_the_last_checkpoint_are_always_among_them(
    schedule: dict[str, Any], expected: tuple[int, ...]
) -> None:
    assert MeasureSchedule.model_validate(schedule).steps(STEPS) == expected


def test_a_schedule_of_an_experiment_without_checkpoints_is_empty() -> None:
    assert MeasureSchedule(every=2).steps(()) == ()


def test_a_measure_may_be_given_with_its_schedule() -> None:
    measures = ["loss", {"name": "drift", "every": 3}, {"name": "accuracy"}]
    spec = admit({**GOOD, "measures": measures}, CATALOGUE)
    assert spec.measures == ("loss", "drift", "accuracy")
    assert spec.schedules == {"drift": MeasureSchedule(every=3)}
    assert spec.taken_at()["drift"] == (0, 4, 32, 100)
    assert spec.taken_at()["loss"] == STEPS


def test_dear_measures_are_sparse_unless_asked_for() -> None:
    spec = admit({**GOOD, "measures": ["loss", "hessian_trace"]}, CATALOGUE)
    assert spec.schedules == {"hessian_trace": MeasureSchedule(every=5)}
    for asked in ({"every": 1}, {"checkpoints": {"at": [2]}}):
        spec = admit({**GOOD, "measures": ["loss", {"name": "hessian_trace", **asked}]}, CATALOGUE)
        assert spec.schedules["hessian_trace"] == MeasureSchedule.model_validate(asked)


@pytest.mark.parametrize("measures", [["loss"], [{"name": "loss", "every": 1}], ["loss", "hessian_trace"],
                                      [{"name": "hessian_trace", "every": 1}]])  # fmt: skip
def test_a_completed_experiment_is_complete(measures: list[Any]) -> None:
    once = admit({**GOOD, "measures": measures}, CATALOGUE)
    assert admit(once.model_dump(mode="json"), CATALOGUE) == once


def test_a_schedule_that_says_nothing_is_left_out_so_that_equal_runs_are_found() -> None:
    plain, said = (admit({**GOOD, "measures": [m]}, CATALOGUE) for m in ("loss", {"name": "loss", "every": 1}))
    assert plain.observation() == said.observation()


def test_what_is_recorded_differs_where_the_schedule_does_and_old_digests_stay() -> None:
    measures: list[list[Any]] = [["loss", "drift"], ["loss", {"name": "drift", "every": 2}]]
    old, new = (ExperimentSpec.model_validate({**GOOD, "measures": some}) for some in measures)
    assert old.observation() == "ea9593beefa13d734202a4d500c0f2f09b992f406c1b8c2d965d3656a985638f"  # before schedules
    assert new.observation() != old.observation()


def problems(measures: list[Any], **more: Any) -> dict[str, str]:
    with pytest.raises(InvalidSpec) as caught:
        admit({**GOOD, "measures": measures, **more}, CATALOGUE)
    return {problem.field: problem.sentence for problem in caught.value.problems}


def test_a_wrong_schedule_is_refused_by_a_sentence() -> None:
    assert "0 was given; input should be greater" in problems([{"name": "drift", "every": 0}])["schedules.drift.every"]
    assert "Did you mean 'every'?" in problems([{"name": "drift", "evry": 3}])["schedules.drift.evry"]
    both = {"name": "drift", "every": 2, "checkpoints": {"every": 10}}
    assert "not both" in problems([both])["schedules.drift"]
    assert "such as {name: drift, every: 5}" in problems(["loss", {"every": 3}])["measures.1"]
    assert "Did you mean 'drift'" in problems([{"name": "drft", "every": 3}])["measures.0"]
    assert "not measured" in problems(["loss"], schedules={"drift": {"every": 2}})["schedules.drift"]


def test_only_measures_that_keep_arrays_can_be_limited() -> None:
    assert "keeps no array" in problems([{"name": "drift", "examples": 20}])["schedules.drift.examples"]
    keeper = Entry(kind="measure", name="keeper", caps=("examples",))
    catalogue = Catalogue(entries=(*CATALOGUE.entries, keeper))
    spec = admit({**GOOD, "measures": [{"name": "keeper", "examples": 20}]}, catalogue)
    assert spec.schedules["keeper"].examples == 20
    with pytest.raises(InvalidSpec, match="Measures that do: "):
        admit({**GOOD, "measures": [{"name": "keeper", "features": 20}]}, catalogue)


def test_checkpoints_of_a_measure_obey_the_rules_of_checkpoints() -> None:
    twice = {"name": "drift", "checkpoints": {"every": 2, "log_spaced": 3}}
    assert "exactly one" in problems([twice])["schedules.drift.checkpoints"]
