"""Events can be corrected by hand over HTTP; the correction stands beside the finding and holds in the figures."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

DROP = {"onset": 10, "midpoint": 20, "end": 40}


def path(client: TestClient, experiment: int, series: str = "test_loss") -> tuple[int, str]:
    run = client.get(f"/api/experiments/{experiment}/runs").json()[0]["id"]
    return run, f"/api/runs/{run}/series/{series}/events"


def test_a_correction_stands_beside_the_finding_and_holds_in_the_figure(client: TestClient, trained: int) -> None:
    run, events = path(client, trained)
    before = client.get(events).json()
    assert before["correction"] is None
    figure = f"/api/experiments/{trained}/figures/plateau_anatomy"
    tag = client.get(figure, params={"runs": run, "series": "loss"}).headers["ETag"]
    answer = client.put(events, json={"drops": [DROP], "note": "by eye"})
    assert answer.status_code == 200
    after = answer.json()
    assert after["correction"] == {"plateaus": None, "drops": [DROP], "spikes": None, "note": "by eye"}
    assert {**after, "correction": None} == before
    drawn = client.get(figure, params={"runs": run, "series": "loss"})
    assert drawn.headers["ETag"] != tag
    assert drawn.json()["layout"]["meta"]["drops"] == 1
    assert "corrected by hand" in drawn.text
    assert client.delete(events).json() == before
    assert "corrected by hand" not in client.get(figure, params={"runs": run, "series": "loss"}).text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"drops": [{"onset": 30, "midpoint": 20, "end": 40}]}, "have to follow each other"),
        ({"plateaus": [{"start": 5, "end": 5}]}, "later than start"),
        ({"plateaus": [{"start": -5, "end": 5}]}, "greater than or equal to 0"),
        ({"spikes": list(range(65))}, "at most 64"),
        ({"nothing": []}, "no field"),
        ({"note": "x" * 2001}, "2000"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(
    client: TestClient, trained: int, body: dict[str, Any], said: str
) -> None:
    answer = client.put(path(client, trained)[1], json=body)
    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]


def test_no_run_or_series_is_404(client: TestClient, trained: int) -> None:
    for method in ("GET", "PUT", "DELETE"):
        body: dict[str, Any] = {"json": {}} if method == "PUT" else {}
        assert client.request(method, "/api/runs/99999/series/test_loss/events", **body).status_code == 404
    assert client.put(path(client, trained, "tset_loss")[1], json={}).status_code == 404
