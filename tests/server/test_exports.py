"""What is shown can be taken away: CSV and numpy arrays with every stored value, and pages that need nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from phasescope.server.exporting import standalone
from phasescope.server.parquet import Kind, kind_of, written
from phasescope.server.value_tables import as_cell

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


def test_parquet_has_the_rows_of_csv_in_types(client: TestClient, trained: int) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    runs = [run["id"] for run in client.get(f"/api/experiments/{trained}/runs").json()]
    pair = {"with": [f"{trained}:{runs[0]}", str(trained)]}
    for address, asked in (
        (f"/api/experiments/{trained}/runs", {"filter": "learning_rate < 0.005"}),
        (f"/api/experiments/{trained}/figures/phase_diagram", {}),
        ("/api/comparisons/figures/curves_together", pair),
    ):
        answer = client.get(f"{address}/parquet", params=asked)
        found = parquet.read_table(io.BytesIO(answer.content))
        rows = table(client.get(f"{address}/csv", params=asked).text)
        assert answer.headers["Content-Type"] == "application/vnd.apache.parquet"
        assert found.column_names == list(rows[0])
        types = {field.name: str(field.type) for field in found.schema}
        assert types["run"] == types["step"] == "int64"
        assert types["optimizer.weight_decay"] == types["train_loss" if "train_loss" in types else "train_accuracy"]
        assert types["optimizer.weight_decay"] == "double"
        for mine, theirs in zip(found.to_pylist(), rows, strict=True):
            for name, text in theirs.items():
                known = type(mine[name])(text) if text else None
                assert mine[name] == known, (address, name)


def test_parquet_holds_what_is_missing_infinite_and_not_ascii() -> None:
    reader = pytest.importorskip("pyarrow.parquet")
    kinds: dict[str, Kind] = {"run": "integer", "größe": "number", "name": "text"}
    kinds |= {f"series {place}": "number" for place in range(20)}  # more columns than a short list has
    some: list[list[Any]] = [
        [-1, None, 2**60],
        [0.5, None, float("inf")],
        ["α", "", None],
        *[[None] * 3 for _ in range(20)],
    ]
    many: list[list[Any]] = [
        [*range(1000)],
        [0.1 * n for n in range(1000)],
        ["x"] * 1000,
        *[[1.0] * 1000 for _ in range(20)],
    ]
    found = reader.read_table(io.BytesIO(b"".join(written(kinds, [some, many]))))
    for place, name in enumerate(kinds):
        assert found.column(name).to_pylist() == some[place] + many[place]
    assert reader.read_table(io.BytesIO(b"".join(written(kinds, [])))).num_rows == 0


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "integer"), ([1, 2.5, None], "number"), (["a", 1], "text"), ([True], "text"), ([None], "text"),
        ([], "text"), ([[1]], "text"),
    ],
    ids=str,
)  # fmt: skip
def test_a_column_has_the_type_of_all_its_values(values: list[Any], kind: Kind) -> None:
    assert kind_of(values) == kind


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
    assert len(table(client.get(f"/api/shared/{token}/runs/csv").text)) == 4
    only = share(client, trained, runs=[run], filter="learning_rate < 0.005")["token"]
    assert len(table(client.get(f"/api/shared/{only}/runs/csv", params={"filter": ""}).text)) == 2


@pytest.mark.parametrize("form", ["exe", "csv%2f..", "pickle"])
def test_there_are_no_other_forms(client: TestClient, experiment: int, form: str) -> None:
    assert client.get(f"/api/experiments/{experiment}/figures/curves/{form}").status_code in (404, 422)


def test_what_has_no_values_yet_is_an_empty_table(client: TestClient, experiment: int) -> None:
    text = client.get(f"/api/experiments/{experiment}/figures/phase_diagram/csv").text
    assert len(text.splitlines()) == 1
    assert client.get(f"/api/experiments/{experiment}/figures/phase_diagram/npz").status_code == 200
