"""One design language for all figures: colours, axes, notes and the clock's line, for light and dark pages alike.

A figure carries no template and sets no font, text colour or background: the page's theme decides them. What a figure
does set has to be seen on white and on near-black, so lines and marks are of middle lightness.

Phases keep the colours of Liu et al. 2022 (green, yellow, purple, near-black), moved until they can be told apart
 - with each kind of colour-blindness (least CIELAB distance of any pair: 27 with protanopia, 20 with deuteranopia and
   25 with tritanopia in the model of Machado et al. 2009),
 - printed in grey (lightness 30, 44, 60, 77, 89 of 100), and
 - from both backgrounds. `tests/figures/test_style.py` computes all three.
Continuous values use viridis: even steps to the eye, also in grey and to the colour-blind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses.phases import PHASES

PHASE_COLOURS: dict[str, str] = dict(
    zip(PHASES, ("#22a565", "#f2e14c", "#c02a72", "#453a8c", "#b8c0c5"), strict=True),
)
PHASE_LINES: dict[str, str] = dict(  # the same hues where thin lines have to be seen on white and on near-black
    zip(PHASES, ("#1f9a5e", "#b08c00", "#cf4487", "#7f74d6", "#868e96"), strict=True),
)
OWN_PHASES = (  # of rules with names of their own; chosen one after the other, each as far from those before as it goes
    "#2060c0", "#e08000", "#604020", "#60e080", "#a04080", "#6000e0", "#a08060", "#e080e0", "#e0e000", "#c04000",
    "#a0e060", "#e000e0",
)  # fmt: skip
NEUTRAL = "#868e96"  # not started, notes, the clock: 3.3 to 1 against white, 5.2 to 1 against near-black
SEQUENTIAL = (
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
)  # fmt: skip
GOLDEN = 0.6180339887498949
RUN_COLOURS = 12  # that can be told apart; more are drawn as bundles

Part = dict[str, Any]
"""A piece of a figure as Plotly's JSON."""

WITH_REMARK: Part = {"l": 56, "r": 16, "t": 36, "b": 84}
"""Margins of a figure that may carry a remark below its axis."""

LEGEND: Part = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"}


TO_ROOTS = np.array(
    [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.291485548]]
)  # fmt: skip
FROM_ROOTS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.707614701],
    ]
)


def phase_colours(names: Sequence[str], *, lines: bool = False) -> list[str]:
    """A colour for each phase of a rule: a name that the paper has keeps its colour, others have one by their place."""
    known = PHASE_LINES if lines else PHASE_COLOURS
    return [known.get(name, OWN_PHASES[place % len(OWN_PHASES)]) for place, name in enumerate(names)]


def run_colours(runs: Sequence[int]) -> list[str]:
    """A colour for each run, made from its number, so that it keeps it from figure to figure and visit to visit.

    Where two runs would look alike, the later one takes the next that does not: selecting one run more never changes
    the colours of those selected before. Beyond RUN_COLOURS runs, colours repeat.
    """
    taken: list[int] = []
    for run in runs:
        here = taken[len(taken) // RUN_COLOURS * RUN_COLOURS :]
        wished = int(RUN_COLOURS * ((run * GOLDEN) % 1))
        order = [(wished + 5 * turn) % RUN_COLOURS for turn in range(RUN_COLOURS)]
        free = [place for place in order if place not in here]
        beside = {(other + side) % RUN_COLOURS for other in here for side in (-1, 1)}
        apart = [place for place in free if place not in beside]
        taken.append((apart or free)[0])
    return [oklch(0.66 if place % 2 else 0.54, 0.14, 360 * place / RUN_COLOURS + 20) for place in taken]


def layer_colours(count: int) -> list[str]:
    """Colours from the first to the last layer: blue to orange at even lightness, so that depth can be read."""
    return [oklch(0.6, 0.14, (255 - 200 * place / max(count - 1, 1)) % 360) for place in range(count)]


def oklch(lightness: float, chroma: float, hue: float) -> str:
    """A colour by perceived lightness (0 to 1), colourfulness and hue (degrees): Ottosson 2020, clipped to sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    linear = FROM_ROOTS @ (TO_ROOTS @ np.array([lightness, a, b])) ** 3
    shown = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in np.clip(shown, 0, 1).tolist())


def translucent(colour: str, opacity: float) -> str:
    """`#rrggbb` with an opacity."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def figure(data: Sequence[Part], layout: Mapping[str, Any], frames: Sequence[Part] = ()) -> go.Figure:
    """The figure from plain dictionaries, without a template; `frames` are what it shows at other steps (`filmed`)."""
    given = {"template": "none", "margin": {"l": 56, "r": 16, "t": 36, "b": 48}, "legend": LEGEND, **layout}
    drawn = go.Figure({"data": list(data), "layout": given, "frames": list(frames)})
    drawn.layout.template = None  # Plotly puts its own where none was ever given, so: give one, then take it away
    return drawn


def step_axis(scale: str, last: int) -> Part:
    """The horizontal axis of everything over training, as wide as the whole training so that it never jumps.

    On a log scale step 0 has no place and is not drawn.
    """
    shared: Part = {"title": {"text": "training step"}, "automargin": True, "zeroline": False}
    if scale == "log":
        end = math.log10(max(last, 10))
        return {**shared, "type": "log", "range": [0, 1.01 * end], "dtick": 1, "exponentformat": "power"}
    return {**shared, "type": "linear", "range": [-0.01 * last, 1.01 * last]}


def clock(step: int | None, *, axis: str = "x", reference: str = "paper") -> Part:
    """The line of the clock, a shape called `clock`; the page moves it without asking for a new figure."""
    return {
        "type": "line", "name": "clock", "xref": axis, "yref": reference, "x0": step or 0, "x1": step or 0,
        "y0": 0, "y1": 1, "visible": step is not None, "layer": "above",
        "line": {"color": NEUTRAL, "width": 1.5, "dash": "dot"},
    }  # fmt: skip


def level_line(value: float, label: str) -> Part:
    """A faint horizontal line at a threshold."""
    return {
        "type": "line", "name": label, "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": value, "y1": value,
        "line": {"color": translucent(NEUTRAL, 0.6), "width": 1, "dash": "dot"}, "layer": "below",
    }  # fmt: skip


def note(text: str) -> Part:
    """A sentence in the middle of empty axes: what to do, or why there is nothing to see."""
    return {
        "text": text, "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5, "xanchor": "center",
        "yanchor": "middle", "align": "center", "name": "note",
    }  # fmt: skip


def remark(text: str) -> Part:
    """A sentence in the lower right corner, below the axis: what a figure that has something to see leaves out."""
    return {
        "text": text, "showarrow": False, "xref": "paper", "yref": "paper", "x": 1, "y": 0, "xanchor": "right",
        "yanchor": "top", "yshift": -60, "align": "right", "name": "remark",
    }  # fmt: skip


def legend(title: str) -> Part:
    """The legend above a figure, under a title that says once what its entries have in common."""
    return {**LEGEND, "title": {"text": title, "side": "top"}} if title else LEGEND


def legend_entry(name: str, **marks: Any) -> Part:
    """An entry of the legend that stands for something drawn by another trace."""
    return {"type": "scatter", "x": [None], "y": [None], "name": name, "hoverinfo": "skip", "showlegend": True, **marks}
