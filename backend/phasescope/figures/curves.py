"""Learning curves of the selected runs: test solid, train dashed, seeds of a cell as a band, everything on one clock.

Up to style.RUN_COLOURS cells each has its own colour, which it keeps in every figure. More are drawn as bundles of thin
lines, one bundle per phase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses import phases
from phasescope.analyses.bands import thin_each
from phasescope.core.curves import Floats
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import lines, style, words
from phasescope.figures.band_lines import Look, band_lines
from phasescope.figures.lines import Point
from phasescope.figures.material import Material, Scope, rule_of, selected
from phasescope.figures.style import Part

POINTS = 36_000  # of all lines together: the figure stays below a megabyte
SPLITS = {"accuracy": ("test_accuracy", "train_accuracy"), "loss": ("test_loss", "train_loss")}
DASHES = {"train": "dash", "test": "solid"}
TEACHING = "Click a cell of the phase diagram to see its curves.<br>Shift-click or draw a box to compare several."


@dataclass(frozen=True)
class Bundle:
    """Runs drawn alike: those of one cell, of one group, or of one phase."""

    label: str
    colour: str
    runs: tuple[Run, ...]


class CurvesFigure:
    """Training and test curves of the selected runs, grouped by cell."""

    name = "curves"
    title = "Curves"
    description = "Training and test curves of the selected runs; the seeds of a cell as median and band."
    scope: Scope = "selection"
    drawn_from = ("runs", "series", "step_scale", "rule", "group")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*names_of(view.series), *rule_of(experiment, view).series())))

    def draw(self, material: Material) -> go.Figure:
        names = names_of(material.view.series)
        own = {run.id: run for run in material.runs}
        chosen = [own[run] for run in selected(material.view) if run in own]
        groups = by_group(material, chosen) if material.view.group else by_cell(material, chosen)
        many = len(groups) > style.RUN_COLOURS
        bundles = by_phase(material, chosen) if many else groups
        budget = POINTS // max(1, len(names) * (len(chosen) if many else 3 * len(bundles)))
        data: list[Part] = []
        ends: list[Point] = []
        gaps: list[Point] = []
        least, greatest = np.inf, -np.inf
        for bundle in bundles:
            for name in names:
                values = lines.drawn(material, bundle.runs, name)
                if not np.isfinite(values).any():
                    continue
                least, greatest = min(least, float(np.nanmin(values))), max(greatest, float(np.nanmax(values)))
                draw = _thin_lines if many else _band
                data += draw(material, bundle, name, values, budget)
                for run, line in zip(bundle.runs, values, strict=True):
                    ends += lines.end_points(material, run, line, bundle.colour)
                    gaps += lines.gap_points(material, run, name, line, bundle.colour)
        key = [lines.split_key(split, dash) for split, dash in DASHES.items() if len(names) > 1 and data]
        marked = [*lines.end_marks(ends), *lines.marks(gaps, name="undefined", symbol="x-thin")]
        layout = _layout(material, bundles, bool(data), (least, greatest))
        return style.figure([*data, *key, *marked], layout)


def names_of(series: str) -> tuple[str, ...]:
    """The series drawn: accuracy and loss are two each, anything else is itself."""
    return SPLITS.get(series, (series,))


def by_cell(material: Material, runs: list[Run]) -> list[Bundle]:
    """Runs that differ in nothing but the seed together; the colour is that of the first of them."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(lines.point_words(material, run), []).append(run)
    colours = style.run_colours([group[0].id for group in groups.values()])
    return [Bundle(label, colour, tuple(group)) for (label, group), colour in zip(groups.items(), colours, strict=True)]


def by_group(material: Material, runs: list[Run]) -> list[Bundle]:
    """Runs that share the fields of the view's grouping; the colour is the group's own, whatever is selected."""
    names: dict[str, list[Run]] = {}
    for run in material.runs:
        names.setdefault(_group_words(run, material.view.group), []).append(run)
    colours = dict(zip(names, style.run_colours([crc32(name.encode()) for name in names]), strict=True))
    wanted = {run.id for run in runs}
    chosen = {name: tuple(run for run in group if run.id in wanted) for name, group in names.items()}
    return [Bundle(name, colours[name], group) for name, group in chosen.items() if group]


def _group_words(run: Run, fields: Sequence[str]) -> str:
    own = {"seed": run.seed, "state": run.state}
    return " · ".join(words.number(own.get(field, run.point.get(field))) for field in fields)


def by_phase(material: Material, runs: list[Run]) -> list[Bundle]:
    """Runs of the same phase together: the newest, as the curves are whole."""
    codes = phases.label(material.curves, material.rule, None).tolist()
    code = dict(zip(material.curves.runs, codes, strict=True))
    found = []
    names = phases.names_of(material.rule)
    colours = [*style.phase_colours(names, lines=True), style.NEUTRAL]
    for number, phase in [*enumerate(names), (phases.UNKNOWN, "no phase yet")]:
        group = tuple(run for run in runs if code.get(run.id, phases.UNKNOWN) == number)
        if group:
            found.append(Bundle(f"{phase} {len(group):,}", colours[number], group))
    return found


