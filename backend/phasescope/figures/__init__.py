"""Figures: one file is one Plotly figure. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.figures.beside_theory import BesideTheory
from phasescope.figures.curves import CurvesFigure
from phasescope.figures.drift import Drift
from phasescope.figures.drift_matrix import DriftMatrix
from phasescope.figures.drift_over_runs import DriftOverRuns
from phasescope.figures.extrapolation import Extrapolation
from phasescope.figures.fits import Fits
from phasescope.figures.hidden_states import HiddenStates
from phasescope.figures.learning_order import LearningOrderFigure
from phasescope.figures.material import DrawsArrays, Figure, Material, expanded, selected
from phasescope.figures.parallel_coordinates import ParallelCoordinates
from phasescope.figures.peri_event import PeriEvent
from phasescope.figures.phase_diagram import PhaseDiagram
from phasescope.figures.plateau_anatomy import PlateauAnatomy
from phasescope.figures.representation_film import RepresentationFilm
from phasescope.figures.side_by_side import SideBySide
from phasescope.figures.similarity import Similarity
from phasescope.figures.slices import Slices
from phasescope.figures.small_multiples import SmallMultiples
from phasescope.figures.spec_difference import SpecDifference
from phasescope.figures.spectra import Spectra
from phasescope.figures.trajectories import TrajectoriesFigure

FIGURES: Registry[Figure] = Registry(
    "figure",
    [
        PhaseDiagram(),
        CurvesFigure(),
        Drift(),
        DriftMatrix(),
        DriftOverRuns(),
        RepresentationFilm(),
        Similarity(),
        PlateauAnatomy(),
        PeriEvent(),
        SmallMultiples(),
        Slices(),
        ParallelCoordinates(),
        SpecDifference(),
        LearningOrderFigure(),
        TrajectoriesFigure(),
        SideBySide(),
        Spectra(),
        HiddenStates(),
        Extrapolation(),
        Fits(),
        BesideTheory(),
    ],
)

__all__ = ["FIGURES", "DrawsArrays", "Figure", "Material", "expanded", "selected"]
