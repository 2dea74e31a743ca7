"""An experiment grows by points along its axes and by further seeds; what it had keeps its place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit
from phasescope.core.errors import InvalidSpec

CATALOGUE = kept_catalogue()
RATE, DECAY = "optimizer.learning_rate", "optimizer.weight_decay"


def grown(*extensions: Mapping[str, object]) -> dict[str, object]:
    return {
        "name": "family",
        "task": {"name": "toy_addition"},
        "model": {"name": "embedding_decoder", "width": 8},
        "optimizer": {"name": "adamw"},
        "steps": 100,
        "axes": [{"path": RATE, "values": [1, 2, 3]}, {"path": DECAY, "values": [0, 4]}],
        "extensions": list(extensions),
    }


def test_points_between_and_further_seeds_come_after_the_grid() -> None:
    finer = {"axes": [{"path": RATE, "values": [1.5]}]}
    seeds = {"axes": [{"path": RATE, "values": [2]}, {"path": DECAY, "values": [4]}], "first_seed": 1, "seeds": 2}
    before, after = (admit(data, CATALOGUE) for data in (grown(), grown(finer, seeds)))
    cells = list(after.cells())
    assert cells[:6] == list(before.cells())
    told = [(cell.point[RATE], cell.point[DECAY], cell.spec.seed, cell.training_pass) for cell in cells[6:]]
    assert told == [(1.5, 0, 0, 1), (1.5, 4, 0, 1), (2, 4, 1, 2), (2, 4, 2, 3)]
    assert after.count() == len(cells) == 10
    assert after.observation() == before.observation()


@pytest.mark.parametrize(
    ("extension", "sentence"),
    [
        ({"axes": [{"path": "model.width", "values": [16]}]}, "there is no field 'model.width' to vary"),
        ({"axes": [{"path": RATE, "values": []}]}, "has no values"),
        ({"axes": [{"path": RATE, "values": [1.5]}] * 2}, "is on two axes"),
        ({"axes": [{"path": RATE, "linear": [1, 2, 60_000]}], "seeds": 2}, "allowed: at most 65,536"),
        ({"axes": [{"path": RATE, "values": [-1]}]}, "learning_rate: -1 was given"),
    ],
)
def test_an_extension_that_cannot_be_is_refused_by_name(extension: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidSpec, match=sentence):
        admit(grown(extension), CATALOGUE)
