"""The runs table, what it is filtered by, the marks people make, and the film of the phase diagram."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from .toy_worker import ToyWorker, family


def table(client: TestClient, experiment: int, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/experiments/{experiment}/table", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refused(client: TestClient, experiment: int, **asked: Any) -> str:
    answer = client.get(f"/api/experiments/{experiment}/table", params=asked)
    assert answer.status_code == 422
    (problem,) = answer.json()["error"]["problems"]
    assert problem["field"] in ("filter", "at")
    return str(problem["sentence"])


def test_all_columns_are_as_long_as_the_runs(client: TestClient, trained: int) -> None:
    found = table(client, trained, columns=["test_accuracy", "nothing of this name", "drop_step", "phase"])
    assert len(found["runs"]) == 4
    assert found["points"] == {
        "optimizer.learning_rate": [0.001, 0.001, 0.01, 0.01],
        "optimizer.weight_decay": [0.0, 1.0, 0.0, 1.0],
    }
    assert set(found["values"]) == {"test_accuracy", "drop_step", "phase"}
    assert {len(column) for column in (*found["values"].values(), found["seeds"], found["states"])} == {4}
    assert found["values"]["test_accuracy"] == pytest.approx([0.95] * 4)
    assert found["values"]["phase"] == ["comprehension"] * 4


@pytest.mark.parametrize(
    ("which", "expected"),
    [({"value": "last"}, 0.05), ({"value": "maximum"}, 0.9), ({"value": "step", "step": 60}, 0.475)],
)
def test_which_value_of_a_series_is_listed(
    client: TestClient, trained: int, which: dict[str, Any], expected: float
) -> None:
    """The toy worker's losses are 0.9, 0.475 and 0.05 at steps 0, 50 and 100."""
    values = table(client, trained, columns=["test_loss"], **which)["values"]["test_loss"]
    assert values == pytest.approx([expected] * 4)


@pytest.mark.parametrize(
    ("expression", "kept"),
    [
        ("learning_rate > 0.005", [2, 3]),
        ("optimizer.weight_decay == 1 and learning_rate < 0.005", [1]),
        ("test_loss.minimum < 0.1", [0, 1, 2, 3]),
        ("test_loss.minimum < 0.01", []),
        ("phase == 'comprehension' and seed == 0", [0, 1, 2, 3]),
        ("drop_size > 1000", []),
        ("1 / weight_decay < 2", [1, 3]),
        ("state in ['failed', 'lost']", []),
    ],
)
def test_a_filter_keeps_the_runs_for_which_it_holds(
    client: TestClient, trained: int, expression: str, kept: list[int]
) -> None:
    everything = table(client, trained)["runs"]
    assert table(client, trained, filter=expression)["runs"] == [everything[place] for place in kept]


def test_a_filter_that_cannot_be_read_is_refused_in_words(client: TestClient, trained: int) -> None:
    assert "Did you mean 'learning_rate'?" in refused(client, trained, filter="lerning_rate > 1")
    assert "different kinds" in refused(client, trained, filter="learning_rate > 'a'")
    assert "not allowed" in refused(client, trained, filter="[x for x in tags]")
    assert "not a value in JSON" in refused(client, trained, at="optimizer.learning_rate:high")


def test_a_filter_can_be_tried_while_it_is_written(client: TestClient, trained: int) -> None:
    def check(expression: str) -> Any:
        return client.get(f"/api/experiments/{trained}/filter", params={"filter": expression}).json()

    assert check("learning_rate > 0.005") == {"runs": 2, "problem": None}
    assert check("learning_rate >")["problem"] is not None


def test_figures_are_drawn_of_the_runs_that_are_looked_at(client: TestClient, trained: int) -> None:
    address = f"/api/experiments/{trained}/figures/phase_diagram"
    whole = client.get(address).json()["layout"]["meta"]["counts"]
    half = client.get(address, params={"filter": "learning_rate > 0.005"}).json()["layout"]["meta"]["counts"]
    cut = client.get(address, params={"at": "optimizer.weight_decay:1"}).json()["layout"]["meta"]["counts"]
    assert (whole["comprehension"], half["comprehension"], cut["comprehension"]) == (4, 2, 2)


def test_a_cut_along_something_unknown_cuts_nothing(client: TestClient, trained: int) -> None:
    assert len(table(client, trained, at=["model.gone:3", "seed:0"])["runs"]) == 4
    assert table(client, trained, at="seed:1")["runs"] == []


def test_everything_that_is_known_of_runs_is_named(client: TestClient, trained: int) -> None:
    fields = client.get(f"/api/experiments/{trained}/fields").json()
    kinds = {field["name"]: field["kind"] for field in fields}
    assert kinds["optimizer.learning_rate"] == "setting"
    assert kinds["drop_step"] == "event"
    assert kinds["phase"] == "phase"
    assert kinds["test_accuracy"] == "series"
    assert next(f for f in fields if f["name"] == "optimizer.weight_decay")["values"] == [0.0, 1.0]


