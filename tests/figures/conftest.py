"""What the figure tests share: figures as the page gets them, with typed arrays unpacked."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.io
import pytest

from phasescope.figures import FIGURES
from phasescope.figures.examples import as_served
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]


def unpacked(part: Any) -> Any:
    """Plotly's base64 typed arrays as lists."""
    if isinstance(part, dict) and "bdata" in part:
        values = np.frombuffer(base64.b64decode(part["bdata"]), dtype=part["dtype"])
        shape = [int(size) for size in part["shape"].split(",")] if "shape" in part else [-1]
        return values.reshape(shape).tolist()
    if isinstance(part, dict):
        return {name: unpacked(value) for name, value in part.items()}
    return [unpacked(value) for value in part] if isinstance(part, list) else part


@pytest.fixture
def text_of() -> Callable[[str, Material], str]:
    """The JSON of a figure, drawn from what the server would give it."""

    def text(name: str, material: Material) -> str:
        figure = FIGURES[name]
        given = material if figure.scope == "all" else as_served(material)
        return str(plotly.io.to_json(figure.draw(given), engine="orjson", validate=False))

    return text


@pytest.fixture
def drawn(text_of: Callable[[str, Material], str]) -> Drawn:
    """A figure as a dictionary, typed arrays unpacked."""
    return lambda name, material: unpacked(json.loads(text_of(name, material)))
