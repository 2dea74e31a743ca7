"""What every registered recipe must do."""

from __future__ import annotations

import pytest

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.core.recipe import Recipe
from phasescope.engine.train import train
from phasescope.recipes import RECIPES
from phasescope.worker.measuring import take


@pytest.fixture(params=RECIPES)
def recipe(request: pytest.FixtureRequest) -> Recipe:
    return RECIPES[request.param]


def test_every_size_passes_the_door(recipe: Recipe) -> None:
    for size in recipe.sizes:
        spec = admit(size.experiment, kept_catalogue())
        assert spec.count() > 1
        digests = {cell.spec.digest() for cell in admitted_cells(spec, kept_catalogue())}
        assert len(digests) == spec.count()


def test_the_smallest_size_is_listed_first_and_the_papers_is_there(recipe: Recipe) -> None:
    assert recipe.sizes[0].name == "small"
    assert recipe.size("paper") is not None


def test_says_what_it_is_about(recipe: Recipe) -> None:
    assert "arXiv" in recipe.reference or "doi" in recipe.reference
    assert recipe.question.endswith("?")
    assert len(recipe.summary.split()) >= 50
    assert recipe.look_for
    for size in recipe.sizes:
        assert size.note


def test_a_few_steps_of_every_size_train_and_measure(recipe: Recipe) -> None:
    for size in recipe.sizes:
        spec = admit(size.experiment, kept_catalogue())
        cells = list(admitted_cells(spec, kept_catalogue()))[:: max(1, spec.count() // 3)][:3]
        for checkpoint in train({number: cell.spec for number, cell in enumerate(cells)}, (0, 2)):
            assert take(checkpoint, spec.measures).series


def test_exactly_one_recipe_is_the_demo() -> None:
    assert [recipe.name for recipe in RECIPES.values() if recipe.demo] == ["effective_theory"]
