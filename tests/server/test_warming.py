"""What a first page would wait for is done when the server starts."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from phasescope.server import drawing, warming


def test_the_first_look_at_a_large_experiment_is_drawn_before_anybody_asks(
    app: FastAPI, client: TestClient, trained: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = app.state.context
    assert warming.largest(context) == []  # four runs are drawn as quickly as a page is loaded
    monkeypatch.setattr(warming, "LARGE", 4)
    assert warming.largest(context) == [trained]
    warm = warming.Warming(context)
    warm.start()
    warm.finish()
    with monkeypatch.context() as patch:
        for name in ("render", "render_film"):
            patch.setattr(drawing, name, lambda *_: pytest.fail("it is drawn again"))
        for path in ("figures/phase_diagram?colour=phase&over_seeds=median&boundaries=false", "film?colour=phase"):
            assert client.get(f"/api/experiments/{trained}/{path}").status_code == 200
