"""The drop of the one run that a figure shows: a clock that is aligned on drops stands at a share of its step."""

from __future__ import annotations

import math

from phasescope.analyses import events
from phasescope.analyses.run_numbers import EVENT_SERIES
from phasescope.core.records import Run
from phasescope.figures.material import Material


def own_drop(material: Material, run: Run | None) -> float | None:
    """The step of the deepest drop of the run's test loss; None where it has none."""
    if run is None or run.id not in material.curves.runs:
        return None
    curves = material.curves.of([run.id])
    found = events.of_series(curves, EVENT_SERIES, corrections=material.corrections, kinds=events.ONLY_DROPS)
    step = float(found.numbers(1)["drop_step"][0])
    return step if math.isfinite(step) else None
