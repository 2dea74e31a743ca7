"""Side by side: two to six runs or cells in columns under one clock, with the same axes, so that heights compare."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses.bands import band, thin
from phasescope.core.curves import Floats
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import lines, style, words
from phasescope.figures.curves import Bundle, by_cell, names_of
from phasescope.figures.material import Material, Scope, selected
from phasescope.figures.style import Part
from phasescope.figures.value_axis import value_axis

MOST = 6  # columns
DRIFT = "drift_to_initial."
POINTS = 30_000
GAP = 0.03  # between columns, in shares of the width
TEACHING = "Select two to six runs or cells<br>to see them side by side."
DASHES = {"train": "dash", "test": "solid"}


class SideBySide:
    """Rows: the series of the curves, accuracy, loss, and drift per layer."""

    name = "side_by_side"
    title = "Side by side"
    description = "Two to six selected runs or cells in columns: accuracy, loss and drift on the same axes."
    scope: Scope = "selection"
    drawn_from = ("runs", "series", "step_scale", "layer")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        names = [name for row in _row_names(view) for name in names_of(row)]
        return (*names, f"{DRIFT}{view.layer or '*'}")

    def draw(self, material: Material) -> go.Figure:
        own = {run.id: run for run in material.runs}
        chosen = [own[run] for run in selected(material.view) if run in own]
        groups = by_cell(material, chosen)
        rows = _rows(material)
        shown = groups[:MOST] if len(groups) > 1 else _apart(groups)
        data: list[Part] = []
        ranges: dict[int, list[Floats]] = {}
        budget = POINTS // max(1, 4 * sum(map(len, rows.values())) * len(shown))
        for column, group in enumerate(shown):
            for row, (_, names) in enumerate(rows.items()):
                for name, colour, dash in _looks(names, group.colour):
                    values = lines.drawn(material, group.runs, name)
                    if np.isfinite(values).any():
                        ranges.setdefault(row, []).append(values)
                        data += _line(material, group, name, values, colour, dash, (row, column), len(shown), budget)
        return style.figure(data or [_blank()], _layout(material, shown, rows, ranges, len(groups)))


def _apart(groups: list[Bundle]) -> list[Bundle]:
    """Seeds of one cell, each as a column."""
    if not groups:
        return []
    runs = groups[0].runs[:MOST]
    colours = style.run_colours([run.id for run in runs])
    return [Bundle(f"run {run.id}", colour, (run,)) for run, colour in zip(runs, colours, strict=True)]


def _row_names(view: View) -> list[str]:
    return list(dict.fromkeys([view.series, "accuracy", "loss"]))


def _rows(material: Material) -> dict[str, list[str]]:
    """Titles of the rows that have a series, and the series of each."""
    view = material.view
    found = {row: [name for name in names_of(row) if name in material.curves.values] for row in _row_names(view)}
    found["drift to initial"] = [
        name for name in material.curves.values if name.startswith(DRIFT) and view.layer in (None, name[len(DRIFT) :])
    ]
    return {row: names for row, names in found.items() if names}


def _looks(names: list[str], colour: str) -> list[tuple[str, str, str]]:
    """Name, colour and dash of each line: train dashed in the colour of the column, layers from blue to orange."""
    if names[0].startswith(DRIFT):
        return [(name, shade, "solid") for name, shade in zip(names, style.layer_colours(len(names)), strict=True)]
    return [(name, colour, DASHES.get(name.partition("_")[0], "solid")) for name in names]


def _line(
    material: Material, group: Bundle, name: str, values: Floats, colour: str, dash: str, place: tuple[int, int],
    columns: int, budget: int,
) -> list[Part]:  # fmt: skip
    """The median over the runs of a column, and a band where there are several."""
    over = band(values)
    together = np.stack([over.low, over.median, over.high])
    kept = lines.inside(together)
    picked = np.arange(kept.start, kept.stop)[thin(together[:, kept], max(budget, 40))]
    x = material.curves.steps[picked].astype(np.float32)
    low, middle, high = (row.astype(np.float32) for row in together[:, picked])
    axes = {"xaxis": _axis("x", place[1]), "yaxis": _axis("y", place[0] * columns + place[1])}
    line: Part = {
        "type": "scatter", "mode": "lines", "name": words.series_words(name), "x": x, "y": middle, **axes,
        "line": {"color": colour, "dash": dash, "width": 1.8}, "showlegend": False,
        "meta": {"runs": [run.id for run in group.runs]},
        "hovertemplate": f"<b>{group.label}</b><br>{words.series_words(name)} %{{y:.4g}} at step %{{x:,d}}"
        "<extra></extra>",
    }  # fmt: skip
    if len(group.runs) < 2:
        return [line]
    defined = np.isfinite(low) & np.isfinite(high)
    area: Part = {
        "type": "scatter", "mode": "lines", "name": over.edges, "showlegend": False, "hoverinfo": "skip", **axes,
        "x": np.concatenate([x[defined], x[defined][::-1]]), "y": np.concatenate([low[defined], high[defined][::-1]]),
        "fill": "toself", "fillcolor": style.translucent(colour, 0.18), "line": {"width": 0},
    }  # fmt: skip
    return [area, line]


def _axis(letter: str, number: int) -> str:
    return letter if number == 0 else f"{letter}{number + 1}"


def _blank() -> Part:
    return {**style.legend_entry("", mode="lines"), "showlegend": False}


def _layout(
    material: Material, shown: list[Bundle], rows: dict[str, list[str]], ranges: dict[int, list[Floats]], groups: int
) -> Part:
    layout: Part = {
        "hovermode": "closest", "showlegend": False, "margin": {**style.WITH_REMARK, "t": 56},
        "uirevision": f"side_by_side {material.view.step_scale}",
        "meta": {
            "kind": "side_by_side", "step": material.view.step, "step_scale": material.view.step_scale,
            "rows": list(rows), "groups": [
                {"label": group.label, "colour": group.colour, "runs": [run.id for run in group.runs]}
                for group in shown
            ], "steps": material.curves.steps.tolist(),
        },
    }  # fmt: skip
    if not ranges:
        empty = {"title": {"text": "training step"}, "range": [0, 1]}
        note = TEACHING if not shown else "Nothing recorded yet." if material.runs else "No runs yet"
        return {**layout, "xaxis": empty, "yaxis": {**empty, "title": {"text": "value"}},
                "annotations": [style.note(note)]}  # fmt: skip
    return {**layout, **_axes(material, shown, rows, ranges), "annotations": _titles(shown, groups),
            "shapes": [style.clock(material.view.step, axis=_axis("x", n)) for n in range(len(shown))]}  # fmt: skip


def _axes(material: Material, shown: list[Bundle], rows: dict[str, list[str]], ranges: dict[int, list[Floats]]) -> Part:
    """One x axis per column and one y axis per panel; panels of a row share their scale."""
    last = max(material.experiment.steps, int(material.curves.steps.max(initial=0)))
    count, width, height = len(shown), 1 / len(shown), 1 / len(rows)
    axes: Part = {}
    for column in range(count):
        steps = style.step_axis(material.view.step_scale, last)
        if "dtick" in steps and count > 3:
            steps["dtick"] = 2
        lowest = (len(rows) - 1) * count + column
        axes[f"xaxis{column + 1 if column else ''}"] = {
            **steps, "title": {"text": "training step" if column == count // 2 else " "}, "tickangle": 0,
            "domain": [column * width + (GAP / 2 if column else 0), (column + 1) * width - GAP / 2],
            "nticks": max(3, 8 // count), "anchor": _axis("y", lowest), **({"matches": "x"} if column else {}),
        }  # fmt: skip
    for row, title in enumerate(rows):
        values = np.concatenate([part.ravel() for part in ranges.get(row, [np.zeros(0)])])
        shape = value_axis(title if title in ("accuracy", "loss") else rows[title][0], values, material.units)
        shape.setdefault("range", _range(values, log=shape["type"] == "log"))
        for column in range(count):
            number = row * count + column
            first = {"title": {"text": title.replace("_", " ")}} if column == 0 else {
                "title": {"text": " "}, "showticklabels": False, "matches": _axis("y", row * count),
            }  # fmt: skip
            axes[f"yaxis{number + 1 if number else ''}"] = {
                **shape, **first, "anchor": _axis("x", column),
                "domain": [1 - (row + 1) * height + (0.02 if row < len(rows) - 1 else 0), 1 - row * height - 0.02],
            }  # fmt: skip
    return axes


def _range(values: Floats, *, log: bool) -> list[float]:
    """Where all values of a row lie: axes that match each other do not find it themselves."""
    finite = values[np.isfinite(values) & (values > 0 if log else True)].astype(np.float64)
    if not len(finite):
        return [0.0, 1.0]
    low, high = (
        float(end) for end in (np.log10([finite.min(), finite.max()]) if log else (finite.min(), finite.max()))
    )
    margin = 0.06 * (high - low) or 0.5
    return [low - margin, high + margin]


def _titles(shown: list[Bundle], groups: int) -> list[Part]:
    found: list[Part] = [
        {
            "text": f"<b>{group.label}</b>", "showarrow": False, "xref": f"{_axis('x', column)} domain",
            "yref": "paper", "x": 0.5, "y": 1, "xanchor": "center", "yanchor": "bottom", "name": "column",
        }
        for column, group in enumerate(shown)
    ]  # fmt: skip
    if groups > MOST:
        found.append(style.remark(f"the first {MOST} of {groups:,} cells"))
    return found
