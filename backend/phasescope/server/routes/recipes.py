"""Recipes: experiments that reproduce a paper's finding, started with one click, and what training said to them."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from phasescope.core.recipe import Verification
from phasescope.core.records import Experiment
from phasescope.recipes import RECIPES, picture
from phasescope.server import admission, verifying
from phasescope.server.context import Here
from phasescope.server.recipe_messages import RecipeCard, RecipeChoice, VerificationRequest

router = APIRouter(prefix="/recipes", tags=["recipes"])


@router.get("", summary="List recipes")
def list_recipes(here: Here) -> list[RecipeCard]:
    """In the order of the gallery."""
    return verifying.cards(here)


@router.post("/{name}/experiments", status_code=201, summary="Start a recipe")
def start_recipe(here: Here, name: str, choice: RecipeChoice) -> Experiment:
    """Queue the runs of one size of the recipe."""
    return admission.start_recipe(here, name, choice.size, companion=choice.companion, seeds=choice.seeds)


@router.post("/{name}/verifications", status_code=201, summary="Judge a recipe's claims")
def verify_recipe(here: Here, name: str, request: VerificationRequest) -> Verification:
    """Judge every claim of a size by the series of experiments that have ended, and keep the verdicts."""
    return verifying.verify(here, name, request)


@router.get("/{name}/picture", summary="A recipe's picture", response_class=Response,
            responses={200: {"content": {"image/svg+xml": {}}}})  # fmt: skip
def show_picture(name: str) -> Response:
    """Drawn from a verified run."""
    return Response(picture(RECIPES[name]), media_type="image/svg+xml")
