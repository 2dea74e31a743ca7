"""From a comparison to what its page shows: who stands there, in what they differ, and the figures over all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy.orm import Session
from starlette.responses import Response

from phasescope.core.arrays import KeptArray
from phasescope.core.catalogue import Catalogue
from phasescope.core.comparison import Comparison, Side
from phasescope.core.differences import differences
from phasescope.core.records import Experiment, Run
from phasescope.core.view import View
from phasescope.figures import Material, expanded
from phasescope.figures.comparisons import COMPARISONS, Compared, ComparesArrays, ComparisonFigure
from phasescope.figures.comparisons.compared import LETTERS
from phasescope.figures.style import run_colours
from phasescope.figures.words import number, words
from phasescope.server.admission import whole_catalogue
from phasescope.server.context import Context
from phasescope.server.drawing import cards, code_version, entity_answer, packed, units_of
from phasescope.server.link_messages import ComparedSide, ComparisonBody, ComparisonCard
from phasescope.server.run_memory import remembered
from phasescope.store import arrays, corrections, experiments, series

NAMED_AT_MOST = 300  # runs of a side in the figures of one side
Found = tuple[Experiment, tuple[Run, ...]]


def read_comparison(session: Session, comparison: Comparison) -> ComparisonBody:
    """Who stands there and in what they differ. Raises NotFound."""
    found = [_found(session, side) for side in comparison.sides]
    told = differences([(experiment.spec, members) for experiment, members in found])
    colours = run_colours([_first(experiment, members) for experiment, members in found])
    names = _labels(found)
    sides = [
        ComparedSide(letter=letter, label=label, colour=colour, experiment=experiment, runs=members)
        for letter, label, colour, (experiment, members) in zip(LETTERS, names, colours, found, strict=False)
    ]
    return ComparisonBody(
        comparison=comparison, sides=tuple(sides), differences=told, together=comparison_cards(), apart=cards()
    )


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


def render_comparison(context: Context, figure: ComparisonFigure, comparison: Comparison) -> bytes:
    """Read, draw and pack."""
    with context.store.read() as session:
        sides = gather_sides(session, figure, comparison, whole_catalogue(context, session))
    return packed(figure.draw(sides, comparison), comparison.step)


def gather_sides(
    session: Session, figure: ComparisonFigure, comparison: Comparison, catalogue: Catalogue
) -> tuple[Compared, ...]:
    """What the figure asks of each side, and no series more."""
    body = read_comparison(session, comparison)
    sides = []
    for side in body.sides:
        names = expanded(figure.needs(side.experiment.spec, comparison), side.experiment.series)
        numbers = [run.id for run in side.runs]
        view = View(
            experiment=side.experiment.id,
            runs=tuple(numbers),
            **comparison.model_dump(include={"step", "series", "step_scale", "layer"}),
        )
        curves = series.curves(session, numbers, names)
        units = units_of(side.experiment.spec, catalogue)
        by_hand = corrections.of_runs(session, numbers) if names else {}
        kept = _arrays(session, figure, comparison, side.experiment.id, numbers[:1])
        material = Material(side.experiment.spec, side.runs, curves, view, units, by_hand, kept)
        sides.append(Compared(side.letter, side.label, side.colour, material, side.runs))
    return tuple(sides)


def _arrays(
    session: Session, figure: ComparisonFigure, comparison: Comparison, experiment: int, runs_of_side: Sequence[int]
) -> tuple[KeptArray, ...]:
    """The arrays that the figure wants of these runs."""
    if not isinstance(figure, ComparesArrays):
        return ()
    names = expanded(figure.wants(comparison), arrays.names(session, experiment))
    return tuple(arrays.read(session, runs_of_side, names)) if names else ()


def view_of_side(session: Session, comparison: Comparison, side: Side) -> View:
    """The side as a view of its experiment, for the figures that show one side alone."""
    _, members = _found(session, side)
    numbers = tuple(run.id for run in members[:NAMED_AT_MOST])
    fields = comparison.model_dump(include={"step", "series", "step_scale", "layer"})
    return View(experiment=side.experiment, runs=numbers, run=numbers[0] if numbers else None, **fields)


def _found(session: Session, side: Side) -> Found:
    """The runs that stand there; runs that this experiment does not have are left out."""
    everything = remembered(session, side.experiment)
    wanted = set(side.runs)
    members = tuple(run for run in everything if run.id in wanted) if wanted else tuple(everything)
    return experiments.get(session, side.experiment), members


def _first(experiment: Experiment, members: Sequence[Run]) -> int:
    return members[0].id if members else experiment.id


def _labels(found: Sequence[Found]) -> list[str]:
    """What tells the sides apart: the experiment where there are several, and where its runs lie."""
    several = len({experiment.id for experiment, _ in found}) > 1
    labels = []
    for experiment, members in found:
        place = _place(experiment, members)
        parts = [experiment.name] if several or not place else []
        labels.append(", ".join([*parts, *([place] if place else [])]))
    return labels


def _place(experiment: Experiment, members: Sequence[Run]) -> str:
    """The values that all runs of a side have in common along the axes; nothing where they have none."""
    axes = [axis.path for axis in experiment.spec.axes]
    common = [path for path in axes if members and len({str(run.point.get(path)) for run in members}) == 1]
    return ", ".join(f"{words(path, axes)} {number(members[0].point.get(path))}" for path in common)
