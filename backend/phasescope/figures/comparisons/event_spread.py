"""The events of a large group as a distribution: how many runs stand still at each step, and when they drop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.bands import quantiles
from phasescope.analyses.events import Events
from phasescope.figures import style, words
from phasescope.figures.comparisons.compared import Compared
from phasescope.figures.style import Part

FLOOR, TALL = 0.4, 0.5  # where the profile of those that stand still begins, and how high it is when all do
STRIP = -0.28  # where the drops lie: above the profile, as the axis runs downwards
MOST_DROPS = 500  # that are drawn one by one; of more, evenly many from the earliest to the latest
EDGES = (0.25, 0.5, 0.75)
ROUNDING = 1 + 1e-6  # a plateau that lasts to the last checkpoint was read off the logarithm of its step

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """Events of the runs of one side, at its place on the axis."""

    side: Compared
    place: int
    steps: NDArray[np.int64]
    found: Events

    @property
    def dropped(self) -> NDArray[np.int64]:
        """The deepest drop of each run that has one."""
        deepest = self.found.drops.largest(len(self.side.runs))
        return deepest[deepest >= 0]


def standing_still(found: Events, steps: NDArray[np.int64], runs: int) -> Floats:
    """(C,) share of the runs that are in a plateau at each step."""
    lasting = found.plateaus
    inside = (lasting.start[:, None] <= steps) & (steps <= lasting.end[:, None] * ROUNDING)
    count = np.zeros(len(steps))
    for row in np.unique(lasting.row):
        count += inside[lasting.row == row].any(axis=0)
    return count / max(runs, 1)


def spread_parts(spread: Spread) -> list[Part]:
    """The profile, the drops as a strip, and their quartiles over it."""
    return [*_profile(spread), *_strip(spread), *_quartiles(spread)]


def _profile(spread: Spread) -> list[Part]:
    shares = standing_still(spread.found, spread.steps, len(spread.side.runs))
    if not shares.any():
        return []
    floor = spread.place + FLOOR
    many = words.many(len(spread.side.runs), "run")
    said = [f"{spread.side.letter}: {share:.0%} of {many} in a plateau" for share in shares.tolist()]
    x, top = spread.steps.astype(np.float32), (floor - TALL * shares).astype(np.float32)
    base: Part = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "x": x}
    return [
        {**base, "y": np.full(len(x), floor, dtype=np.float32)},
        {
            **base, "y": top, "fill": "tonexty", "fillcolor": style.translucent(spread.side.colour, 0.35),
            "text": said, "hovertemplate": "%{text} at step %{x:,d}<extra></extra>", "hoverinfo": "text",
        },
    ]  # fmt: skip


def _strip(spread: Spread) -> list[Part]:
    drops = spread.found.drops
    order = spread.dropped[np.argsort(drops.midpoint[spread.dropped], kind="stable")]
    if not len(order):
        return []
    some = order[np.unique(np.linspace(0, len(order) - 1, min(len(order), MOST_DROPS)).round().astype(np.int64))]
    letter, runs = spread.side.letter, spread.side.runs
    numbers = [runs[row].id for row in drops.row[some].tolist()]
    steps = drops.midpoint[some]
    return [
        {
            "type": "scatter", "mode": "markers", "x": steps.astype(np.float32),
            "y": np.full(len(some), spread.place + STRIP, dtype=np.float32), "customdata": numbers,
            "text": [f"{letter}, run {run}: drop at step {at:,.0f}" for run, at in zip(numbers, steps, strict=True)],
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {"symbol": "line-ns-open", "size": 10, "color": style.translucent(spread.side.colour, 0.55)},
        }
    ]  # fmt: skip


def _quartiles(spread: Spread) -> list[Part]:
    """A line over the middle half of the drops, and a mark at their median."""
    steps = spread.found.drops.midpoint[spread.dropped]
    if not len(steps):
        return []
    low, middle, high = (float(edge[0]) for edge in quantiles(steps[:, None], EDGES))
    many = words.many(len(spread.side.runs), "run")
    said = (
        f"{spread.side.letter}: {len(steps):,} of {many} dropped<br>median at step {middle:,.0f}, "
        f"half of them from {low:,.0f} to {high:,.0f}"
    )
    height = spread.place + STRIP
    return [
        {
            "type": "scatter", "mode": "lines+markers", "x": [low, middle, high], "y": [height] * 3,
            "text": [said] * 3, "hovertemplate": "%{text}<extra></extra>",
            "line": {"color": spread.side.colour, "width": 4},
            "marker": {
                "symbol": "diamond", "size": [0, 11, 0], "color": spread.side.colour,
                "line": {"color": "#fff", "width": 1.5},
            },
        }
    ]  # fmt: skip
