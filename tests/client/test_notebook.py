"""The page's figures in a notebook and as files, from a real server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from phasescope.client import Client
from phasescope.client.notebook import figure, save
from phasescope.core.corrections import Correction, DropMark
from phasescope.core.errors import InvalidSpec, Missing

SPEC = {
    "name": "from a notebook",
    "task": {"name": "toy_addition", "symbols": 5, "train_examples": 10},
    "model": {"name": "embedding_decoder", "width": 4},
    "optimizer": {"name": "adamw"},
    "steps": 20,
    "axes": [{"path": "optimizer.learning_rate", "values": [0.001, 0.01]}],
}


def test_the_same_figures_as_on_the_page(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    with Client(served.address) as client:
        made = client.create_experiment(SPEC)
        served.worker()
        served.wait(made.id, lambda answer: answer["state"] == "finished")
        run = client.runs(made.id)[0].id
        drawn = figure(client, made.id, "curves", runs=[run], series="loss", step_scale="linear")
        page = client.drawing(made.id, "curves", runs=[run], series="loss", step_scale="linear")
        assert [trace.name for trace in drawn.data] == [trace["name"] for trace in page["data"]]
        assert drawn.layout.xaxis.type == "linear"
        assert drawn.layout.template.layout.paper_bgcolor == "#ffffff"
        with pytest.raises(InvalidSpec, match="there is no series 'nothing'"):
            figure(client, made.id, "phase_diagram", colour="nothing")
        with pytest.raises(Missing, match="phase_diagram"):
            figure(client, made.id, "phase_diagramm")
        by_hand = Correction(drops=(DropMark(onset=1, midpoint=2, end=3),))
        assert client.correct_events(run, "test_loss", by_hand).correction == by_hand
        assert client.events(run, "test_loss").correction == by_hand
        assert client.correct_events(run, "test_loss", None).correction is None


def test_files_of_every_form(tmp_path: Path) -> None:
    shown = go.Figure(go.Scatter(x=[1, 2, 3], y=[1, 4, 9], name="squares"))
    files = {form: tmp_path / f"figure.{form}" for form in ("png", "svg", "pdf", "html", "json")}
    save(shown, *files.values(), width=300, height=200, scale=1)
    begin = {form: file.read_bytes()[:2000] for form, file in files.items()}
    assert begin["png"].startswith(b"\x89PNG")
    assert int.from_bytes(begin["png"][16:20], "big") == 300
    assert begin["svg"].startswith(b"<svg")
    assert begin["pdf"].startswith(b"%PDF")
    assert b"<html" in begin["html"]
    assert files["html"].stat().st_size > 1_000_000  # it brings all that draws it
    assert "squares" in files["json"].read_text()


def test_an_unknown_form_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidSpec, match=r"use \.png"):
        save(go.Figure(), tmp_path / "a.html", tmp_path / "a.bmp")
    assert list(tmp_path.iterdir()) == []
