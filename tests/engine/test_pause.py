"""Training can pause between two checkpoints and be taken up there, and nothing that is measured shows it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.snapshot import Snapshot
from phasescope.engine.train import train
from phasescope.worker.measuring import take

from .families import family

STEPS = (0, 10, 100)
MEASURES = ("loss", "drift", "layer_rotation")


def values(checkpoint: Checkpoint) -> np.ndarray:
    return take(checkpoint, MEASURES).values


@pytest.mark.parametrize("batch_size", [None, 4])
def test_measures_are_the_same_whether_or_not_training_paused(batch_size: int | None) -> None:
    runs = family(3, batch_size=batch_size)
    smooth = [values(checkpoint) for checkpoint in train(runs, STEPS)]

    counter = itertools.count()
    paused, broken = [], []
    for checkpoint in train(runs, STEPS, pause=lambda: next(counter) % 7 == 6):
        if checkpoint.scheduled:
            broken.append(values(checkpoint))
        else:
            paused.append(checkpoint.step)
            assert checkpoint.step not in STEPS
    assert len(paused) > 5
    np.testing.assert_array_equal(np.array(broken), np.array(smooth))


def test_a_run_taken_up_between_two_checkpoints_goes_on_as_if_nothing_had_been() -> None:
    runs = family(3)
    smooth = [values(checkpoint) for checkpoint in train(runs, STEPS)]
    data, counter = b"", itertools.count()
    for checkpoint in train(runs, STEPS, pause=lambda: next(counter) == 40):
        if not checkpoint.scheduled:
            assert 10 < checkpoint.step < 100
            data = checkpoint.snapshot()
            break
    rest = [values(checkpoint) for checkpoint in train(runs, STEPS, resume=Snapshot.from_bytes(data))]
    np.testing.assert_allclose(np.array(rest), np.array(smooth[2:]), rtol=0, atol=1e-9)
