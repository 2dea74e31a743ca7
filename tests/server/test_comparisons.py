"""Comparisons over HTTP: several experiments in one answer, and figures over all sides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from phasescope.core.arrays import ArrayKind, part_of, to_bytes

from .toy_worker import ToyWorker, family


@pytest.fixture
def both(client: TestClient, trained: int) -> tuple[int, int]:
    """Two trained experiments."""
    other = client.post("/api/experiments", json=family(name="other", steps=50)).json()["id"]
    worker = ToyWorker(client, name="second")
    lease = worker.lease()
    worker.put_block(lease, lease.steps)
    worker.finish(lease)
    return trained, other


def runs_of(client: TestClient, experiment: int) -> list[int]:
    return [run["id"] for run in client.get(f"/api/experiments/{experiment}/runs").json()]


def test_sides_of_two_experiments_stand_side_by_side(client: TestClient, both: tuple[int, int]) -> None:
    first, second = both
    one = runs_of(client, first)[0]
    asked: dict[str, Any] = {"with": [f"{first}:{one}", str(second)], "step": 50}
    body = client.get("/api/comparisons", params=asked).json()
    assert [side["letter"] for side in body["sides"]] == ["A", "B"]
    assert [len(side["runs"]) for side in body["sides"]] == [1, 4]
    assert body["sides"][0]["colour"] != body["sides"][1]["colour"]
    assert body["sides"][0]["label"] == "four cells, learning rate 0.001, weight decay 0"
    assert body["sides"][1]["label"] == "other"
    found = {each["path"]: each["values"] for each in body["differences"]}
    assert found["steps"] == [[100], [50]]
    assert found["optimizer.learning_rate"] == [[0.001], [0.001, 0.01]]
    assert body["comparison"]["step"] == 50


def test_the_figures_are_listed_and_drawn(client: TestClient, both: tuple[int, int]) -> None:
    asked = {"with": [str(number) for number in both], "series": "loss"}
    for card in client.get("/api/comparisons/figures").json():
        answer = client.get(f"/api/comparisons/figures/{card['name']}", params=asked)
        assert answer.status_code == 200, answer.text
        assert answer.json()["layout"]["meta"]["kind"] == card["name"]
        again = client.get(
            f"/api/comparisons/figures/{card['name']}", params=asked, headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304


def test_kept_arrays_and_corrections_reach_the_figures(client: TestClient) -> None:
    spec = family(name="kept", measures=["loss", {"name": "representations", "checkpoints": {"every": 50}}])
    number = client.post("/api/experiments", json=spec).json()["id"]
    worker = ToyWorker(client)
    lease = worker.lease()
    random = np.random.default_rng(0)
    kind = ArrayKind(
        name="representations.hidden_1", measure="representations", version=1, dtype="float16", shape=(8, 3),
        examples="e", about={"examples": 8, "of_examples": 8},
    )  # fmt: skip
    kinds = [kind, kind.model_copy(update={"name": "representations.output"})]
    runs = [leased.run for leased in lease.runs]
    for step in (0, 50):
        data = to_bytes(step, [part_of(each, runs, random.normal(size=(len(runs), 8, 3))) for each in kinds])
        client.put(
            f"/api/worker/shards/{lease.shard}/arrays", params=worker.token(lease), content=data,
            headers={"Content-Type": "application/octet-stream"},
        ).raise_for_status()  # fmt: skip
    worker.put_block(lease, lease.steps)
    worker.finish(lease)
    asked: dict[str, Any] = {"with": [f"{number}:{runs[0]}", f"{number}:{runs[1]},{runs[2]}"]}
    layers = client.get("/api/comparisons/figures/layers_together", params=asked).json()
    assert layers["data"][0]["x"] == ["A hidden_1", "A output", "B hidden_1", "B output"]
    assert [frame["name"] for frame in layers["frames"]] == ["0", "50"]
    first = client.get("/api/comparisons/figures/layers_together", params={**asked, "step": 49}).json()
    assert first["data"][0]["z"] == layers["frames"][0]["data"][0]["z"]
    alone = client.get("/api/comparisons/figures/layers_together/html", params=asked).text
    assert '"frames"' in alone

    correction = {"plateaus": [], "drops": [{"onset": 20, "midpoint": 30, "end": 40}], "spikes": None, "note": ""}
    client.put(f"/api/runs/{runs[1]}/series/test_loss/events", json=correction).raise_for_status()
    events = client.get("/api/comparisons/figures/events_together", params={**asked, "series": "loss"}).json()
    said = f"B, run {runs[1]}: drop at step 30, from 20 to 40<br>corrected by hand"
    assert said in [text for trace in events["data"] for text in trace.get("text") or ()]


def test_what_changes_on_any_side_changes_the_tag(client: TestClient, both: tuple[int, int]) -> None:
    address = "/api/comparisons/figures/curves_together"
    asked = {"with": [str(number) for number in both]}
    before = client.get(address, params=asked).headers["ETag"]
    client.post(f"/api/experiments/{both[1]}/cancel")
    third = client.post("/api/experiments", json=family(name="third", steps=20)).json()["id"]
    assert client.get(address, params=asked).headers["ETag"] == before, "nothing of it changed"
    client.post(f"/api/experiments/{third}/cancel")
    asked["with"] = [str(both[0]), str(third)]
    assert client.get(address, params=asked).headers["ETag"] != before


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 422),
        ({"with": ["x"]}, 422),
        ({"with": ["999"]}, 404),
        ({"with": ["1"] * 7}, 422),
        ({"with": ["1"], "step": -1}, 422),
        ({"with": ["1"], "step_scale": "odd"}, 422),
        ({"with": ["1:1-65537"]}, 422),
    ],
    ids=str,
)
def test_a_comparison_that_cannot_be_is_refused(
    client: TestClient, experiment: int, asked: dict[str, Any], status: int
) -> None:
    assert client.get("/api/comparisons", params=asked).status_code == status


def test_runs_of_another_experiment_are_left_out(client: TestClient, both: tuple[int, int]) -> None:
    stranger = runs_of(client, both[1])[0]
    body = client.get("/api/comparisons", params={"with": f"{both[0]}:{stranger}"}).json()
    assert body["sides"][0]["runs"] == []


def test_what_is_not_known_is_ignored_so_old_links_open(client: TestClient, experiment: int) -> None:
    assert client.get("/api/comparisons", params={"with": str(experiment), "mood": "good"}).status_code == 200
