"""What training said to a recipe's claims: evidence from the store, verdicts by the bounds, kept with the date."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phasescope.claims.judge import judge, series_of
from phasescope.claims.quantity import Evidence
from phasescope.core.door import admit
from phasescope.core.errors import Conflict, InvalidSpec, Problem
from phasescope.core.recipe import Claim, Recipe, Verdict, Verification
from phasescope.core.records import Experiment
from phasescope.core.spec import ExperimentSpec
from phasescope.recipes import RECIPES
from phasescope.server import admission
from phasescope.server.context import Context, now
from phasescope.server.recipe_messages import RecipeCard, VerificationRequest
from phasescope.store import experiments, runs, series, verifications

OVER = ("finished", "failed", "cancelled")


def cards(context: Context) -> list[RecipeCard]:
    """Every recipe with its newest verifications."""
    with context.store.read() as session:
        found = verifications.newest(session)
    return [
        admission.card(
            recipe, [found[recipe.name, size.name] for size in recipe.sizes if (recipe.name, size.name) in found]
        )
        for recipe in RECIPES.values()
    ]


def verify(context: Context, name: str, request: VerificationRequest) -> Verification:
    """Judge all claims of a size; raises NotFound, InvalidSpec, or Conflict while something still trains."""
    recipe = RECIPES[name]
    with context.store.read() as session:
        made = _experiments(context, session, recipe, request)
        verdicts = tuple(_verdict(session, made[claim.of], claim) for claim in recipe.claims_of(request.size))
        before = verifications.newest(session).get((name, request.size))
    seconds = request.processor_seconds
    if before is not None and seconds is not None and before.experiments == request.experiments:
        seconds += before.processor_seconds or 0.0  # these runs had been trained in part, or whole, before
    verification = Verification(
        recipe=name,
        size=request.size,
        seeds=max(each.spec.seeds for each in made.values()),
        holds=bool(verdicts) and all(verdict.holds for verdict in verdicts),
        verdicts=verdicts,
        experiments=request.experiments,
        made_at=now(),
        machine=request.machine,
        processor_seconds=seconds,
    )
    with context.writing() as change:
        verifications.put(change.session, verification)
    return verification


def _experiments(
    context: Context, session: Session, recipe: Recipe, request: VerificationRequest
) -> dict[str, Experiment]:
    """Those named in the request: all that the size has, each what the recipe says but for its seeds, all over."""
    size = recipe.size(request.size)
    wanted = set(size.experiments()) if size else {""}
    for name in request.experiments:
        admission.raw_experiment(recipe, request.size, name)
    missing = sorted(wanted - set(request.experiments))
    if missing:
        raise InvalidSpec([Problem("experiments", f"experiments: {', '.join(missing)} of the recipe is missing.")])
    catalogue = admission.whole_catalogue(context, session)
    found = {name: experiments.get(session, number) for name, number in request.experiments.items()}
    for name, experiment in found.items():
        meant = admit(admission.raw_experiment(recipe, request.size, name), catalogue)
        if _but_seeds(experiment.spec) != _but_seeds(meant):
            sentence = (
                f"experiments.{name}: experiment {experiment.id} is not what the recipe says today; start it again."
            )
            raise InvalidSpec([Problem(f"experiments.{name}", sentence)])
        if experiment.state not in OVER:
            raise Conflict(f"Experiment {experiment.id} still trains: claims are judged when all its runs have ended.")
    return found


def _but_seeds(spec: ExperimentSpec) -> ExperimentSpec:
    return spec.model_copy(update={"seeds": 1})


def _verdict(session: Session, experiment: Experiment, claim: Claim) -> Verdict:
    found = runs.of_experiment(session, experiment.id)
    curves = series.curves(session, [run.id for run in found], series_of(claim))
    return judge(claim, Evidence(experiment.spec, tuple(found), curves))
