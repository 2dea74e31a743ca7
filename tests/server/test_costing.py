"""What an experiment would cost: counted at once, and in seconds and bytes as soon as a worker has tried it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from phasescope.core.wire import Trial, TrialResult

from .toy_worker import ToyWorker, family

RATES = {"path": "optimizer.learning_rate", "log": [1e-3, 1e-1, 4]}
WIDTHS = {"path": "model.width", "values": [8, 16]}


def check(client: TestClient, **changes: object) -> dict[str, Any]:
    answer = client.post("/api/experiments/check", json=family(**changes))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def answer_trials(client: TestClient, worker: int, **more: float) -> list[Trial]:
    """As a worker on which a step takes 1 ms, a checkpoint 10 ms per measure, and which trains two at a time."""
    trials = []
    while (response := client.post("/api/worker/trial")).status_code == 200:
        trial = Trial.model_validate(response.json())
        trials.append(trial)
        result = TrialResult(
            worker=worker, key=trial.key, preparing=0.5, stepping=1e-3, measuring=dict.fromkeys(trial.measures, 1e-2),
            series=dict.fromkeys(trial.measures, 3), memory_bytes=1000, limits=trial.limits,
            arrays={name: 100 * (trial.limits[name].examples or 0) for name in trial.limits},
            first_arrays=dict.fromkeys(trial.limits, 10000), **{"together": 2, **more},
        )  # fmt: skip
        assert client.post("/api/worker/trials", json=result.model_dump(mode="json")).status_code == 200
    return trials


def test_the_cost_is_known_once_a_worker_has_tried_each_kind_of_run(client: TestClient) -> None:
    asked = {"axes": [RATES, WIDTHS], "seeds": 3, "steps": 100, "checkpoints": {"at": [50]}, "measures": ["loss"]}
    first = check(client, **asked)
    assert (first["runs"], first["run_steps"], first["signatures"], first["workers"]) == (24, 2400, 2, 0)
    assert first["seconds"] is first["memory_bytes"] is first["stored_bytes"] is None
    worker = ToyWorker(client).number
    trials = answer_trials(client, worker)
    assert sorted((trial.spec.model["width"], trial.runs) for trial in trials) == [(8, 12), (16, 12)]
    told = check(client, **asked)
    assert told["seconds"] == 24 * (0.5 + 100 * 1e-3 + 3 * 1e-2)
    assert told["memory_bytes"] == 2 * 1000
    assert told["stored_bytes"] == 24 * 3 * 3 * 8
    ToyWorker(client, "another")
    assert check(client, **asked)["seconds"] == told["seconds"] / 2


def test_what_a_group_costs_however_many_it_has_counts_for_each_pass(client: TestClient) -> None:
    """Up to eight points of an axis are one pass, sixteen two; further seeds come a pass later."""
    many = {"path": "optimizer.learning_rate", "log": [1e-3, 1e-1, 16]}
    for axes, seeds, groups in (([RATES], 1, 1), ([RATES], 3, 2), ([many], 1, 2), ([many], 2, 3)):
        asked = {"axes": axes, "seeds": seeds, "steps": 100, "checkpoints": {"at": [50]}, "measures": ["loss"]}
        check(client, **asked)
        worker = ToyWorker(client, f"{len(axes)} {seeds} {groups}").number
        plain = 1e-3 * 100 + 0.5 + 3 * 1e-2
        answer_trials(client, worker, together=1000, beginning=2.0, overhead=0.1)
        told = check(client, **asked)
        assert told["seconds"] * told["workers"] == pytest.approx(told["runs"] * plain + groups * (2.0 + 100 * 0.1))


def test_runs_with_training_sets_of_another_size_are_a_kind_of_their_own_and_the_largest_is_tried(
    client: TestClient,
) -> None:
    sizes = {"path": "task.train_examples", "values": [2, 3, 40, 60]}
    asked = {"axes": [sizes, RATES], "task": {"name": "toy_addition", "symbols": 12}, "seeds": 2}
    assert check(client, **asked)["signatures"] == 2
    trials = answer_trials(client, ToyWorker(client).number)
    points = 4  # of RATES
    tried = sorted((trial.spec.task["train_examples"], trial.runs) for trial in trials)
    assert tried == [(3, 2 * 2 * points), (60, 2 * 2 * points)]


def test_runs_with_batches_of_another_size_are_a_kind_of_their_own_and_the_largest_is_tried(client: TestClient) -> None:
    sizes = {"path": "batch_size", "values": [2, 3, 5, 9]}
    asked = {"axes": [sizes, RATES], "task": {"name": "toy_addition", "symbols": 12}, "seeds": 2}
    assert check(client, **asked)["signatures"] == 2
    trials = answer_trials(client, ToyWorker(client).number)
    assert sorted((trial.spec.batch_size, trial.runs) for trial in trials) == [(3, 16), (9, 16)]


def test_why_runs_cannot_be_trained_is_told_once_and_asked_again(client: TestClient) -> None:
    worker = ToyWorker(client).number
    assert check(client)["refusal"] is None
    trial = Trial.model_validate(client.post("/api/worker/trial").json())
    result = TrialResult(worker=worker, key=trial.key, preparing=0, stepping=0, measuring={}, series={}, memory_bytes=0,
                         together=1, refusal="The file is not there.")  # fmt: skip
    assert client.post("/api/worker/trials", json=result.model_dump(mode="json")).status_code == 200
    told = check(client)
    assert (told["refusal"], told["seconds"]) == ("The file is not there.", None)
    assert check(client)["refusal"] is None
    assert client.post("/api/worker/trial").status_code == 200


def test_a_measure_that_was_not_tried_is_asked_for(client: TestClient) -> None:
    worker = ToyWorker(client).number
    check(client, measures=["loss"])
    answer_trials(client, worker)
    assert check(client, measures=["loss"])["seconds"] is not None
    assert check(client, measures=["loss", "accuracy"])["seconds"] is None
    (trial,) = answer_trials(client, worker)
    assert trial.measures == ("loss", "accuracy")
    assert check(client, measures=["accuracy"])["seconds"] is not None


def test_arrays_are_counted_with_the_limits_that_are_asked_about(client: TestClient) -> None:
    worker = ToyWorker(client).number

    def told(examples: int) -> dict[str, Any]:
        few = {"name": "representations", "examples": examples, "checkpoints": {"at": [50]}}
        return check(client, steps=100, checkpoints={"at": [50]}, measures=["loss", few])

    assert told(8)["array_bytes"] is None
    answer_trials(client, worker)
    runs = told(8)["runs"]
    assert told(8)["array_bytes"] == runs * (10_000 + 2 * 800)  # of three checkpoints the first keeps more
    assert told(8)["stored_bytes"] == told(8)["array_bytes"] + runs * 3 * 3 * 2 * 8
    assert told(16)["array_bytes"] is None
    answer_trials(client, worker)
    assert told(16)["array_bytes"] == runs * (10_000 + 2 * 1600)
    assert check(client, steps=100, checkpoints={"at": [50]}, measures=["loss"])["array_bytes"] == 0


def test_a_heartbeat_tells_that_somebody_asks(client: TestClient) -> None:
    worker = ToyWorker(client).number
    sign = {"worker": worker, "shard": None, "attempt": None, "run_steps_per_second": None}
    assert client.post("/api/worker/heartbeat", json=sign).json() == {"order": "continue", "trial": False}
    check(client)
    assert client.post("/api/worker/heartbeat", json=sign).json()["trial"] is True
    assert client.post("/api/worker/trial").status_code == 200
    assert client.post("/api/worker/trial").status_code == 204  # given to one worker at a time
