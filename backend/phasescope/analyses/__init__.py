"""Analyses: one file is one statement about stored series. To add one, write the file and add its line here."""

from phasescope.analyses.aligned_frames import ALIGNED_FRAMES
from phasescope.analyses.analysis import Analysis
from phasescope.analyses.bands import BANDS
from phasescope.analyses.boundary import BOUNDARY
from phasescope.analyses.cells import CELLS
from phasescope.analyses.drops import DROPS
from phasescope.analyses.events import EVENTS
from phasescope.analyses.learning_order import LEARNING_ORDER
from phasescope.analyses.peri_event import PERI_EVENT
from phasescope.analyses.phases import PHASE_ANALYSIS
from phasescope.analyses.plateaus import PLATEAUS
from phasescope.analyses.power_law import POWER_LAW
from phasescope.analyses.seed_variance import SEED_VARIANCE
from phasescope.analyses.similarity import SIMILARITY
from phasescope.analyses.spikes import SPIKES
from phasescope.analyses.trajectories import TRAJECTORIES
from phasescope.core.registry import Registry

ANALYSES: Registry[Analysis] = Registry(
    "analysis",
    [
        PHASE_ANALYSIS,
        CELLS,
        BANDS,
        EVENTS,
        DROPS,
        PLATEAUS,
        SPIKES,
        PERI_EVENT,
        BOUNDARY,
        POWER_LAW,
        SIMILARITY,
        ALIGNED_FRAMES,
        LEARNING_ORDER,
        SEED_VARIANCE,
        TRAJECTORIES,
    ],
)
