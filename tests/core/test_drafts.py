"""Forks and microscopes are plain experiments whose runs retrace those they began from."""

from __future__ import annotations

import json

import pytest

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.core.drafts import Origin, fork, microscope

FAMILY = {
    "name": "family",
    "task": {"name": "toy_addition"},
    "model": {"name": "embedding_decoder", "width": 8},
    "optimizer": {"name": "adamw"},
    "steps": 100,
    "axes": [{"path": "optimizer.learning_rate", "log": [1e-3, 1e-1, 3]}],
    "seeds": 2,
}
CATALOGUE = kept_catalogue()
SPEC = admit(FAMILY, CATALOGUE)
CELLS = list(admitted_cells(SPEC, CATALOGUE))
ORIGINS = [Origin(number, cell.spec, cell.point) for number, cell in enumerate(CELLS, start=1)]


@pytest.mark.parametrize("chosen", [[3], [0, 3, 4]])
def test_under_the_microscope_are_the_same_trajectories(chosen: list[int]) -> None:
    draft = microscope([ORIGINS[place] for place in chosen], SPEC, begin=20, end=60, count=5)
    admitted = admit(json.loads(json.dumps(draft)), CATALOGUE)
    digests = [cell.spec.digest() for cell in admitted_cells(admitted, CATALOGUE)]
    assert digests == [CELLS[place].spec.digest() for place in chosen]
    assert admitted.checkpoints.steps(admitted.steps) == (0, 20, 30, 40, 50, 60)
    assert admitted.count() == len(chosen)


def test_a_fork_differs_from_its_parent_by_one_change_at_a_step() -> None:
    draft = fork(ORIGINS[3], SPEC, step=40, field="weight_decay", values=[0.0, 1.0])
    admitted = admit(json.loads(json.dumps(draft)), CATALOGUE)
    cells = list(admitted_cells(admitted, CATALOGUE))
    assert [cell.spec.interventions[0]["value"] for cell in cells] == [0.0, 1.0]
    assert {cell.spec.interventions[0]["at"] for cell in cells} == {40}
    assert {cell.spec.seed for cell in cells} == {CELLS[3].spec.seed}
    bare = cells[0].spec.model_copy(update={"interventions": ()})
    assert bare.digest() == CELLS[3].spec.digest()
