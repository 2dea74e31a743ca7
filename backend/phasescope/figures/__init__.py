"""Figures: one file is one Plotly figure. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.figures.curves import CurvesFigure
from phasescope.figures.drift import Drift
from phasescope.figures.extrapolation import Extrapolation
from phasescope.figures.fits import Fits
from phasescope.figures.hidden_states import HiddenStates
from phasescope.figures.material import Figure, Material, expanded, selected
from phasescope.figures.parallel_coordinates import ParallelCoordinates
from phasescope.figures.peri_event import PeriEvent
from phasescope.figures.phase_diagram import PhaseDiagram
from phasescope.figures.plateau_anatomy import PlateauAnatomy
from phasescope.figures.side_by_side import SideBySide
from phasescope.figures.slices import Slices
from phasescope.figures.spec_difference import SpecDifference
from phasescope.figures.spectra import Spectra

FIGURES: Registry[Figure] = Registry(
    "figure",
    [
        PhaseDiagram(),
        CurvesFigure(),
        Drift(),
        PlateauAnatomy(),
        PeriEvent(),
        Slices(),
        ParallelCoordinates(),
        SpecDifference(),
        SideBySide(),
        Spectra(),
        HiddenStates(),
        Extrapolation(),
        Fits(),
    ],
)

__all__ = ["FIGURES", "Figure", "Material", "expanded", "selected"]
