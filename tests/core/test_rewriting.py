"""A draft says only what is not so anyway, and is admitted as the experiment it came from."""

from __future__ import annotations

from typing import Any

import pytest

from phasescope.core import rewriting
from phasescope.core.axes import Axis
from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.recipes import RECIPES

CATALOGUE = kept_catalogue()
WRITTEN: dict[str, Any] = {
    "name": "a family",
    "task": {"name": "toy_addition", "symbols": 6, "train_examples": 16},
    "model": {"name": "embedding_decoder"},
    "optimizer": {"name": "adamw", "weight_decay": 0.5},
    "interventions": [{"name": "perturb_weights", "at": 10, "norm": 0.5}],
    "steps": 60,
    "checkpoints": {"log_spaced": 10},
    "axes": [{"path": "optimizer.learning_rate", "log": [1e-4, 1e-2, 5]}],
    "stop": {"measure": "test_accuracy", "at_least": 0.99},
}
SIZES = {f"{name} {size.name}": size.experiment for name, recipe in RECIPES.items() for size in recipe.sizes}
SPECS = {"written": WRITTEN, **SIZES}


@pytest.mark.parametrize("which", SPECS)
def test_a_draft_of_an_experiment_is_that_experiment_and_says_no_more_than_its_author(which: str) -> None:
    admitted = admit(SPECS[which], CATALOGUE)
    draft = rewriting.of_experiment(admitted, CATALOGUE)
    assert admit(draft, CATALOGUE) == admitted
    assert set(draft) <= {*SPECS[which], *rewriting.ALWAYS}
    for kind in ("task", "model", "optimizer"):
        assert set(draft[kind]) <= set(SPECS[which][kind])


def test_a_draft_of_a_cell_is_its_run() -> None:
    admitted = admit(WRITTEN, CATALOGUE)
    cell = list(admitted_cells(admitted, CATALOGUE))[3]
    draft = rewriting.of_cell(admitted, cell.spec, CATALOGUE)
    assert "axes" not in draft
    again = list(admitted_cells(admit(draft, CATALOGUE), CATALOGUE))
    assert [one.spec.digest() for one in again] == [cell.spec.digest()]


def test_a_draft_around_a_cell_reaches_from_neighbour_to_neighbour() -> None:
    admitted = admit(WRITTEN, CATALOGUE)
    draft = rewriting.around_cell(admitted, {"optimizer.learning_rate": 1e-3}, CATALOGUE)
    assert draft["axes"] == [{"path": "optimizer.learning_rate", "log": [0.000316228, 0.00316228, 5]}]
    assert draft["name"] == "a family, closer"
    assert admit(draft, CATALOGUE)


@pytest.mark.parametrize(
    ("axis", "value", "ends"),
    [
        (Axis(path="a", linear=(0, 10, 11)), 4.0, (3.0, 5.0, 11)),
        (Axis(path="a", linear=(0, 10, 11)), 0.0, (0.0, 1.0, 11)),
        (Axis(path="a", linear=(0, 10, 11)), 10.0, (9.0, 10.0, 11)),
        (Axis(path="a", linear=(0, 10, 11)), 4.5, (0, 10, 11)),
        (Axis(path="a", values=(1, 2, 3)), 2, None),
    ],
    ids=str,
)
def test_an_axis_is_narrowed_to_the_neighbours(axis: Axis, value: Any, ends: Any) -> None:
    assert rewriting.narrowed(axis, value).linear == ends
