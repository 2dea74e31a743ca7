"""Verdicts: the bound must be kept in every seed, or in the share that is stated, and never by what is undefined."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from phasescope.claims.judge import in_words, judge, series_of
from phasescope.claims.quantity import Evidence
from phasescope.core.curves import Curves
from phasescope.core.recipe import Claim
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.recipes import RECIPES

SPEC = ExperimentSpec.model_validate({"name": "made up", "task": {}, "model": {}, "optimizer": {}, "steps": 1})
QUANTITY = {"name": "reading", "readings": {"x": {"series": "loss"}}, "expression": "x"}


def claim(**fields: Any) -> Claim:
    return Claim(name="a", statement="It is so.", measured="the loss", quantity=QUANTITY, **fields)


def evidence(*last: float, series: str = "loss") -> Evidence:
    runs = tuple(
        Run(id=seed, point={}, seed=seed, state="finished", step=1, message=None, summary={})
        for seed in range(len(last))
    )
    return Evidence(SPEC, runs, Curves(tuple(range(len(last))), np.array([1]), {series: np.array(last)[:, None]}))


@pytest.mark.parametrize(
    ("bounds", "values", "holds"),
    [
        ({"at_least": 1}, (1, 2, 3), True),
        ({"at_least": 1}, (0.99, 2, 3), False),
        ({"at_most": 3}, (1, 2, 3), True),
        ({"at_most": 3}, (1, 2, 3.01), False),
        ({"at_least": 1, "at_most": 3}, (1, 4), False),
        ({"at_least": 1, "in_share": 0.66}, (0, 2, 3), True),
        ({"at_least": 1, "in_share": 0.67}, (0, 2, 3), False),
    ],
)
def test_bounds(bounds: dict[str, float], values: tuple[float, ...], holds: bool) -> None:
    assert judge(claim(**bounds), evidence(*values)).holds is holds


def test_what_never_happened_is_late_but_not_in_time() -> None:
    assert claim(at_least=1).kept_by(np.inf)
    assert not claim(at_least=1, at_most=1000).kept_by(np.inf)


def test_undefined_values_keep_no_bound() -> None:
    verdict = judge(claim(at_least=0), evidence(1.0, np.nan))
    assert not verdict.holds
    assert verdict.values == (1.0, None)
    assert verdict.found == "1 (1 to 1, 2 seeds, undefined in 1 of 2 seeds)"


def test_a_claim_without_its_series_says_which() -> None:
    verdict = judge(claim(at_least=0), evidence(1.0, series="another"))
    assert (verdict.holds, verdict.lacking) == (False, ("loss",))
    assert verdict.found == "cannot be judged: loss was not measured"


def test_no_runs_prove_nothing() -> None:
    empty = Evidence(SPEC, (), Curves((), np.array([1]), {"loss": np.zeros((0, 1))}))
    assert not judge(claim(at_least=0), empty).holds


def test_in_words() -> None:
    assert in_words({0: 1234.5}) == "1,234"
    assert in_words({0: 0.12345, 1: 2.0, 2: np.inf}) == "2 (0.123 to never, 3 seeds)"
    assert in_words({0: np.nan}) == "undefined"


def test_a_claim_needs_a_bound_and_one_that_can_be_kept() -> None:
    with pytest.raises(ValidationError, match="at_least, at_most, or both"):
        claim()
    with pytest.raises(ValidationError, match="must not be above"):
        claim(at_least=2, at_most=1)
    assert claim(at_least=1, at_most=2, in_share=0.5).criterion() == "from 1 to 2 in 50% of the seeds"


@pytest.mark.parametrize(("recipe", "name"), [(r.name, c.name) for r in RECIPES.values() for c in r.claims])
def test_every_claim_of_every_recipe_can_be_judged_and_does_not_hold_without_evidence(recipe: str, name: str) -> None:
    made = next(each for each in RECIPES[recipe].claims if each.name == name)
    series = {each: np.full((1, 1), np.nan) for each in series_of(made)}
    run = Run(id=0, point={}, seed=0, state="finished", step=1, message=None, summary={})
    verdict = judge(made, Evidence(SPEC, (run,), Curves((0,), np.array([1]), series)))
    assert set(verdict.lacking) == set(series)
    assert verdict.holds is (not series)  # what is linear algebra alone holds by itself
