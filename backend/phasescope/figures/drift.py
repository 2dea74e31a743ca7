"""Drift."""

from __future__ import annotations

import plotly.graph_objects as go

from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures.material import Material, Scope


class Drift:
    """Drift."""

    name = "drift"
    title = "drift"
    description = "Drift."
    scope: Scope = "selection"

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return ()

    def draw(self, material: Material) -> go.Figure:
        return go.Figure(layout={"template": "none"})
