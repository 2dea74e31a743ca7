"""The last two updates before a checkpoint: what they are, and that keeping them changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.snapshot import Snapshot
from phasescope.engine.train import train

from .families import family

STEPS = (0, 1, 2, 3, 10, 11, 13, 40)


def updates(checkpoint: Checkpoint) -> np.ndarray:
    return torch.stack([checkpoint.update(0), checkpoint.update(1)]).numpy()


def taken(checkpoints: Iterator[Checkpoint]) -> dict[int, np.ndarray]:
    return {checkpoint.step: updates(checkpoint) for checkpoint in checkpoints if checkpoint.scheduled}


@pytest.mark.parametrize("batch_size", [None, 4])
def test_updates_are_differences_between_steps(batch_size: int | None) -> None:
    runs = family(3, batch_size=batch_size)
    every = [c.parameters.clone().double() for c in train(runs, range(41))]
    found = taken(train(runs, STEPS, updates=True))
    for step in STEPS:
        for back in (0, 1):
            if step - back - 1 < 0:
                assert np.isnan(found[step][back]).all()
            else:
                expected = every[step - back] - every[step - back - 1]
                np.testing.assert_array_equal(found[step][back], expected)


def test_they_are_not_kept_unless_asked_for_and_the_trajectory_is_the_same_bit_by_bit() -> None:
    runs = family(3, batch_size=4)
    for plain, kept in zip(train(runs, STEPS), train(runs, STEPS, updates=True), strict=True):
        assert not plain.trail
        assert torch.isnan(plain.update()).all()
        assert len(kept.trail) == min(2, kept.step)
        assert torch.equal(plain.parameters, kept.parameters)


def test_a_pause_and_a_snapshot_between_two_checkpoints_do_not_lose_them() -> None:
    runs, data = family(3), {}
    smooth = taken(train(runs, STEPS, updates=True))
    for checkpoint in train(runs, STEPS, updates=True, pause=lambda: True):
        if checkpoint.scheduled:
            np.testing.assert_array_equal(updates(checkpoint), smooth[checkpoint.step])
        data[checkpoint.step] = checkpoint.snapshot()
    assert set(data) == set(range(41))
    for step in (1, 2, 12, 39):
        rest = taken(train(runs, STEPS, updates=True, resume=Snapshot.from_bytes(data[step])))
        for at, found in rest.items():
            np.testing.assert_allclose(found, smooth[at], rtol=0, atol=1e-12)


def test_runs_that_stay_keep_their_own() -> None:
    runs = family(3)
    smooth = taken(train(runs, STEPS, updates=True))
    for checkpoint in train(runs, STEPS, updates=True):
        if checkpoint.step >= 2:
            checkpoint.retire([checkpoint.runs[0]] if len(checkpoint.runs) == 3 else [])
        if checkpoint.step > 2:
            np.testing.assert_allclose(updates(checkpoint), smooth[checkpoint.step][:, 1:], rtol=0, atol=1e-12)
