"""Figures of comparisons: one file draws several sides at once. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.figures.comparisons.compared import Compared, ComparisonFigure
from phasescope.figures.comparisons.curves_apart import CurvesApart
from phasescope.figures.comparisons.curves_together import CurvesTogether
from phasescope.figures.comparisons.events_together import EventsTogether

COMPARISONS: Registry[ComparisonFigure] = Registry(
    "figure of comparisons", [CurvesTogether(), CurvesApart(), EventsTogether()]
)

__all__ = ["COMPARISONS", "Compared", "ComparisonFigure"]
