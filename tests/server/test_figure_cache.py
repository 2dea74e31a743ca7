"""Figures are drawn once, kept within bounds, and not lost when drawing fails."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from phasescope.server import drawing, warming
from phasescope.server.figure_cache import FigureCache


def test_a_figure_is_drawn_once() -> None:
    cache, drawn = FigureCache(), iter([b"figure"])  # a second drawing would find nothing left
    for _ in range(3):
        assert cache.get("a", lambda: next(drawn)) == b"figure"
    assert list(drawn) == []


def test_the_least_recently_used_goes_first() -> None:
    cache = FigureCache(largest_bytes=20)
    cache.get("a", lambda: b"a" * 10)
    cache.get("b", lambda: b"b" * 10)
    cache.get("a", pytest.fail)
    cache.get("c", lambda: b"c" * 10)
    cache.get("a", pytest.fail)
    assert cache.get("b", lambda: b"again") == b"again"


def test_what_is_larger_than_all_room_is_answered_and_not_kept() -> None:
    cache = FigureCache(largest_bytes=5)
    assert cache.get("a", lambda: b"a" * 10) == b"a" * 10
    assert cache.get("a", lambda: b"new") == b"new"


def test_a_drawing_that_fails_is_tried_again() -> None:
    cache = FigureCache()
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: bytes([1 // 0]))
    assert cache.get("a", lambda: b"fine") == b"fine"


def test_many_who_ask_at_once_wait_for_one_drawing() -> None:
    cache, drawn, together = FigureCache(), [], threading.Barrier(8)

    def draw() -> bytes:
        drawn.append(1)
        time.sleep(0.1)
        return b"figure"

    def ask(_: int) -> bytes:
        together.wait()
        return cache.get("a", draw)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {b"figure"}
    assert len(drawn) == 1


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
