"""The demo's claim, checked by training it as a newcomer does: at the small size all four phases appear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from phasescope.analyses.phases import PHASES, label
from phasescope.core.curves import Curves
from phasescope.core.phase_rule import PhaseRule

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def test_all_four_phases_appear_in_the_small_size(serve: Callable[..., Any]) -> None:
    served = serve()
    assert served.demo is not None
    answer = served.wait(served.demo, lambda a: a["state"] == "finished", 1700)
    assert answer["progress"]["by_state"]["finished"] == 256
    runs = served.http.get(f"/api/experiments/{served.demo}/runs").json()
    names = ("train_accuracy", "test_accuracy")
    values: dict[str, list[list[float]]] = {name: [] for name in names}
    for run in runs:
        for name in names:
            series = served.http.get(f"/api/runs/{run['id']}/series/{name}").json()
            values[name].append(series["values"])
    curves = Curves(
        tuple(run["id"] for run in runs),
        np.array(answer["steps"]),
        {name: np.array(table, dtype=float) for name, table in values.items()},
    )
    rule = PhaseRule.model_validate(answer["spec"]["phases"])
    labels = label(curves, rule, None)
    counts = {phase: int((labels == code).sum()) for code, phase in enumerate(PHASES)}
    assert min(counts[phase] for phase in PHASES[:4]) >= 8, counts
    # where the phases lie: comprehension needs a fast decoder without decay, confusion a slow one
    rates = np.array([run["point"]["optimizer.learning_rate"] for run in runs])
    decays = np.array([run["point"]["optimizer.weight_decay"] for run in runs])
    comprehended, grokked = labels == PHASES.index("comprehension"), labels == PHASES.index("grokking")
    assert decays[comprehended | grokked].max() < 5
    assert np.median(rates[comprehended]) > np.median(rates[grokked])
    assert (labels[rates < 4e-5] == PHASES.index("confusion")).all()
