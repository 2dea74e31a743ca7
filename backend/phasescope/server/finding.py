"""What is found on one series of one run, beside what a person said about it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from sqlalchemy.orm import Session

from phasescope.analyses import events
from phasescope.analyses.events import Events
from phasescope.analyses.timelines import reading_of
from phasescope.core.corrections import FoundDrop, FoundEvents, FoundPlateau, FoundSpike
from phasescope.store import corrections, series


def found_events(session: Session, run: int, name: str, time: Literal["log", "linear"]) -> FoundEvents:
    """Raises NotFound for a run or a series that is not there."""
    series.of_run(session, run, name)
    curves = series.curves(session, [run], [name])
    found = events.find(curves.values[name], curves.steps, reading_of(name), time)
    return FoundEvents(
        run=run, series=name, time=time, plateaus=_plateaus(found), drops=_drops(found), spikes=_spikes(found),
        too_few=found.too_few, correction=corrections.of_run(session, run, name),
    )  # fmt: skip


def _plateaus(found: Events) -> tuple[FoundPlateau, ...]:
    rows = np.stack([found.plateaus.start, found.plateaus.end, found.plateaus.confidence], axis=1).tolist()
    return tuple(FoundPlateau(start=start, end=end, confidence=sure) for start, end, sure in rows)


def _drops(found: Events) -> tuple[FoundDrop, ...]:
    drops = found.drops
    rows = np.stack([drops.onset, drops.midpoint, drops.end, drops.fall, drops.confidence], axis=1).tolist()
    return tuple(
        FoundDrop(onset=onset, midpoint=middle, end=end, fall=fall, confidence=sure)
        for onset, middle, end, fall, sure in rows
    )


def _spikes(found: Events) -> tuple[FoundSpike, ...]:
    spikes = found.spikes
    rows = zip(spikes.step.tolist(), spikes.height.tolist(), spikes.confidence.tolist(), strict=True)
    return tuple(FoundSpike(step=step, height=height, confidence=sure) for step, height, sure in rows)
