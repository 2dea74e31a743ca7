"""What the server asks of figures: which runs, and which series."""

from __future__ import annotations

import numpy as np

from phasescope.core.view import View
from phasescope.figures.made_up import made_up
from phasescope.figures.material import expanded, selected


def test_layers_are_found_among_what_is_stored() -> None:
    stored = ("train_loss", "drift_to_initial.a", "drift_to_initial.b", "drift_to_previous.a")
    assert expanded(("drift_to_initial.*", "train_loss", "test_loss"), stored) == (
        "drift_to_initial.a",
        "drift_to_initial.b",
        "train_loss",
    )


def test_selected_runs_once_each_in_their_order() -> None:
    assert selected(View(experiment=1, runs=(5, 3), run=3)) == (5, 3)
    assert selected(View(experiment=1, runs=(5,), run=9)) == (5, 9)
    assert selected(View(experiment=1)) == ()


def test_a_series_never_stored_is_undefined_throughout() -> None:
    material = made_up(columns=2, rows=2)
    assert np.isnan(material.series("nothing")).all()
    assert material.series("nothing").shape == material.series("test_loss").shape
