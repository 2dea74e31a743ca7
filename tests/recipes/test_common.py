"""What every registered recipe must do."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from phasescope.claims.judge import series_of
from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.core.recipe import Recipe
from phasescope.core.signature import signature
from phasescope.engine.train import train
from phasescope.figures import FIGURES
from phasescope.recipes import RECIPES
from phasescope.worker.measuring import take


@pytest.fixture(params=RECIPES)
def recipe(request: pytest.FixtureRequest) -> Recipe:
    return RECIPES[request.param]


EXPERIMENTS = [
    pytest.param(raw, id=f"{recipe.name} {size.name} {name}")
    for recipe in RECIPES.values()
    for size in recipe.sizes
    for name, raw in size.experiments().items()
]


@pytest.mark.parametrize("raw", EXPERIMENTS)
def test_every_experiment_passes_the_door(raw: dict[str, Any]) -> None:
    spec = admit(raw, kept_catalogue())
    assert spec.count() > 1
    digests = {cell.spec.digest() for cell in admitted_cells(spec, kept_catalogue())}
    assert len(digests) == spec.count()


def test_the_smallest_size_is_listed_first_and_the_papers_is_there(recipe: Recipe) -> None:
    assert recipe.sizes[0].name == "small"
    assert recipe.size("paper") is not None


def test_says_what_it_is_about(recipe: Recipe) -> None:
    assert "arXiv" in recipe.reference or "doi" in recipe.reference
    assert recipe.question.endswith("?")
    assert recipe.look_for
    assert recipe.try_next
    told = " ".join([recipe.question, recipe.summary, *recipe.look_for, *recipe.try_next])
    assert 150 <= len(told.split()) <= 300
    for size in recipe.sizes:
        assert size.note
    assert recipe.figures
    assert set(recipe.figures) <= set(FIGURES)


def test_every_size_claims_something_and_measures_what_it_claims(recipe: Recipe) -> None:
    assert len({claim.name for claim in recipe.claims}) == len(recipe.claims)
    for size in recipe.sizes:
        assert recipe.claims_of(size.name)
        for claim in recipe.claims_of(size.name):
            spec = admit(size.experiments()[claim.of], kept_catalogue())
            given = [name for measure in spec.measures for name in kept_catalogue().entry("measure", measure).series]
            lacking = [name for name in series_of(claim) if not any(fnmatchcase(name, each) for each in given)]
            assert lacking == [], claim.name


def test_claims_are_about_cells_that_there_are(recipe: Recipe) -> None:
    for size in recipe.sizes:
        for claim in recipe.claims_of(size.name):
            spec = admit(size.experiments()[claim.of], kept_catalogue())
            axes = {axis.path: axis.points() for axis in spec.axes}
            for where in chosen_cells(claim.quantity):
                for path, value in where.items():
                    for one in value if isinstance(value, list) else [value]:
                        assert any(point == pytest.approx(one, rel=1e-4) for point in axes[path]), (claim.name, one)


def chosen_cells(settings: Any) -> Iterator[dict[str, Any]]:
    """Every `where` in the settings of a quantity."""
    for name, value in settings.items():
        if name == "where":
            yield value
        elif isinstance(value, dict):
            yield from chosen_cells(value)


@pytest.mark.parametrize("raw", EXPERIMENTS)
def test_a_few_steps_of_every_experiment_train_and_measure(raw: dict[str, Any]) -> None:
    spec = admit(raw, kept_catalogue())
    catalogue = kept_catalogue()
    cells = list(admitted_cells(spec, catalogue))
    alike = [cell for cell in cells if signature(cell.spec, catalogue) == signature(cells[0].spec, catalogue)]
    few = {number: cell.spec for number, cell in enumerate(alike[:: max(1, len(alike) - 1)])}
    for checkpoint in train(few, (0, 1)):
        assert take(checkpoint, spec.measures).series


def test_exactly_one_recipe_is_the_demo() -> None:
    assert [recipe.name for recipe in RECIPES.values() if recipe.demo] == ["effective_theory"]