def _split(name: str) -> str:
    return name.partition("_")[0] if any(name in pair for pair in SPLITS.values()) else "test"


def _band(material: Material, bundle: Bundle, name: str, values: Floats, budget: int) -> list[Part]:
    """The median over the runs of a cell, and a band where there are several."""
    said = f"<b>{bundle.label}</b><br>{words.series_words(name)}"
    listed = name == names_of(material.view.series)[0]
    look = Look(bundle.label, bundle.label, bundle.colour, said, DASHES[_split(name)], listed)
    return band_lines(values, material.curves.steps, look, budget, tuple(run.id for run in bundle.runs))


def _thin_lines(material: Material, bundle: Bundle, name: str, values: Floats, budget: int) -> list[Part]:
    """All runs of a bundle as one trace of thin lines, separated by gaps."""
    columns = thin_each(values, budget - 1)
    x = material.curves.steps[columns].astype(np.float32)
    y = np.take_along_axis(values, columns, axis=1).astype(np.float32)
    gap = np.full((len(values), 1), np.nan, dtype=np.float32)
    entry = style.legend_entry(
        bundle.label, mode="lines", line={"color": bundle.colour, "width": 2}, legendgroup=bundle.label
    )
    ids = np.repeat([run.id for run in bundle.runs], x.shape[1] + 1)
    width = 0.8 if len(bundle.runs) > 50 else 1.2
    return [
        {
            "type": "scatter", "mode": "lines", "name": bundle.label, "legendgroup": bundle.label,
            "x": np.hstack([x, gap]).ravel(), "y": np.hstack([y, gap]).ravel(), "customdata": ids.astype(np.int32),
            "line": {"color": style.translucent(bundle.colour, 0.55), "dash": DASHES[_split(name)], "width": width},
            "showlegend": False,
            "hovertemplate": f"run %{{customdata}}<br>{words.series_words(name)} %{{y:.4g}} at step %{{x:,d}}"
            "<extra></extra>",
        },
        *([entry] if name == names_of(material.view.series)[0] else []),
    ]  # fmt: skip


def _layout(material: Material, bundles: list[Bundle], drew: bool, spread: tuple[float, float]) -> Part:
    view, names = material.view, names_of(material.view.series)
    last = max(material.experiment.steps, int(material.curves.steps.max(initial=0)))
    groups = [
        {"label": bundle.label, "colour": bundle.colour, "runs": [run.id for run in bundle.runs]} for bundle in bundles
    ]
    rule = material.rule
    given = ((rule.test_at_least, rule.generalised), (rule.train_at_least, rule.fitted))
    levels = sorted({level for level, other in given if view.series == "accuracy" and not other})
    return {
        "xaxis": style.step_axis(view.step_scale, last),
        "yaxis": {
            "title": {"text": words.with_unit(words.series_words(view.series), names[0], material.units)},
            "automargin": True, **_scale(view.series, spread),
        },
        "shapes": [style.clock(view.step), *(style.level_line(value, "threshold") for value in levels)],
        "annotations": _notes(material, names, drew), "hovermode": "closest", "showlegend": True,
        "uirevision": f"{view.series} {view.step_scale}", "legend": _legend(material, bundles),
        "meta": {
            "kind": "curves", "series": list(names), "step_scale": view.step_scale, "step": view.step,
            "steps": material.curves.steps.tolist(), "groups": groups,
        },
    }  # fmt: skip


def _legend(material: Material, bundles: list[Bundle]) -> Part:
    """The legend; cells are named by their values alone and the axes once, in its title."""
    fields = material.view.group
    if fields and bundles and bundles[0].label == _group_words(bundles[0].runs[0], fields):
        return style.legend(", ".join(words.words(field, fields) for field in fields))
    cells = bool(bundles) and bundles[0].label == lines.point_words(material, bundles[0].runs[0])
    return style.legend(lines.axes_words(material) if cells else "")


def _scale(series: str, spread: tuple[float, float]) -> Part:
    """Accuracy from 0 to 1; losses that fall over more than a decade, and whatever spans two, in the logarithm."""
    low, high = spread
    if series == "accuracy":
        return {"type": "linear", "range": [-0.03, 1.03]}
    if not np.isfinite(low):
        return {"type": "linear", "range": [0, 1]}
    decades = np.log10(high / low) if low > 0 else 0.0
    if decades > (1 if "loss" in series else 2):
        return {"type": "log", "exponentformat": "power", "dtick": 1 if decades >= 1.3 else "D2"}
    return {"type": "linear"}


def _notes(material: Material, names: tuple[str, ...], drew: bool) -> list[Part]:
    view = material.view
    if drew:
        return []
    chosen = selected(view)
    if not chosen:
        return [style.note(TEACHING)]
    reasons = [material.curves.undefined.get((run, name)) for run in chosen for name in names]
    reason = next((text for text in reasons if text), None)
    what = words.series_words(view.series)
    return [
        style.note(f"{what} is undefined for this selection:<br>{reason}" if reason else f"No {what} recorded yet.")
    ]
