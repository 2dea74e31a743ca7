"""Figures come as Plotly JSON with a tag, and are drawn once per view and version."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from phasescope.figures import FIGURES
from phasescope.server import drawing
from phasescope.server.messages import FigureBody

from .toy_worker import ToyWorker, family


def ask(client: TestClient, experiment: int, figure: str, tag: str | None = None, **view: Any) -> Any:
    headers = {"If-None-Match": tag} if tag else {}
    return client.get(f"/api/experiments/{experiment}/figures/{figure}", params=view, headers=headers)


def test_the_list_names_every_figure(client: TestClient) -> None:
    listed = client.get("/api/figures").json()
    assert [figure["name"] for figure in listed] == list(FIGURES)
    assert all(figure["title"] and figure["description"] for figure in listed)


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("state", ["experiment", "trained"])
def test_every_figure_is_plotly_json_without_a_template(
    client: TestClient, figure: str, state: str, request: pytest.FixtureRequest
) -> None:
    experiment = request.getfixturevalue(state)
    runs = [run["id"] for run in client.get(f"/api/experiments/{experiment}/runs").json()]
    answer = ask(client, experiment, figure, runs=runs, run=runs[0])
    assert answer.status_code == 200
    body = FigureBody.model_validate(answer.json())
    assert "template" not in body.layout
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_phase_diagram_carries_numbers_as_typed_arrays(client: TestClient, trained: int) -> None:
    data = ask(client, trained, "phase_diagram", colour="test_accuracy").json()["data"]
    assert any("bdata" in trace.get("z", {}) for trace in data if trace["type"] == "heatmap")


@pytest.mark.parametrize("figure", FIGURES)
def test_a_page_that_has_the_newest_drawing_is_told_so(client: TestClient, experiment: int, figure: str) -> None:
    first = ask(client, experiment, figure)
    for tag in (first.headers["ETag"], f"W/{first.headers['ETag']}", f'"other", {first.headers["ETag"]}'):
        same = ask(client, experiment, figure, tag=tag)
        assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert ask(client, experiment, figure, tag='"another"').status_code == 200


def test_the_tag_changes_with_the_view_and_with_every_block(client: TestClient, experiment: int) -> None:
    worker, tags = ToyWorker(client), []
    lease = worker.lease()
    tags.append(ask(client, experiment, "phase_diagram").headers["ETag"])
    tags.append(ask(client, experiment, "phase_diagram", colour="test_accuracy").headers["ETag"])
    tags.append(ask(client, experiment, "curves").headers["ETag"])
    worker.put_block(lease, (0, 50))
    tags.append(ask(client, experiment, "phase_diagram").headers["ETag"])
    worker.finish(lease)
    tags.append(ask(client, experiment, "phase_diagram").headers["ETag"])
    assert len(set(tags)) == len(tags)


def test_a_figure_is_drawn_once_per_version(
    client: TestClient, app: FastAPI, trained: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    render = drawing.render

    def counted(*given: Any) -> bytes:
        drawn.append(1)
        return render(*given)

    monkeypatch.setattr(drawing, "render", counted)
    answers = [ask(client, trained, "phase_diagram") for _ in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert len(drawn) == 1


def test_a_figure_never_reads_runs_of_another_experiment(client: TestClient, app: FastAPI, trained: int) -> None:
    other = client.post("/api/experiments", json=family(name="other", steps=60)).json()["id"]
    foreign = [run["id"] for run in client.get(f"/api/experiments/{trained}/runs").json()]
    own = [run["id"] for run in client.get(f"/api/experiments/{other}/runs").json()]
    assert not set(foreign) & set(own)
    alone, mixed = ask(client, other, "curves", runs=own), ask(client, other, "curves", runs=[*own, *foreign])
    assert mixed.json()["data"] == alone.json()["data"]


@pytest.mark.parametrize(
    "view",
    [
        {"x": "nothing"},
        {"y": "task.symbols"},
        {"x": "optimizer.learning_rate", "y": "optimizer.learning_rate"},
        {"colour": "nothing"},
        {"series": "nothing"},
        {"layer": "nothing"},
        {"run": 999},
        {"runs": [998, 999]},
        {"step": 10**30},
        {"unknown": "ignored"},
    ],
    ids=str,
)
@pytest.mark.parametrize("figure", FIGURES)
def test_an_old_or_odd_link_still_draws_or_says_why(
    client: TestClient, trained: int, figure: str, view: dict[str, Any]
) -> None:
    answer = ask(client, trained, figure, **view)
    assert answer.status_code in {200, 422}, answer.text


@pytest.mark.parametrize(
    ("view", "field", "said"),
    [
        ({"x": "optimizer.learning_rat"}, "x", "Did you mean 'optimizer.learning_rate'?"),
        ({"y": "task.symbols"}, "y", "is not varied in this experiment"),
        ({"colour": "test_accurac"}, "colour", "Did you mean 'test_accuracy'?"),
        ({"colour": "share.groking"}, "colour", "there is no phase 'groking'"),
        ({"colour": "tset_loss <= 0.1"}, "colour", "Did you mean 'test_loss'?"),
        ({"colour": "test_loss <="}, "colour", "is not an expression"),
        ({"rule": "fitted: train_los <= 1"}, "rule", "Did you mean 'train_loss'?"),
        ({"rule": "fitted: train_loss"}, "rule", "is a number, not a condition"),
        ({"rule": "delay: soon"}, "rule", "delay"),
        ({"rule": "nothing"}, "rule", "write `name: condition`"),
        ({"rule": "a: __import__('os') == 1"}, "rule", "is not a function here"),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(
    client: TestClient, trained: int, view: dict[str, str], field: str, said: str
) -> None:
    answer = ask(client, trained, "phase_diagram", **view)
    assert answer.status_code == 422
    problem = answer.json()["error"]["problems"][0]
    assert problem["field"] == field
    assert said in problem["sentence"]


@pytest.mark.parametrize(
    "view",
    [
        {"colour": "grokking_delay"},
        {"colour": "share.confusion"},
        {"colour": "test_loss - train_loss"},
        {"colour": "test_loss <= 0.1"},
        {"rule": "fitted: train_loss <= 0.1; generalised: test_loss <= 0.1; delay: 10"},
        {"rule": "low: test_loss <= 0.1; high: test_loss > 0.1", "boundaries": True},
        {"over_seeds": "disagreement"},
    ],
    ids=str,
)
@pytest.mark.parametrize("state", ["experiment", "trained"])
def test_what_the_measures_give_can_be_asked_for_before_it_is_stored(
    client: TestClient, state: str, view: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    assert ask(client, request.getfixturevalue(state), "phase_diagram", **view).status_code == 200


def test_a_figure_is_not_refused_for_what_it_does_not_look_at(client: TestClient, trained: int) -> None:
    assert ask(client, trained, "drift", colour="nothing", x="nothing", rule="nothing").status_code == 200


def test_an_unknown_figure_is_404_with_those_there_are(client: TestClient, trained: int) -> None:
    answer = ask(client, trained, "phase_diagrams")
    assert answer.status_code == 404
    assert "Did you mean 'phase_diagram'?" in answer.json()["error"]["message"]
