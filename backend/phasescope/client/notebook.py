"""Figures in notebooks and in files: the same figures as on the page, with the same words, as Plotly figures.

    from phasescope.client import Client
    from phasescope.client.notebook import figure, save

    with Client() as client:
        shown = figure(client, 1, "phase_diagram", colour="grokking_delay", boundaries=True)
    save(shown, "phases.pdf", "phases.html")

In a notebook the last value of a cell is shown. PNG, SVG and PDF need kaleido (`pip install phasescope[pictures]`) and
a Chromium that is installed already; HTML needs neither, and opens without a network.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import plotly.io

from phasescope.client.client import Client
from phasescope.core.errors import InvalidSpec, Problem

PICTURES = (".png", ".svg", ".pdf")
PAGES = (".html", ".json")
INK, GRID = "#24292f", "#e8ebef"
AXIS = {"gridcolor": GRID, "linecolor": "#c3c9d0", "tickcolor": "#c3c9d0", "zerolinecolor": "#c3c9d0"}
PAPER = {
    "layout": {
        "font": {"family": "Helvetica, Arial, sans-serif", "size": 12, "color": INK},
        "paper_bgcolor": "#ffffff", "plot_bgcolor": "#ffffff", "xaxis": AXIS, "yaxis": AXIS,
    }
}  # fmt: skip


def figure(client: Client, experiment: int, name: str, **view: Any) -> go.Figure:
    """A figure of an experiment; `view` are the fields of a view: x, y, colour, step, runs, series, rule, ….

    Raises Missing for an experiment or a figure that is not there, InvalidSpec for a view that asks for what is not.
    """
    drawn = client.drawing(experiment, name, **view)
    return go.Figure({"data": drawn["data"], "layout": {**drawn["layout"], "template": PAPER}})


def save(shown: go.Figure, *files: str | Path, width: int = 900, height: int = 600, scale: float = 2) -> None:
    """Write a figure to files, each in the form that its ending names: .png, .svg, .pdf, .html or .json.

    Width and height are in points of the page; a PNG has `scale` pixels per point. Raises InvalidSpec for other
    endings.
    """
    paths = [Path(file) for file in files]
    for path in paths:
        if path.suffix.lower() not in PICTURES + PAGES:
            allowed = ", ".join(PICTURES + PAGES)
            raise InvalidSpec([Problem("file", f"{path.name}: {path.suffix!r} is no form of a figure; use {allowed}.")])
    pictures = [path for path in paths if path.suffix.lower() in PICTURES]
    for path in paths:
        if path.suffix.lower() == ".html":
            plotly.io.write_html(shown, path, include_plotlyjs=True, full_html=True)
        elif path.suffix.lower() == ".json":
            plotly.io.write_json(shown, path)
    if pictures:  # all at once: starting the browser is what takes time
        plotly.io.write_images([shown] * len(pictures), pictures, width=width, height=height, scale=scale)
