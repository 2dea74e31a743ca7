"""The description of the API is complete, stable, and checked against the kept copy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phasescope.core.view import ARRANGEMENT, View
from phasescope.server.app import create_app
from phasescope.server.openapi import description, main
from phasescope.server.routes.parameters import Look
from phasescope.server.settings import Settings

DESCRIBED: dict[str, Any] = json.loads(description())
OPERATIONS = [
    (f"{method} {path}", operation) for path, item in DESCRIBED["paths"].items() for method, operation in item.items()
]
UNTYPED = {  # files, bytes and a stream: described by their content type
    "export_comparison_figure",
    "export_figure",
    "export_runs",
    "export_shared_comparison_figure",
    "export_shared_figure",
    "export_shared_runs",
    "export_shared_side_figure",
    "export_side_figure",
    "read_array",
    "show_picture",
    "read_shared_picture",
    "read_snapshot",
    "stream_events",
}


@pytest.mark.parametrize(("where", "operation"), OPERATIONS, ids=[where for where, _ in OPERATIONS])
def test_every_route_has_a_name_a_summary_typed_answers_and_typed_errors(where: str, operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    assert name.isidentifier()
    assert operation["summary"]
    assert operation["description"].endswith(".")
    good = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    typed = {s for s, answer in good.items() if "application/json" in answer.get("content", {})}
    assert typed == ({"200"} if name not in UNTYPED and "201" not in good else {"201"} & set(good))
    for status in typed:
        assert good[status]["content"]["application/json"]["schema"] != {}
    for status in ("400", "403", "404", "409", "413", "422", "500", "503"):
        schema = operation["responses"][status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/ErrorBody"}


def test_names_are_unique_and_are_those_of_the_functions() -> None:
    names = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(names) == len(set(names))
    assert {"create_experiment", "read_figure", "lease_shard", "put_block", "read_shared_view"} <= set(names)


def test_a_figure_is_asked_for_with_the_fields_of_a_view() -> None:
    """The address of a figure and the view of a share must not drift apart."""
    assert set(Look.model_fields) == set(View.model_fields) - {"experiment"} - ARRANGEMENT
    for name, field in Look.model_fields.items():
        assert field.default == View.model_fields[name].default, name


def test_the_description_does_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASESCOPE_HOME", "/elsewhere")
    monkeypatch.setenv("PHASESCOPE_HOST", "0.0.0.0")
    assert json.loads(description()) == DESCRIBED


def test_the_exporter_writes_and_notices_what_is_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "openapi.json"
    assert main(["--check", str(file)]) == 1
    assert "make generate" in capsys.readouterr().err
    assert main(["--output", str(file)]) == 0
    assert main(["--check", str(file)]) == 0
    assert main([]) == 0
    assert capsys.readouterr().out == file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace("Cancel", "Stop"), encoding="utf-8")
    assert main(["--check", str(file)]) == 1


def test_the_page_s_copy_is_up_to_date() -> None:
    assert main(["--check", str(Path(__file__).parents[2] / "frontend" / "openapi.json")]) == 0


def test_no_interactive_documentation_loads_scripts_from_elsewhere() -> None:
    app = create_app(Settings(host="127.0.0.1"))
    assert app.docs_url is None
    assert app.redoc_url is None
