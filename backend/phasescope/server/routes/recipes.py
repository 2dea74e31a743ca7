"""Recipes: experiments that reproduce a paper's finding, started with one click."""

from __future__ import annotations

from fastapi import APIRouter

from phasescope.core.records import Experiment
from phasescope.recipes import RECIPES
from phasescope.server import admission
from phasescope.server.context import Here
from phasescope.server.messages import RecipeCard, RecipeChoice

router = APIRouter(prefix="/recipes", tags=["recipes"])


@router.get("", summary="List recipes")
def list_recipes() -> list[RecipeCard]:
    """In the order of the gallery."""
    return [admission.card(recipe) for recipe in RECIPES.values()]


@router.post("/{name}/experiments", status_code=201, summary="Start a recipe")
def start_recipe(here: Here, name: str, choice: RecipeChoice) -> Experiment:
    """Queue the runs of one size of the recipe."""
    return admission.start_recipe(here, name, choice.size)
