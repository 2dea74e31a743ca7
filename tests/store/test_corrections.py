"""Corrections by hand: kept, replaced, taken away, on both databases."""

from __future__ import annotations

import pytest

from phasescope.core.corrections import Correction, DropMark
from phasescope.core.errors import NotFound
from phasescope.store import corrections, experiments

from .conftest import Laboratory

DROP = Correction(drops=(DropMark(onset=1, midpoint=2, end=4),), note="by eye")


def test_kept_replaced_and_taken_away(lab: Laboratory) -> None:
    experiment = lab.experiment()
    with lab.store.begin() as session:
        corrections.put(session, run=1, series="test_loss", correction=DROP, now=lab.now)
        corrections.put(session, run=2, series="test_loss", correction=Correction(spikes=()), now=lab.now)
    with lab.store.begin() as session:
        assert corrections.of_run(session, 1, "test_loss") == DROP
        assert corrections.of_run(session, 1, "train_loss") is None
        assert set(corrections.of_runs(session, [1, 3])) == {(1, "test_loss")}
        corrections.put(session, run=1, series="test_loss", correction=Correction(), now=lab.now)
    with lab.store.begin() as session:
        assert corrections.of_run(session, 1, "test_loss") == Correction()
        corrections.remove(session, 1, "test_loss")
        corrections.remove(session, 1, "test_loss")
        assert corrections.of_run(session, 1, "test_loss") is None
        assert corrections.of_run(session, 2, "test_loss") == Correction(spikes=())
        assert experiments.version(session, experiment.id) > 2


def test_every_change_is_a_new_version(lab: Laboratory) -> None:
    experiment = lab.experiment()
    seen = []
    for correction in (DROP, None):
        with lab.store.begin() as session:
            seen.append(experiments.version(session, experiment.id))
            if correction:
                corrections.put(session, run=1, series="test_loss", correction=correction, now=lab.now)
            else:
                corrections.remove(session, 1, "test_loss")
            seen.append(experiments.version(session, experiment.id))
    assert seen[0] < seen[1] == seen[2] < seen[3]


def test_no_run_no_correction(lab: Laboratory) -> None:
    with lab.store.begin() as session:
        with pytest.raises(NotFound):
            corrections.put(session, run=99, series="test_loss", correction=DROP, now=lab.now)
        with pytest.raises(NotFound):
            corrections.remove(session, 99, "test_loss")
