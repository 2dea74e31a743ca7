"""Figures that are filmed: drawn once, with a frame for each kept step, so that moving the clock asks for nothing.

A frame is one of Plotly's own: its name is the step, and it holds what differs from the figure as it is drawn, which is
that of the last step. The page, and the page of its own that is saved, put the frame of their clock into the figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from phasescope.figures.style import Part

MOST_NUMBERS = 120_000  # of all frames together, in single precision: 640 kB as they travel


def frame(step: int, trace: Part, annotations: Sequence[Part]) -> Part:
    """What the first trace and the words above it are at a step."""
    return {"name": str(step), "traces": [0], "data": [trace], "layout": {"annotations": list(annotations)}}


def spread(count: int, numbers: int, most: int = MOST_NUMBERS) -> list[int]:
    """Which of so many pictures of so many numbers each are kept: all, or as many evenly spaced ones as are sent."""
    kept = min(count, most, max(2, MOST_NUMBERS // max(numbers, 1)))
    places: list[int] = np.unique(np.linspace(0, max(count - 1, 0), kept).round().astype(np.int64)).tolist()
    return places


def at_step(drawn: Mapping[str, Any], step: int | None) -> dict[str, Any]:
    """A drawn figure as it is at a step: with the frame of the newest that is no later, or else the first."""
    frames = drawn.get("frames") or ()
    if step is None or not frames:
        return dict(drawn)
    before = [each for each in frames if int(each["name"]) <= step]
    shown = before[-1] if before else frames[0]
    data = [dict(trace) for trace in drawn["data"]]
    for place, part in zip(shown["traces"], shown["data"], strict=True):
        data[place] |= {name: value for name, value in part.items() if name != "type"}
    return {**drawn, "data": data, "layout": {**drawn["layout"], **shown.get("layout", {})}}
