"""The vertical axis of whatever is drawn over steps or over an axis of the experiment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from phasescope.figures import words
from phasescope.figures.style import Part


def value_axis(series: str, values: NDArray[np.floating], units: Mapping[str, str], title: str = "") -> Part:
    """Accuracies from 0 to 1; losses over more than a decade, and whatever spans two, in the logarithm."""
    text = title or words.with_unit(words.series_words(series), series, units)
    shared: Part = {"title": {"text": text}, "automargin": True, "zeroline": False}
    if series.isidentifier() and "accuracy" in series:
        return {**shared, "type": "linear", "range": [-0.03, 1.03]}
    finite = values[np.isfinite(values)]
    if not len(finite):
        return {**shared, "type": "linear", "range": [0, 1]}
    low, high = float(finite.min()), float(finite.max())
    decades = np.log10(high / low) if low > 0 else 0.0
    if decades > (1 if "loss" in series else 2):
        return {**shared, "type": "log", "exponentformat": "power", "dtick": 1 if decades >= 1.3 else "D2"}
    return {**shared, "type": "linear"}
