"""How values of cells become colours: phases are discrete, numbers run along viridis, over decades in the logarithm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phasescope.figures import style
from phasescope.figures.style import SEQUENTIAL, Part

DECADES = 2  # positive values that span so many are coloured by their logarithm


@dataclass(frozen=True)
class ColourScale:
    """Colours of a heat map: what goes into each of its traces, what goes into the layout, and whether it is log."""

    trace: Part
    layout: Part
    log: bool = False
    least: float = 0.0  # on a log scale: what is below it, zero too, has its colour

    def place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values as they are coloured."""
        if not self.log:
            return values
        with np.errstate(invalid="ignore"):
            held = np.maximum(values, self.least)
        return np.log10(held, where=np.isfinite(held), out=np.full(values.shape, np.nan))


def phase_scale(names: Sequence[str]) -> ColourScale:
    """One flat colour per phase."""
    share = 1 / len(names)
    colours = style.phase_colours(names)
    steps = [[end * share, colour] for place, colour in enumerate(colours) for end in (place, place + 1)]
    return ColourScale({"colorscale": steps, "zmin": -0.5, "zmax": len(names) - 0.5, "showscale": False}, {})


def colour_scale(title: str, values: NDArray[np.float64]) -> ColourScale:
    """Viridis between the least and the greatest value, with a bar under a title."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    log, least = low > 0 and np.log10(high / low) >= DECADES, low
    bar: Part = {"title": {"text": title, "side": "right"}, "thickness": 12, "outlinewidth": 0}
    if log:
        low, high = np.log10(low), np.log10(high)
        exponents = np.arange(np.ceil(low), np.floor(high) + 1)[:: max(1, int((high - low) // 6))]
        bar.update({"tickvals": exponents.tolist(), "ticktext": [f"10<sup>{power:g}</sup>" for power in exponents]})
    if high <= low:
        low, high = low - 0.5, high + 0.5
    colours = [[place / (len(SEQUENTIAL) - 1), colour] for place, colour in enumerate(SEQUENTIAL)]
    axis = {"colorscale": colours, "cmin": float(low), "cmax": float(high), "colorbar": bar}
    return ColourScale({"coloraxis": "coloraxis"}, {"coloraxis": axis}, bool(log), least)