def test_marks_are_kept_and_their_change_answers_what_was_before(client: TestClient, trained: int) -> None:
    first, second, *_ = table(client, trained)["runs"]
    before = client.patch("/api/runs/marks", json={"runs": [first, second], "add": ["good", "odd"], "note": "look"})
    assert before.status_code == 200, before.text
    assert before.json() == [{"run": run, "tags": [], "note": "", "archived": False} for run in (first, second)]
    again = client.patch("/api/runs/marks", json={"runs": [first], "remove": ["odd"]}).json()
    assert again == [{"run": first, "tags": ["good", "odd"], "note": "look", "archived": False}]
    marks = {mark["run"]: mark["tags"] for mark in table(client, trained)["marks"]}
    assert marks == {first: ["good"], second: ["good", "odd"]}
    assert table(client, trained, filter="'odd' in tags")["runs"] == [second]


def test_archived_runs_are_out_of_sight_until_they_are_asked_for(client: TestClient, trained: int) -> None:
    first, *rest = table(client, trained)["runs"]
    client.patch("/api/runs/marks", json={"runs": [first], "archived": True})
    assert table(client, trained)["runs"] == rest
    assert table(client, trained, filter="archived")["runs"] == [first]
    client.patch("/api/runs/marks", json={"runs": [first], "archived": False})
    assert table(client, trained)["runs"] == [first, *rest]


def test_marks_of_a_run_that_is_not_there_are_refused_whole(client: TestClient, trained: int) -> None:
    first = table(client, trained)["runs"][0]
    assert client.patch("/api/runs/marks", json={"runs": [first, 999], "add": ["good"]}).status_code == 404
    assert table(client, trained)["marks"] == []


def test_notes_of_an_experiment(client: TestClient, trained: int) -> None:
    address = f"/api/experiments/{trained}/notes"
    assert client.put(address, json={"notes": "first"}).json() == {"notes": ""}
    assert client.put(address, json={"notes": "second"}).json() == {"notes": "first"}
    assert client.get(f"/api/experiments/{trained}").json()["notes"] == "second"


def test_an_experiment_is_put_away_and_taken_out_again(client: TestClient, trained: int) -> None:
    address = f"/api/experiments/{trained}/archived"
    assert client.put(address, json={"archived": True}).json()["archived_at"] is not None
    assert client.get("/api/experiments").json() == []
    assert [one["id"] for one in client.get("/api/experiments", params={"archived": True}).json()] == [trained]
    assert client.put(address, json={"archived": False}).json()["archived_at"] is None
    assert [one["id"] for one in client.get("/api/experiments").json()] == [trained]


def test_some_of_the_failed_runs_are_queued_again(client: TestClient, experiment: int) -> None:
    worker = ToyWorker(client)
    worker.finish(worker.lease(), state="failed")
    first, *rest = table(client, experiment)["runs"]
    client.post(f"/api/experiments/{experiment}/requeue", json={"runs": [first]})
    assert table(client, experiment)["states"] == ["queued", *["failed"] * len(rest)]
    client.post(f"/api/experiments/{experiment}/requeue")
    assert table(client, experiment)["states"] == ["queued"] * 4


def film(client: TestClient, experiment: int, **asked: Any) -> tuple[dict[str, Any], Any]:
    body = client.get(f"/api/experiments/{experiment}/film", params=asked).json()
    codes = np.frombuffer(base64.b64decode(body["codes"]), dtype=np.uint8)
    return body, codes.reshape(len(body["steps"]), body["rows"] * body["columns"])


def test_the_film_shows_what_the_diagram_shows_at_each_step(client: TestClient, trained: int) -> None:
    body, codes = film(client, trained)
    assert body["steps"] == [0, 50, 100]
    for step, picture in zip(body["steps"], codes, strict=True):
        address = f"/api/experiments/{trained}/figures/phase_diagram"
        counts = client.get(address, params={"step": step}).json()["layout"]["meta"]["counts"]
        shown = np.bincount(picture, minlength=256)
        assert {name: int(shown[code]) for code, name in enumerate(body["names"])} == counts


def test_the_film_of_a_series_runs_through_the_palette(client: TestClient, trained: int) -> None:
    body, codes = film(client, trained, colour="test_accuracy")
    assert codes[0].tolist() == [0] * 4
    assert codes[-1].tolist() == [len(body["palette"]) - 1] * 4
    assert body["names"] == []


def test_cells_that_wait_borrow_or_show_nothing(client: TestClient) -> None:
    experiment = client.post("/api/experiments", json=family()).json()["id"]
    body, codes = film(client, experiment)
    assert body["steps"] == []
    assert codes.shape == (0, 4)
    worker = ToyWorker(client)
    lease = worker.lease(runs_at_most=1)
    worker.put_block(lease, lease.steps)
    body, codes = film(client, experiment)
    own = codes[-1] < len(body["palette"])
    assert own.sum() == 1


def test_what_events_tell_is_not_filmed(client: TestClient, trained: int) -> None:
    assert film(client, trained, colour="drop_step")[0]["steps"] == []


def test_a_film_that_is_there_already_is_not_sent_again(client: TestClient, trained: int) -> None:
    tag = client.get(f"/api/experiments/{trained}/film").headers["ETag"]
    again = client.get(f"/api/experiments/{trained}/film", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
