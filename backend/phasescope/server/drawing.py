"""A figure, from a view to bytes: the series it needs are read, it is drawn, and the result is kept.

The tag of an answer says figure, view, version of the experiment and version of the code; a page that has the
newest drawing already gets 304 and no body, and then nothing was read but one number.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path

import plotly.graph_objects as go
from plotly.io.json import to_json_plotly
from sqlalchemy.orm import Session
from starlette.responses import Response

import phasescope.analyses
import phasescope.figures
from phasescope import __version__
from phasescope.analyses.run_numbers import EVENT_SERIES
from phasescope.core.arrays import KeptArray
from phasescope.core.catalogue import Catalogue
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import FIGURES, DrawsArrays, Figure, Material, expanded, filmed, selected
from phasescope.figures.cell_film import film
from phasescope.server.admission import whole_catalogue
from phasescope.server.asked import check_view
from phasescope.server.context import Context
from phasescope.server.looking import looked_at
from phasescope.server.messages import FigureCard, FilmBody
from phasescope.server.run_memory import remembered_experiment
from phasescope.store import arrays, corrections, experiments, series


def cards() -> tuple[FigureCard, ...]:
    """Every figure that can be asked for, in the order of the page."""
    return tuple(
        FigureCard(name=f.name, title=f.title, description=f.description, scope=f.scope, drawn_from=f.drawn_from)
        for f in FIGURES.values()
    )


def answer_figure(context: Context, name: str, view: View, seen: str | None) -> Response:
    """The figure as a response; `seen` is the If-None-Match header. Raises NotFound."""
    figure = FIGURES[name]
    return _kept(context, name, view, seen, lambda: render(context, figure, view))


def answer_film(context: Context, view: View, seen: str | None) -> Response:
    """The phase diagram at every step, as a response that is kept and tagged as figures are. Raises NotFound."""
    return _kept(context, "film", view, seen, lambda: render_film(context, view))


def _kept(context: Context, name: str, view: View, seen: str | None, draw: Callable[[], bytes]) -> Response:
    with context.store.read() as session:
        version = experiments.version(session, view.experiment)
    return entity_answer(context, tag_of(name, view, version), seen, draw)


def entity_answer(context: Context, tag: str, seen: str | None, draw: Callable[[], bytes]) -> Response:
    """The drawing of this tag, or 304 to who has it already."""
    headers = {"ETag": tag, "Cache-Control": "no-cache"}  # keep it, but ask each time whether it is still the newest
    if seen is not None and tag in [part.strip().removeprefix("W/") for part in seen.split(",")]:
        return Response(status_code=304, headers=headers)
    body = context.figures.get(tag, draw)
    return Response(body, media_type="application/json", headers=headers)


def tag_of(name: str, view: View, version: int, more: str = "") -> str:
    """The entity tag of a figure; `more` is what it is drawn of besides the view."""
    identity = "\n".join([name, view.model_dump_json(), str(version), code_version(), more])
    return f'"{hashlib.sha256(identity.encode()).hexdigest()[:32]}"'


def render(context: Context, figure: Figure, view: View, only: Sequence[Run] | None = None) -> bytes:
    """Read, draw and pack: numpy arrays travel as base64 typed arrays, and the template stays at home."""
    with context.store.read() as session:
        material = gather(session, figure, view, whole_catalogue(context, session), only=only)
    return packed(figure.draw(material), view.step)


def packed(figure: go.Figure, step: int | None) -> bytes:
    """A figure as it is sent; one that is filmed shows the frame of the clock."""
    drawn = filmed.at_step(figure.to_plotly_json(), step)
    drawn["layout"].pop("template", None)
    text: str = to_json_plotly(drawn, engine="orjson")
    return text.encode()


def render_film(context: Context, view: View) -> bytes:
    """Read the series of the phases, the events and the colour, and pack the film of them."""
    figure = FIGURES["phase_diagram"]
    with context.store.read() as session:
        material = gather(session, figure, view, whole_catalogue(context, session), (EVENT_SERIES,))
    shot = film(material)
    body = FilmBody(
        rows=shot.grid.rows,
        columns=shot.grid.columns,
        steps=tuple(shot.steps.tolist()),
        palette=shot.palette,
        names=shot.names,
        codes=b64encode(shot.codes.tobytes()).decode(),
        drop_steps=b64encode(shot.drop_step.astype("<f4").tobytes()).decode(),
    )
    return body.model_dump_json().encode()


def gather(
    session: Session,
    figure: Figure,
    view: View,
    catalogue: Catalogue,
    more: Sequence[str] = (),
    only: Sequence[Run] | None = None,
) -> Material:
    """What the figure asks for, and no series more; a run of another experiment is never read. Raises InvalidSpec.

    `only` are the runs there are, where somebody else has said which: not those that the view looks at.
    """
    experiment = remembered_experiment(session, view.experiment)
    check_view(figure, experiment, view, catalogue)
    everything = looked_at(session, experiment, view) if only is None else tuple(only)
    own = {run.id for run in everything}
    wanted = own if figure.scope == "all" else own.intersection(selected(view))
    names = expanded((*figure.needs(experiment.spec, view), *more), experiment.series)
    curves = series.curves(session, [run.id for run in everything if run.id in wanted], names)
    return Material(
        experiment=experiment.spec, runs=everything, curves=curves, view=view,
        units=units_of(experiment.spec, catalogue), corrections=corrections.of_runs(session, curves.runs),
        arrays=arrays_for(session, figure, view, own),
    )  # fmt: skip


def arrays_for(session: Session, figure: Figure, view: View, own: Collection[int]) -> tuple[KeptArray, ...]:
    """The arrays that the figure wants of the experiment's own runs."""
    if not isinstance(figure, DrawsArrays):
        return ()
    wanted = figure.wants(view)
    names = expanded(wanted.names, arrays.names(session, view.experiment))
    return tuple(arrays.read(session, [run for run in wanted.runs if run in own], names)) if names else ()


def units_of(spec: ExperimentSpec, catalogue: Catalogue) -> dict[str, str]:
    """Units of the axes and of the series, where the catalogue names one."""
    found: dict[str, str] = {}
    for kind in ("task", "model", "optimizer"):
        entry = catalogue.entry(kind, str(getattr(spec, kind)["name"]))
        for name, schema in entry.settings.get("properties", {}).items():
            if "x-unit" in schema:
                found[f"{kind}.{name}"] = str(schema["x-unit"])
    for name in spec.measures:
        measure = catalogue.entry("measure", name)
        found.update({series_name: measure.unit for series_name in measure.series if measure.unit})
    return found


@cache
def code_version() -> str:
    """The release and a digest of what draws, so that a page never keeps a figure of an older program."""
    digest = hashlib.sha256(__version__.encode())
    for package in (phasescope.figures, phasescope.analyses):
        for folder in package.__path__:
            for file in sorted(Path(folder).rglob("*.py")):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
