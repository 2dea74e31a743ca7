"""What is shown can be taken away: CSV and numpy arrays with every stored value, and pages that need nothing else."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest
from fastapi.testclient import TestClient

from phasescope.server.exporting import as_cell, standalone

from .test_shares import share
from .toy_worker import family


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_values_behind_a_figure_are_all_there(client: TestClient, trained: int) -> None:
    run = client.get(f"/api/experiments/{trained}/runs").json()[1]
    answer = client.get(f"/api/experiments/{trained}/figures/curves/csv", params={"runs": run["id"], "series": "loss"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="curves-{trained}.csv"'
    rows = table(answer.text)
    assert {row["run"] for row in rows} == {str(run["id"])}
    for name in ("train_loss", "test_loss"):
        series = client.get(f"/api/runs/{run['id']}/series/{name}").json()
        assert [int(row["step"]) for row in rows] == series["steps"]
        assert [float(row[name]) for row in rows] == pytest.approx(series["values"])
    assert float(rows[0]["optimizer.learning_rate"]) == run["point"]["optimizer.learning_rate"]


def test_arrays_hold_the_same_values_and_no_pickles(client: TestClient, trained: int) -> None:
    answer = client.get(f"/api/experiments/{trained}/figures/phase_diagram/npz")
    arrays = np.load(io.BytesIO(answer.content), allow_pickle=False)
    runs = [run["id"] for run in client.get(f"/api/experiments/{trained}/runs").json()]
    assert arrays["runs"].tolist() == runs
    accuracy = client.get(f"/api/runs/{runs[2]}/series/test_accuracy").json()
    assert arrays["values.test_accuracy"][2].tolist() == pytest.approx(accuracy["values"])
    assert arrays["steps"].tolist() == accuracy["steps"]


def test_a_comparison_names_the_side_of_each_value(client: TestClient, trained: int) -> None:
    runs = [run["id"] for run in client.get(f"/api/experiments/{trained}/runs").json()]
    asked = {"with": [f"{trained}:{runs[0]}", f"{trained}:{runs[1]},{runs[2]}"]}
    rows = table(client.get("/api/comparisons/figures/curves_together/csv", params=asked).text)
    assert {(row["side"], int(row["run"])) for row in rows} == {("A", runs[0]), ("B", runs[1]), ("B", runs[2])}
    arrays = np.load(
        io.BytesIO(client.get("/api/comparisons/figures/curves_together/npz", params=asked).content), allow_pickle=False
    )
    assert arrays["B.runs"].tolist() == runs[1:3]


def test_the_table_of_runs_has_a_row_for_each(client: TestClient, trained: int) -> None:
    runs = client.get(f"/api/experiments/{trained}/runs").json()
    rows = table(client.get(f"/api/experiments/{trained}/runs/csv").text)
    assert [int(row["run"]) for row in rows] == [run["id"] for run in runs]
    assert [float(row["test_loss"]) for row in rows] == pytest.approx([run["summary"]["test_loss"] for run in runs])


def test_what_a_spreadsheet_would_calculate_is_made_a_text(client: TestClient) -> None:
    changed = family(axes=[{"path": "model.activation", "values": ["tanh", "relu"]}])
    number = client.post("/api/experiments", json=changed).json()["id"]
    assert {row["model.activation"] for row in table(client.get(f"/api/experiments/{number}/runs/csv").text)} == {
        "tanh", "relu",
    }  # fmt: skip
    from_a_plug_in = {"a": "=1+1", "b": "@x", "c": -1.5, "d": None, "e": [1], "f": "plain"}
    assert [as_cell(value) for value in from_a_plug_in.values()] == ["'=1+1", "'@x", -1.5, None, "[1]", "plain"]


def test_a_page_of_its_own_holds_figure_and_program(client: TestClient, trained: int) -> None:
    answer = client.get(f"/api/experiments/{trained}/figures/phase_diagram/html")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"].startswith("text/html")
    text = answer.text
    assert "Plotly.newPlot" in text
    assert not re.search(r'(src|href)="http', text.rpartition("</script>\n<script>")[2])
    held = re.search(r'<script type="application/json" id="drawn">(.*?)</script>', text, re.S)
    assert held is not None
    drawn = json.loads(held[1])
    own = client.get(f"/api/experiments/{trained}/figures/phase_diagram").json()
    assert drawn["layout"]["meta"] == own["layout"]["meta"]


def test_nothing_in_a_figure_ends_the_script_it_is_held_in() -> None:
    hostile = json.dumps({"data": [], "layout": {"meta": "</script><script>alert(1)</script>\u2028&<!--"}})
    text = standalone("<b>title</b>", hostile).decode()
    assert "alert(1)</script>" not in text
    assert "<b>title" not in text
    held = re.search(r'id="drawn">(.*?)</script>', text, re.S)
    assert held is not None
    assert json.loads(held[1]) == json.loads(hostile)


def test_a_share_hands_out_what_it_shows_and_no_more(client: TestClient, trained: int) -> None:
    run = client.get(f"/api/experiments/{trained}/runs").json()[1]["id"]
    token = share(client, trained, runs=[run])["token"]
    rows = table(client.get(f"/api/shared/{token}/figures/curves/csv", params={"runs": run + 1}).text)
    assert {row["run"] for row in rows} == {str(run)}


@pytest.mark.parametrize("form", ["exe", "csv%2f..", "pickle"])
def test_there_are_no_other_forms(client: TestClient, experiment: int, form: str) -> None:
    assert client.get(f"/api/experiments/{experiment}/figures/curves/{form}").status_code in (404, 422)


def test_what_has_no_values_yet_is_an_empty_table(client: TestClient, experiment: int) -> None:
    text = client.get(f"/api/experiments/{experiment}/figures/phase_diagram/csv").text
    assert len(text.splitlines()) == 1
    assert client.get(f"/api/experiments/{experiment}/figures/phase_diagram/npz").status_code == 200
