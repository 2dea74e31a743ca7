"""From what somebody sent to runs in the store: everything is checked first, then all of it is made, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from phasescope.core.catalogue import Catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.core.errors import NotFound
from phasescope.core.recipe import MAIN, Claim, Recipe, Size, Verification
from phasescope.core.records import Experiment
from phasescope.core.signature import signature
from phasescope.core.spec import ExperimentSpec
from phasescope.recipes import RECIPES, has_picture
from phasescope.server.context import Context
from phasescope.server.recipe_messages import ClaimCard, CompanionCard, RecipeCard, SizeCard
from phasescope.store import experiments, workers


def whole_catalogue(context: Context, session: Session) -> Catalogue:
    """The built-in catalogue and what the workers added with plug-ins."""
    return context.catalogue.merged(workers.catalogues(session))


def create(context: Context, data: Mapping[str, Any], *, recipe: str | None = None) -> Experiment:
    """Check an experiment and queue its runs; raises InvalidSpec, and then nothing was made."""
    with context.store.read() as session:
        catalogue = whole_catalogue(context, session)
    spec, cells = _admitted(data, catalogue)
    with context.writing() as change:
        return experiments.create(change.session, spec=spec, cells=cells, recipe=recipe)


def extend(context: Context, number: int, extensions: Sequence[Mapping[str, Any]]) -> Experiment:
    """Let an experiment grow; raises NotFound, Conflict, and InvalidSpec: then nothing was made."""
    spec, cells = grown(context, number, extensions)
    had = len(spec.extensions) - len(extensions)
    with context.writing() as change:
        return experiments.extend(change.session, number, spec=spec, had=had, cells=cells)


def grown(
    context: Context, number: int, extensions: Sequence[Mapping[str, Any]]
) -> tuple[ExperimentSpec, experiments.Cells]:
    """What an experiment would be with these extensions; raises NotFound and InvalidSpec."""
    with context.store.read() as session:
        catalogue = whole_catalogue(context, session)
        before = experiments.get(session, number).spec.model_dump(mode="json")
    return _admitted(before | {"extensions": [*before["extensions"], *map(dict, extensions)]}, catalogue)


def _admitted(data: Mapping[str, Any], catalogue: Catalogue) -> tuple[ExperimentSpec, experiments.Cells]:
    """The completed experiment and its runs, with digests and signatures: made before the store is locked."""
    spec = admit(data, catalogue)
    return spec, [
        (cell, cell.spec.digest(), signature(cell.spec, catalogue)) for cell in admitted_cells(spec, catalogue)
    ]


def start_recipe(
    context: Context, name: str, size: str, *, companion: str | None = None, seeds: int | None = None
) -> Experiment:
    """Start one size of a recipe, or a companion of it; raises NotFound with the names there are."""
    recipe = RECIPES[name]
    raw = raw_experiment(recipe, size, companion or MAIN)
    return create(context, raw if seeds is None else {**raw, "seeds": seeds}, recipe=recipe.name)


def raw_experiment(recipe: Recipe, size: str, name: str) -> dict[str, Any]:
    """One experiment of a recipe; raises NotFound with the names there are."""
    chosen = recipe.size(size)
    if chosen is None:
        raise NotFound("size", size, [each.name for each in recipe.sizes])
    there_are = chosen.experiments()
    if name not in there_are:
        raise NotFound("companion", name, [each for each in there_are if each != MAIN])
    return there_are[name]


def start_demo(context: Context) -> Experiment | None:
    """Start the demo when the store holds no experiment yet: its smallest size, which is listed first."""
    with context.store.read() as session:
        if experiments.count(session):
            return None
    recipe = next((recipe for recipe in RECIPES.values() if recipe.demo), None)
    return start_recipe(context, recipe.name, recipe.sizes[0].name) if recipe else None


def card(recipe: Recipe, verifications: Sequence[Verification]) -> RecipeCard:
    """A recipe as the gallery shows it, with the newest verification of each size."""
    made = {"sizes": tuple(_size_card(size) for size in recipe.sizes), "claims": tuple(map(_claim_card, recipe.claims))}
    shown = {name: getattr(recipe, name) for name in RecipeCard.model_fields if hasattr(recipe, name)}
    drawn = {"picture": recipe.picture.caption if has_picture(recipe) else None}
    return RecipeCard.model_validate({**shown, **made, **drawn, "verifications": tuple(verifications)})


def _size_card(size: Size) -> SizeCard:
    spec = ExperimentSpec.model_validate(size.experiment)
    others = [(each, ExperimentSpec.model_validate(each.experiment)) for each in size.companions]
    companions = [CompanionCard(name=e.name, title=e.title, runs=own.count(), steps=own.steps) for e, own in others]
    return SizeCard(name=size.name, runs=spec.count(), steps=spec.steps, note=size.note, companions=tuple(companions))


def _claim_card(claim: Claim) -> ClaimCard:
    return ClaimCard(statement=claim.statement, measured=claim.measured, criterion=claim.criterion(), sizes=claim.sizes)
