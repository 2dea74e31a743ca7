"""Figures: one file is one Plotly figure. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.figures.curves import CurvesFigure
from phasescope.figures.drift import Drift
from phasescope.figures.material import Figure, Material, expanded, selected
from phasescope.figures.phase_diagram import PhaseDiagram

FIGURES: Registry[Figure] = Registry("figure", [PhaseDiagram(), CurvesFigure(), Drift()])

__all__ = ["FIGURES", "Figure", "Material", "expanded", "selected"]
