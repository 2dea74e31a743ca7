"""Several runs as one line with a band around it: in the explorer, in comparisons, and layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.bands import band, thin
from phasescope.core.curves import Floats
from phasescope.figures import lines, style, words
from phasescope.figures.style import Part


@dataclass(frozen=True)
class Look:
    """What a line is called and how it is drawn; `said` is the beginning of what is told under the pointer."""

    name: str
    group: str  # of the legend: what is shown and hidden together
    colour: str
    said: str
    dash: str = "solid"
    listed: bool = True  # in the legend
    axes: tuple[str, str] | None = None
    shade: float = 0.2  # opacity of the band


def band_lines(values: Floats, steps: NDArray[np.int64], look: Look, budget: int, runs: tuple[int, ...]) -> list[Part]:
    """The median over the rows of (R, C) values, and below it a band where there are several; nothing without values.

    `budget` is how many points each of the three lines may have.
    """
    if not np.isfinite(values).any():
        return []
    found = band(values)
    together = np.stack([found.low, found.median, found.high])
    kept = lines.inside(together)
    columns = np.arange(kept.start, kept.stop)[thin(together[:, kept], budget)]
    x = steps[columns].astype(np.float32)
    low, middle, high = (row.astype(np.float32) for row in together[:, columns])
    shared: Part = {"type": "scatter", "mode": "lines", "legendgroup": look.group}
    if look.axes is not None:
        shared |= {"xaxis": look.axes[0], "yaxis": look.axes[1]}
    about = f"median of {words.many(len(runs), 'run')}" if len(runs) > 1 else f"run {runs[0]}"
    line: Part = {
        **shared, "name": look.name, "x": x, "y": middle, "showlegend": look.listed,
        "line": {"color": look.colour, "width": 2, "dash": look.dash}, "meta": {"runs": list(runs)},
        "hovertemplate": f"{look.said} %{{y:.4g}} at step %{{x:,d}}<br>{about}<extra></extra>",
    }  # fmt: skip
    if len(runs) < 2:
        return [line]
    defined = np.isfinite(low) & np.isfinite(high)
    area: Part = {
        **shared, "name": f"{look.name}, {found.edges}", "showlegend": False, "hoverinfo": "skip", "fill": "toself",
        "x": np.concatenate([x[defined], x[defined][::-1]]), "y": np.concatenate([low[defined], high[defined][::-1]]),
        "fillcolor": style.translucent(look.colour, look.shade), "line": {"width": 0},
    }  # fmt: skip
    return [area, line]
