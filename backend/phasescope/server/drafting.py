"""Where drafts come from: a text, a recipe, an experiment or one of its cells."""

from __future__ import annotations

from phasescope.core import rewriting
from phasescope.core.errors import NotFound
from phasescope.core.spec_text import read_text, written
from phasescope.recipes import RECIPES
from phasescope.server.admission import whole_catalogue
from phasescope.server.context import Context
from phasescope.server.messages import Draft, DraftRequest
from phasescope.store import experiments, runs


def converted(wanted: DraftRequest) -> Draft:
    """The draft in both forms; a text stays as it was written. Raises InvalidSpec."""
    if wanted.text is not None:
        return Draft(data=read_text(wanted.text), text=wanted.text)
    return both(wanted.data or {})


def both(data: rewriting.Draft) -> Draft:
    """The draft as it is and as YAML."""
    return Draft(data=data, text=written(data))


def from_recipe(name: str, size: str) -> Draft:
    """Raises NotFound, naming what there is."""
    recipe = RECIPES[name]
    chosen = recipe.size(size)
    if chosen is None:
        raise NotFound("size", size, [each.name for each in recipe.sizes])
    return both(chosen.experiment)


def from_experiment(context: Context, experiment: int, *, run: int | None, around: bool) -> Draft:
    """Raises NotFound when there is no such experiment, or no such run in it."""
    with context.store.read() as session:
        catalogue = whole_catalogue(context, session)
        spec = experiments.get(session, experiment).spec
        if run is None:
            return both(rewriting.of_experiment(spec, catalogue))
        own = next((each for each in runs.of_experiment(session, experiment) if each.id == run), None)
        if own is None:
            raise NotFound("run of this experiment", run)
        if around:
            return both(rewriting.around_cell(spec, own.point, catalogue))
        return both(rewriting.of_cell(spec, runs.get(session, run).spec, catalogue))
