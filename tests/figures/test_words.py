"""Names and numbers as people read them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from phasescope.figures import words


@pytest.mark.parametrize(
    ("path", "among", "expected"),
    [
        ("optimizer.learning_rate", (), "learning rate"),
        ("batch_size", (), "batch size"),
        ("model.width", ("model.width", "task.width"), "model width"),
        ("model.width", ("model.width", "model.embedding_width"), "width"),
        ("seed", ("optimizer.learning_rate",), "seed"),
    ],
)
def test_paths(path: str, among: tuple[str, ...], expected: str) -> None:
    assert words.words(path, among) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.30000001192, "0.3"),
        (1e-5, "1e-05"),
        (0, "0"),
        (5000.0, "5,000"),
        (2220.5, "2,220"),
        (12, "12"),
        (True, "yes"),
        (None, "none"),
        ("tanh", "tanh"),
        (math.inf, "never"),
        (math.nan, "none"),
    ],
)
def test_numbers(value: Any, expected: str) -> None:
    assert words.number(value) == expected


def test_units_serve_all_layers() -> None:
    known = {"drift.*": "1 − CKA", "loss": "nats"}
    assert words.with_unit("drift", "drift.output", known) == "drift (1 − CKA)"
    assert words.with_unit("loss", "loss", known) == "loss (nats)"
    assert words.with_unit("norm", "weight_norm", known) == "norm"


def test_series() -> None:
    assert words.series_words("layer_rotation.hidden_1") == "layer rotation, hidden_1"
    assert (words.many(1, "run"), words.many(1200, "run")) == ("1 run", "1,200 runs")
