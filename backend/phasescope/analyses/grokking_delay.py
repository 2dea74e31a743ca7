"""Grokking delay: the steps from fitting to generalising, t_test - t_train."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses import phases
from phasescope.analyses.analysis import Analysis
from phasescope.core.curves import Curves
from phasescope.core.phase_rule import TEST, TRAIN, PhaseRule

GROKKING_DELAY = Analysis(
    name="grokking_delay",
    title="Grokking delay",
    description="Steps from the checkpoint at which a run has fitted to the one at which it has generalised.",
    source="Liu et al. 2022, arXiv:2205.10343, appendix A",
    series=(TRAIN, TEST),
)


def delay(curves: Curves, rule: PhaseRule, step: int | None = None) -> NDArray[np.float64]:
    """(R,) as known at `step` (None: at the newest).

    Negative when the test threshold was reached first, infinity while it is not reached, NaN before fitting.
    """
    train, test = phases.times(curves, rule, step)
    fitted = np.isfinite(train)
    return np.where(fitted, test - np.where(fitted, train, 0.0), np.nan)
