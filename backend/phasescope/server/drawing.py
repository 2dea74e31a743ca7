"""A figure, from a view to bytes: the series it needs are read, it is drawn, and the result is kept.

The tag of an answer says figure, view, version of the experiment and version of the code; a page that has the
newest drawing already gets 304 and no body, and then nothing was read but one number.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from plotly.io.json import to_json_plotly
from sqlalchemy.orm import Session
from starlette.responses import Response

import phasescope.analyses
import phasescope.figures
from phasescope import __version__
from phasescope.core.catalogue import Catalogue
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import FIGURES, Figure, Material, expanded, selected
from phasescope.server.admission import whole_catalogue
from phasescope.server.asked import check_view
from phasescope.server.context import Context
from phasescope.server.messages import FigureCard
from phasescope.store import corrections, experiments, runs, series


def cards() -> tuple[FigureCard, ...]:
    """Every figure that can be asked for, in the order of the page."""
    return tuple(
        FigureCard(name=f.name, title=f.title, description=f.description, scope=f.scope, drawn_from=f.drawn_from)
        for f in FIGURES.values()
    )


def answer_figure(context: Context, name: str, view: View, seen: str | None) -> Response:
    """The figure as a response; `seen` is the If-None-Match header. Raises NotFound."""
    figure = FIGURES[name]
    with context.store.read() as session:
        version = experiments.version(session, view.experiment)
    tag = tag_of(name, view, version)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}  # keep it, but ask each time whether it is still the newest
    if seen is not None and tag in [part.strip().removeprefix("W/") for part in seen.split(",")]:
        return Response(status_code=304, headers=headers)
    body = context.figures.get(tag, lambda: render(context, figure, view))
    return Response(body, media_type="application/json", headers=headers)


def tag_of(name: str, view: View, version: int) -> str:
    """The entity tag of a figure."""
    identity = "\n".join([name, view.model_dump_json(), str(version), code_version()])
    return f'"{hashlib.sha256(identity.encode()).hexdigest()[:32]}"'


def render(context: Context, figure: Figure, view: View) -> bytes:
    """Read, draw and pack: numpy arrays travel as base64 typed arrays, and the template stays at home."""
    with context.store.read() as session:
        material = gather(session, figure, view, whole_catalogue(context, session))
    drawn = figure.draw(material).to_plotly_json()
    drawn["layout"].pop("template", None)
    text: str = to_json_plotly(drawn, engine="orjson")
    return text.encode()


def gather(session: Session, figure: Figure, view: View, catalogue: Catalogue) -> Material:
    """What the figure asks for, and no series more; a run of another experiment is never read. Raises InvalidSpec."""
    experiment = experiments.get(session, view.experiment)
    check_view(figure, experiment, view, catalogue)
    everything = tuple(runs.of_experiment(session, view.experiment))
    own = {run.id for run in everything}
    wanted = own if figure.scope == "all" else own.intersection(selected(view))
    names = expanded(figure.needs(experiment.spec, view), experiment.series)
    curves = series.curves(session, [run.id for run in everything if run.id in wanted], names)
    return Material(
        experiment=experiment.spec, runs=everything, curves=curves, view=view,
        units=units_of(experiment.spec, catalogue), corrections=corrections.of_runs(session, curves.runs),
    )  # fmt: skip


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
