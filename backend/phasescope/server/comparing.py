"""From a comparison to what its page shows: who stands there, in what they differ, and the figures over all of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.responses import Response

from phasescope.core.arrays import KeptArray
from phasescope.core.catalogue import Catalogue
from phasescope.core.comparison import Comparison
from phasescope.core.differences import differences
from phasescope.core.errors import Missing
from phasescope.core.records import Run
from phasescope.core.view import View
from phasescope.figures import FIGURES, Material, expanded
from phasescope.figures.comparisons import COMPARISONS, Compared, ComparesArrays, ComparisonFigure
from phasescope.figures.comparisons.compared import LETTERS
from phasescope.figures.style import run_colours
from phasescope.server.admission import whole_catalogue
from phasescope.server.context import Context
from phasescope.server.drawing import cards, code_version, entity_answer, packed, render, tag_of, units_of
from phasescope.server.link_messages import ComparedSide, ComparisonBody, ComparisonCard
from phasescope.server.standing import Standing, evenly, names_of_sides, stand, stands_for
from phasescope.store import arrays, corrections, experiments, series

OF_GROUPS = {"drift": "drift_over_runs"}
"""What is drawn of a group in place of a figure of one run, where there is something to draw of several."""
MOST_DRAWN = 2000  # runs of a group in the figures of one side; the page says how many of how many
OF_COMPARISONS = {"step", "series", "step_scale", "layer"}
"""The fields that a view and a comparison have in common."""


@dataclass(frozen=True)
class Shown:
    """What is drawn where a figure of a side is asked for: a figure, a view, and the only runs that are in it."""

    figure: str
    view: View
    runs: tuple[Run, ...]
    tag: str


def read_comparison(session: Session, comparison: Comparison) -> ComparisonBody:
    """Who stands there and in what they differ. Raises NotFound, and InvalidSpec for a filter that cannot be."""
    found = [stand(session, side) for side in comparison.sides]
    told = differences([(standing.experiment.spec, standing.runs) for standing in found])
    sides = [
        ComparedSide(
            letter=letter, label=label, colour=colour, experiment=standing.experiment, runs=standing.runs,
            run=stands_for(session, standing),
        )
        for letter, label, colour, standing in _named(found)
    ]  # fmt: skip
    return ComparisonBody(
        comparison=comparison, sides=tuple(sides), differences=told, together=comparison_cards(), apart=cards()
    )


def _named(found: list[Standing]) -> list[tuple[str, str, str, Standing]]:
    """Letter, name and colour of each side."""
    colours = run_colours([standing.number for standing in found])
    return list(zip(LETTERS, names_of_sides(found), colours, found, strict=False))


def comparison_cards() -> tuple[ComparisonCard, ...]:
    """Every figure over several sides, in the order of the page."""
    return tuple(
        ComparisonCard(name=f.name, title=f.title, description=f.description, drawn_from=f.drawn_from)
        for f in COMPARISONS.values()
    )


def answer_comparison_figure(context: Context, name: str, comparison: Comparison, seen: str | None) -> Response:
    """A figure over all sides as a response; `seen` is the If-None-Match header. Raises NotFound."""
    figure = COMPARISONS[name]
    with context.store.read() as session:
        versions = [experiments.version(session, side.experiment) for side in comparison.sides]
    identity = "\n".join([name, comparison.model_dump_json(), str(versions), code_version()])
    tag = f'"{hashlib.sha256(identity.encode()).hexdigest()[:32]}"'
    return entity_answer(context, tag, seen, lambda: render_comparison(context, figure, comparison))


def answer_side_figure(context: Context, name: str, comparison: Comparison, side: int, seen: str | None) -> Response:
    """A figure of one side, numbered from 1: of the runs that stand there and of no others. Raises NotFound."""
    shown = side_figure(context, name, comparison, side)
    return entity_answer(
        context, shown.tag, seen, lambda: render(context, FIGURES[shown.figure], shown.view, shown.runs)
    )


def side_figure(context: Context, name: str, comparison: Comparison, side: int) -> Shown:
    """What is drawn where this figure of a side is asked for. Raises NotFound."""
    if not 1 <= side <= len(comparison.sides):
        raise Missing(f"This comparison has {len(comparison.sides)} sides.")
    asked = comparison.sides[side - 1]
    with context.store.read() as session:
        version = experiments.version(session, asked.experiment)
        standing = stand(session, asked)
        run = stands_for(session, standing)
    view = View(
        experiment=standing.experiment.id,
        runs=tuple(each.id for each in evenly(standing.runs, MOST_DRAWN)),
        run=run,
        filter=standing.side.filter,
        **comparison.model_dump(include=OF_COMPARISONS),
    )
    figure = OF_GROUPS.get(name, name) if standing.group else name
    return Shown(figure, view, standing.runs, tag_of(figure, view, version, asked.model_dump_json()))


def render_comparison(context: Context, figure: ComparisonFigure, comparison: Comparison) -> bytes:
    """Read, draw and pack."""
    with context.store.read() as session:
        sides = gather_sides(session, figure, comparison, whole_catalogue(context, session))
    return packed(figure.draw(sides, comparison), comparison.step)


def gather_sides(
    session: Session, figure: ComparisonFigure, comparison: Comparison, catalogue: Catalogue
) -> tuple[Compared, ...]:
    """What the figure asks of each side, and no series more."""
    found = [stand(session, side) for side in comparison.sides]
    sides = []
    for letter, label, colour, standing in _named(found):
        spec = standing.experiment.spec
        names = expanded(figure.needs(spec, comparison), standing.experiment.series)
        numbers = tuple(run.id for run in standing.runs)
        fields = comparison.model_dump(include=OF_COMPARISONS)
        view = View(experiment=standing.experiment.id, runs=numbers, **fields)
        curves = series.curves(session, numbers, names)
        by_hand = corrections.of_runs(session, numbers) if names else {}
        shown, kept = _arrays(session, figure, comparison, standing)
        material = Material(spec, standing.runs, curves, view, units_of(spec, catalogue), by_hand, kept)
        sides.append(Compared(letter, label, colour, material, standing.runs, shown))
    return tuple(sides)


def _arrays(
    session: Session, figure: ComparisonFigure, comparison: Comparison, standing: Standing
) -> tuple[Run | None, tuple[KeptArray, ...]]:
    """The run that stands for the side, and the arrays that the figure wants of it."""
    if not isinstance(figure, ComparesArrays):
        return None, ()
    names = expanded(figure.wants(comparison), arrays.names(session, standing.experiment.id))
    number = stands_for(session, standing)
    shown = next((run for run in standing.runs if run.id == number), None)
    return shown, tuple(arrays.read(session, [shown.id], names)) if names and shown is not None else ()
