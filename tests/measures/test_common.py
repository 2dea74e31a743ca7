"""What every registered measure must do."""

from __future__ import annotations

import fnmatch
from dataclasses import replace

import numpy as np
import pytest
import torch

from phasescope.measures import MEASURES, learning_coefficient
from phasescope.measures.measure import Measure
from phasescope.models import MODELS
from phasescope.models.model import Model
from phasescope.tasks import TASKS
from phasescope.tasks.task import Task

from .applicable import applicable
from .checkpoints import alone, dead

ANY_MODEL = pytest.mark.parametrize("model", MODELS)
# Measures that have a reason to be undefined on some layer, or some run, of these small networks.
MAY_BE_UNDEFINED = {
    "alpha_req": "too few eigenvalues in layers 8 wide",
    "canonical_correlation": "21 probe inputs are enough for one direction only",
    "projection_weighted_correlation": "21 probe inputs are enough for one direction only",
    "dissimilarity_correlation": "an embedding 1 wide has no correlation over features",
    "neural_collapse": "a layer 8 wide is too narrow for a simplex of more than nine classes",
    "intrinsic_dimension": "one-hot embeddings are equally far from each other",
    "massive_activations": "most of a stream that begins with one-hot vectors is zero",
    "gradient_noise": "more noise than signal with few examples",
}
START_SILENT = {"diagonal_net", "symmetric_factors"}  # they answer 0 to everything: nothing can be compared to that
MAY_GIVE_NOTHING = {"layer_drift": "a network with one named layer has no neighbouring layers"}


@pytest.fixture(params=[name for name in MEASURES if MEASURES[name].series])
def measure(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Measure:
    monkeypatch.setattr(learning_coefficient, "UNUSED", 4)  # long chains are for its own tests
    monkeypatch.setattr(learning_coefficient, "USED", 8)
    return MEASURES[request.param]


@ANY_MODEL
def test_gives_the_series_it_announces_one_finite_value_per_run(measure: Measure, model: str) -> None:
    values = measure.measure(applicable(measure, model))
    assert values or measure.name in MAY_GIVE_NOTHING
    for name, column in values.items():
        assert any(fnmatch.fnmatch(name, pattern) for pattern in measure.series), name
        assert column.shape == (5,)
        silent = model in START_SILENT and name.endswith(".output")
        assert torch.isfinite(column).all() or measure.name in MAY_BE_UNDEFINED or silent, name
        column = column[torch.isfinite(column)]
        if not len(column):
            continue
        low, high = measure.range
        assert low is None or column.min() >= low - 1e-9
        assert high is None or column.max() <= high + 1e-9


@ANY_MODEL
def test_batched_equals_one_by_one(measure: Measure, model: str) -> None:
    checkpoint = applicable(measure, model)
    together = measure.measure(checkpoint)
    for row in range(5):
        for name, column in measure.measure(alone(checkpoint, row)).items():
            np.testing.assert_allclose(column[0], together[name][row], rtol=1e-9, atol=1e-12, err_msg=name)


def test_batched_equals_one_by_one_where_runs_scale_and_centre_their_outputs(measure: Measure) -> None:
    checkpoint = applicable(measure, scaled=True)
    together = measure.measure(checkpoint)
    for row in range(5):
        for name, column in measure.measure(alone(checkpoint, row)).items():
            np.testing.assert_allclose(column[0], together[name][row], rtol=1e-9, atol=1e-12, err_msg=name)


def test_float32_is_near_float64(measure: Measure) -> None:
    exact = measure.measure(applicable(measure, precision="float64"))
    for name, column in measure.measure(applicable(measure, precision="float32")).items():
        np.testing.assert_allclose(column, exact[name], rtol=2e-3, atol=2e-4, err_msg=name)


def test_changes_nothing(measure: Measure) -> None:
    checkpoint = applicable(measure)
    before = {n: getattr(checkpoint, n).clone() for n in ("parameters", "initial", "previous")}
    state = torch.get_rng_state()
    measure.measure(checkpoint)
    for name, value in before.items():
        assert torch.equal(getattr(checkpoint, name), value)
        assert getattr(checkpoint, name).grad is None
    assert torch.equal(torch.get_rng_state(), state)


def test_a_dead_network_gets_an_answer_or_a_reason(measure: Measure) -> None:
    for name, column in measure.measure(dead(applicable(measure))).items():
        assert not torch.isinf(column).any(), name
        if torch.isnan(column).any():
            assert measure.undefined != "never", name


def test_a_network_whose_numbers_overflow_gets_an_answer_or_nothing(measure: Measure) -> None:
    checkpoint = applicable(measure)
    others = measure.measure(checkpoint)
    flat = checkpoint.parameters.clone()
    flat[1] = 1e200
    for name, column in measure.measure(replace(checkpoint, parameters=flat, retired=set(), _kept={})).items():
        assert column.shape == (5,)
        np.testing.assert_allclose(column[2:], others[name][2:], rtol=1e-9, atol=1e-12, err_msg=name)


def test_what_it_needs_is_offered_by_some_task_or_model(measure: Measure) -> None:
    things: list[type[Task] | type[Model]] = [*TASKS.values(), *MODELS.values()]
    offered = {word for thing in things for word in thing.offers} | {task.inputs for task in TASKS.values()}
    assert set(measure.needs) <= offered


@pytest.mark.parametrize("name", MEASURES)
def test_says_what_it_is(name: str) -> None:
    measure = MEASURES[name]
    assert measure.series or measure.arrays
    assert bool(measure.arrays) == (measure.keep is not None)
    for text in (measure.label, measure.summary, measure.unit, measure.source, measure.undefined):
        assert text.strip()
    assert measure.version >= 1
