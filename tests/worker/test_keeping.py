"""What a worker keeps of a checkpoint: every array measure, in files of bounded size, as the store reads them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from phasescope.core.arrays import from_bytes, unpacked
from phasescope.core.schedule import MeasureSchedule
from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train
from phasescope.measures import MEASURES
from phasescope.worker import keeping
from phasescope.worker.keeping import keep

NAMES = [name for name in MEASURES if MEASURES[name].arrays]


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    """Step 0 of four runs, whose training sets have two sizes."""
    specs = {
        10 + run: RunSpec(
            task={"name": "toy_addition", "symbols": 6, "train_examples": 12 + run % 2},
            model={"name": "embedding_decoder", "width": 8},
            optimizer={"name": "adamw"},
            seed=run,
        )
        for run in range(4)
    }
    return next(train(specs, (0, 5)))


def arrays(files: list[bytes]) -> dict[tuple[int, str], Any]:
    found: dict[tuple[int, str], Any] = {}
    for file in files:
        step, parts = from_bytes(file)
        assert step == 0
        for part in (placed.part for placed in parts):
            for row, run in enumerate(part.runs.tolist()):
                key = (run, part.kind.name)
                assert key not in found
                found[key] = unpacked(part.kind, part.data[row].tobytes(), part.scales[row])
    return found


def test_every_array_of_every_run_is_kept_at_its_own_length(checkpoint: Checkpoint) -> None:
    found = arrays(list(keep(checkpoint, NAMES, {})))
    assert {run for run, _ in found} == set(checkpoint.runs)
    for row, run in enumerate(checkpoint.runs):
        count = int(checkpoint.examples.train.counts[row])
        np.testing.assert_array_equal(found[run, "correctness.train"], checkpoint.correct("train")[row, :count])
        losses = checkpoint.example_losses("train")[row, :count]
        np.testing.assert_allclose(found[run, "example_losses.train"], losses, rtol=2**-11)
        hidden = checkpoint.activations()["hidden_1"][row]
        np.testing.assert_allclose(found[run, "representations.hidden_1"], hidden, rtol=2**-11, atol=1e-9)
        assert found[run, "correctness_keys.train"].shape == (count,)


def test_measures_without_arrays_keep_nothing_and_limits_are_obeyed(checkpoint: Checkpoint) -> None:
    assert list(keep(checkpoint, ["loss", "drift"], {})) == []
    limits = {"representations": MeasureSchedule(examples=5, features=2)}
    found = arrays(list(keep(checkpoint, ["representations"], limits)))
    assert {array.shape for array in found.values()} == {(5, 1), (5, 2)}


def test_files_are_bounded_and_nothing_is_lost_between_them(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = arrays(list(keep(checkpoint, NAMES, {})))
    monkeypatch.setattr(keeping, "MOST_BYTES", 1500)
    files = list(keep(checkpoint, NAMES, {}))
    assert len(files) > 3
    for file in files:
        sizes = [math.prod(placed.part.data.shape) * placed.part.data.itemsize for placed in from_bytes(file)[1]]
        assert sum(sizes) <= 1500
    cut = arrays(files)
    assert cut.keys() == whole.keys()
    assert all(np.array_equal(cut[key], whole[key]) for key in whole)
