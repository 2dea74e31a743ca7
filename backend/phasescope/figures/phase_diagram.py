"""The phase diagram: every run as a cell over two axes, coloured by its phase or by a series, as known at the clock."""

from __future__ import annotations

import plotly.graph_objects as go

from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import style, words
from phasescope.figures.boundary_lines import boundary_lines
from phasescope.figures.cell_axes import places
from phasescope.figures.cell_hover import hover
from phasescope.figures.cell_maps import heat_maps, legend, outlines
from phasescope.figures.cell_values import PHASE, Cells, by_phase, colour_title, find, series_of, spread_of_colours
from phasescope.figures.colour_scale import colour_scale, phase_scale
from phasescope.figures.material import Material, Scope
from phasescope.figures.style import Part

STRIP = [0.3, 0.7]  # the height of a diagram that has one axis


class PhaseDiagram:
    """Heat map over two axes of the experiment; a cell is all runs that share its values."""

    name = "phase_diagram"
    title = "Phase diagram"
    description = "Every run as a cell over two axes, coloured by its phase or by a series, as known at the clock."
    scope: Scope = "all"
    drawn_from = ("x", "y", "colour", "step", "runs", "rule", "over_seeds", "boundaries", "levels")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return series_of(experiment, view)

    def draw(self, material: Material) -> go.Figure:
        found = find(material)
        grid, view = found.grid, material.view
        paths = [axis.path for axis in material.experiment.axes]
        titles = [
            words.with_unit(words.words(axis.path, paths), axis.path, material.units) if axis else ""
            for axis in (grid.x, grid.y)
        ]
        across, up = places(grid.x, titles[0]), places(grid.y, titles[1])
        kinds = by_phase(view)
        spread = spread_of_colours(material, found.values)
        scale = phase_scale(found.phases) if kinds else colour_scale(colour_title(material), spread)
        data = [
            *heat_maps(found, scale, {"x": across.edges, "y": up.edges}, hover(found, material)),
            *boundary_lines(material, grid, across, up),
            *outlines(grid, across, up, view.runs),
            *legend(found, kinds),
        ]
        layout: Part = {
            "xaxis": across.axis, "yaxis": up.axis, "hovermode": "closest", "showlegend": True,
            "uirevision": f"{grid.x and grid.x.path} {grid.y and grid.y.path}",
            "meta": _meta(found, material), "annotations": _notes(found, material), **scale.layout,
        }  # fmt: skip
        layout["legend"] = {**style.LEGEND, "itemclick": False, "itemdoubleclick": False}
        if grid.y is None:
            layout["yaxis"]["domain"] = STRIP
        return style.figure(data, layout)


def _notes(found: Cells, material: Material) -> list[Part]:
    if not material.runs:
        return [style.note("No runs yet")]
    if found.waiting.all():
        reason = "" if material.view.colour == PHASE else f" of {words.series_words(material.view.colour)}"
        return [style.note(f"No values{reason} yet.<br>The first cells appear as soon as a worker has trained them.")]
    return []


def _meta(found: Cells, material: Material) -> Part:
    """What the page reads: axes and their values, the checkpoints, and how many of what."""
    axes = [
        {"path": axis.path, "title": words.words(axis.path), "scale": axis.scale, "values": list(axis.values)}
        if axis
        else None
        for axis in (found.grid.x, found.grid.y)
    ]
    return {
        "kind": "phase_diagram", "x": axes[0], "y": axes[1], "colour": material.view.colour,
        "step": material.view.step, "steps": material.curves.steps.tolist(),
        "counts": dict(zip(found.phases, found.run_counts.tolist(), strict=True)),
        "cells": {
            "trained": int(found.own.sum()),
            "provisional": int(found.provisional.sum()),
            "waiting": int(found.waiting.sum()),
        },
    }  # fmt: skip
