"""Figures of one run tell the step of its drop, so that a clock aligned on drops knows where it stands in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from phasescope.core.curves import Curves
from phasescope.figures import FIGURES
from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]
DROP = 700  # the step at which run 5 drops; no other does


def one_drop() -> Curves:
    whole = made_up(columns=3, rows=3, checkpoints=60).curves
    loss = np.ones((len(whole.runs), len(whole.steps)), dtype=np.float32)
    loss[whole.runs.index(5), whole.steps > DROP] = 1e-3
    return replace(whole, values={**whole.values, "test_loss": loss})


@pytest.mark.parametrize("name", ["drift", "representation_film"])
def test_the_drop_of_the_shown_run_is_told(name: str, drawn: Drawn) -> None:
    def told(**view: Any) -> float | None:
        material = replace(made_up(columns=3, rows=3, checkpoints=60, **view), curves=one_drop())
        step: float | None = drawn(name, material)["layout"]["meta"]["drop_step"]
        return step

    assert "test_loss" in FIGURES[name].needs(made_up().experiment, made_up().view)
    assert told(runs=(5,)) == pytest.approx(DROP, rel=0.25)
    assert told(runs=(4,)) is None
    assert told() is None
