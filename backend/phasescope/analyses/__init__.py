"""Analyses: one file is one statement about stored series. To add one, write the file and add its line here."""

from phasescope.analyses.aligned_frames import ALIGNED_FRAMES
from phasescope.analyses.analysis import Analysis
from phasescope.analyses.bands import BANDS
from phasescope.analyses.boundary import BOUNDARY
from phasescope.analyses.boundary_law import BOUNDARY_LAW
from phasescope.analyses.cells import CELLS
from phasescope.analyses.drops import DROPS
from phasescope.analyses.events import EVENTS
from phasescope.analyses.extrapolation import EXTRAPOLATION
from phasescope.analyses.grokking_delay import GROKKING_DELAY
from phasescope.analyses.latent_states import LATENT_STATES
from phasescope.analyses.learning_order import LEARNING_ORDER
from phasescope.analyses.median_run import MEDIAN_RUN
from phasescope.analyses.peri_event import PERI_EVENT
from phasescope.analyses.phases import PHASE_ANALYSIS
from phasescope.analyses.plateaus import PLATEAUS
from phasescope.analyses.power_law import POWER_LAW
from phasescope.analyses.refinement import REFINEMENT
from phasescope.analyses.seed_variance import SEED_VARIANCE
from phasescope.analyses.similarity import SIMILARITY
from phasescope.analyses.spikes import SPIKES
from phasescope.analyses.still_to_drop import STILL_TO_DROP
from phasescope.analyses.time_to_threshold import TIME_TO_THRESHOLD
from phasescope.analyses.trajectories import TRAJECTORIES
from phasescope.core.registry import Registry

ANALYSES: Registry[Analysis] = Registry(
    "analysis",
    [
        PHASE_ANALYSIS,
        GROKKING_DELAY,
        TIME_TO_THRESHOLD,
        CELLS,
        BANDS,
        MEDIAN_RUN,
        EVENTS,
        DROPS,
        PLATEAUS,
        SPIKES,
        PERI_EVENT,
        BOUNDARY,
        BOUNDARY_LAW,
        POWER_LAW,
        SIMILARITY,
        ALIGNED_FRAMES,
        LEARNING_ORDER,
        SEED_VARIANCE,
        TRAJECTORIES,
        LATENT_STATES,
        EXTRAPOLATION,
        STILL_TO_DROP,
        REFINEMENT,
    ],
)
