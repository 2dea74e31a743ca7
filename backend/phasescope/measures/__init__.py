"""Measures: one file is one quantity of a network at a checkpoint. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.measures.accuracy import ACCURACY
from phasescope.measures.distance_from_initial import DISTANCE_FROM_INITIAL
from phasescope.measures.drift import DRIFT
from phasescope.measures.layer_rotation import LAYER_ROTATION
from phasescope.measures.loss import LOSS
from phasescope.measures.measure import Measure
from phasescope.measures.weight_norm import WEIGHT_NORM

MEASURES: Registry[Measure] = Registry(
    "measure",
    [LOSS, ACCURACY, WEIGHT_NORM, DISTANCE_FROM_INITIAL, LAYER_ROTATION, DRIFT],
)
