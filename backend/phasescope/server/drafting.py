"""Where drafts come from: a text, a recipe, an experiment or one of its cells. Each is checked as it is written."""

from __future__ import annotations

from typing import Any

from phasescope.core import rewriting
from phasescope.core.errors import InvalidSpec, NotFound, Problem
from phasescope.core.spec_text import read_text, written
from phasescope.recipes import RECIPES
from phasescope.server import costing
from phasescope.server.admission import whole_catalogue
from phasescope.server.context import Context
from phasescope.server.messages import Draft, DraftRequest, ProblemBody
from phasescope.store import experiments, runs


def converted(context: Context, wanted: DraftRequest) -> Draft:
    """The draft in both forms; a text stays as it was written."""
    if wanted.text is None:
        return both(context, wanted.data or {})
    try:
        data = read_text(wanted.text)
    except InvalidSpec as error:
        return Draft(data=None, text=wanted.text, problems=_bodies(error.problems), cost=None)
    return _checked(context, data, wanted.text)


def both(context: Context, data: dict[str, Any]) -> Draft:
    """The draft as it is and as YAML."""
    return _checked(context, data, written(data))


def _checked(context: Context, data: dict[str, Any], text: str) -> Draft:
    """What is wrong with it, or what it would cost."""
    try:
        cost = costing.cost(context, data)
    except InvalidSpec as error:
        return Draft(data=data, text=text, problems=_bodies(error.problems), cost=None)
    return Draft(data=data, text=text, problems=(), cost=cost)


def _bodies(problems: tuple[Problem, ...] | list[Problem]) -> tuple[ProblemBody, ...]:
    return tuple(ProblemBody(field=problem.field, sentence=problem.sentence) for problem in problems)


def from_recipe(context: Context, name: str, size: str) -> Draft:
    """Raises NotFound, naming what there is."""
    recipe = RECIPES[name]
    chosen = recipe.size(size)
    if chosen is None:
        raise NotFound("size", size, [each.name for each in recipe.sizes])
    return both(context, chosen.experiment)


def from_experiment(context: Context, experiment: int, *, run: int | None, around: bool) -> Draft:
    """Raises NotFound when there is no such experiment, or no such run in it."""
    with context.store.read() as session:
        catalogue = whole_catalogue(context, session)
        spec = experiments.get(session, experiment).spec
        if run is None:
            data = rewriting.of_experiment(spec, catalogue)
        else:
            own = next((each for each in runs.of_experiment(session, experiment) if each.id == run), None)
            if own is None:
                raise NotFound("run of this experiment", run)
            cell = runs.get(session, run).spec
            near = around and bool(spec.axes)
            data = (
                rewriting.around_cell(spec, own.point, catalogue) if near else rewriting.of_cell(spec, cell, catalogue)
            )
    return both(context, data)
