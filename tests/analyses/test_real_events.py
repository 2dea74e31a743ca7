"""Events on curves of real runs, against what an eye sees in them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from phasescope.analyses import events
from phasescope.analyses.events import Events
from phasescope.analyses.timelines import Time

KEPT = json.loads((Path(__file__).parent / "real_curves.json").read_text(encoding="utf-8"))


def found(name: str, time: Time = "log") -> Events:
    return events.find(np.array(KEPT[name]["losses"]), np.array(KEPT[name]["steps"], dtype=np.int64), time=time)


def test_three_singular_values_are_three_drops_in_each_run() -> None:
    drops = found("staircase of a deep linear network").drops
    assert drops.counts(3).tolist() == [3, 3, 3]
    for middles in drops.midpoint.reshape(3, 3):
        assert middles[0] == pytest.approx(48, abs=4)
        assert middles[1] == pytest.approx(127, abs=10)
        assert 400 < middles[2] < 600
    plateaus = found("staircase of a deep linear network").plateaus
    assert plateaus.start[:1].tolist() == [1]
    assert plateaus.end[plateaus.start == 1] == pytest.approx([42] * 3, abs=3)


def test_parity_is_a_long_plateau_and_one_drop() -> None:
    seen = found("sparse parity")
    assert seen.drops.counts(3).tolist() == [1, 1, 1]
    assert ((seen.drops.onset > 500) & (seen.drops.onset < 1600)).all()
    assert (seen.drops.fall > 4).all()
    first = seen.plateaus.start <= 1
    assert first.sum() == 3
    assert (seen.plateaus.end[first] > 250).all()


def test_a_run_that_generalises_drops_and_one_that_only_memorises_does_not() -> None:
    seen = found("addition, decoder")
    assert seen.drops.counts(4)[:2].tolist() == [1, 0]
    assert seen.drops.midpoint[0] == pytest.approx(480, rel=0.15)
    assert seen.drops.fall[0] == pytest.approx(1.05, abs=0.1)
    assert 2 not in seen.drops.row  # a dent of 0.2 nats of a run that then gets worse, not beyond its own noise
    assert len(seen.spikes.row) == 0


def test_gradient_descent_on_a_quadratic_is_no_event_in_its_own_time() -> None:
    assert len(found("linear regression", "linear").drops.row) == 0
    assert len(found("linear regression", "linear").plateaus.row) == 0
    assert found("linear regression").drops.counts(3).tolist() == [1, 1, 1]  # in log time an exponential does fall


def test_parity_is_one_drop_in_linear_time_too_though_no_model_fits_it() -> None:
    assert found("sparse parity", "linear").drops.counts(3).tolist() == [1, 1, 1]
