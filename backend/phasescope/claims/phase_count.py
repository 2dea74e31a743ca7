"""How many cells end in a phase, by the experiment's own rule."""

from __future__ import annotations

from typing import Any, Literal

from phasescope.analyses.phases import PHASES, label
from phasescope.claims.quantity import Evidence, Quantity
from phasescope.core.phase_rule import TEST, TRAIN
from phasescope.core.record import Record, setting


class PhaseCount(Record):
    """Of which phases; of several, the least."""

    phases: tuple[Literal["comprehension", "grokking", "memorisation", "confusion", "unclassified"], ...]
    where: dict[str, Any] = setting({}, "Axis path -> value: the cells that count.")


def measure(settings: PhaseCount, evidence: Evidence) -> dict[int, float]:
    """Of each seed: the number of cells of the rarest of these phases."""
    found = {}
    for seed, cells in evidence.cells(settings.where).items():
        codes = label(cells.curves, evidence.experiment.phases, None)
        found[seed] = float(min(int((codes == PHASES.index(phase)).sum()) for phase in settings.phases))
    return found


PHASE_COUNT = Quantity(
    name="phase_count",
    summary="Cells in a phase; of several phases, in the rarest.",
    settings=PhaseCount,
    series=lambda _: (TRAIN, TEST),
    measure=measure,
)
