"""Figures of comparisons: one file draws several sides at once. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.figures.comparisons.compared import Compared, ComparesArrays, ComparisonFigure
from phasescope.figures.comparisons.curves_apart import CurvesApart
from phasescope.figures.comparisons.curves_together import CurvesTogether
from phasescope.figures.comparisons.events_together import EventsTogether
from phasescope.figures.comparisons.layers_together import LayersTogether

COMPARISONS: Registry[ComparisonFigure] = Registry(
    "figure of comparisons", [CurvesTogether(), CurvesApart(), EventsTogether(), LayersTogether()]
)

__all__ = ["COMPARISONS", "Compared", "ComparesArrays", "ComparisonFigure"]
