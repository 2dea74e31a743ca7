"""What a cell of a diagram says under the pointer: where it is, what it shows, when it got there, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from phasescope.analyses.cells import GridAxis
from phasescope.analyses.phases import PHASES
from phasescope.core.spec import PhaseRule
from phasescope.figures import words
from phasescope.figures.cell_values import PHASE, Cells
from phasescope.figures.material import Material

LONG = 5_000  # cells; beyond it the times are left out so that the figure stays small


def hover_lines(found: Cells, material: Material) -> list[str]:
    """One text per cell."""
    grid, steps = found.grid, material.experiment.steps
    paths = [axis.path for axis in material.experiment.axes]
    across, up = _axis_lines(grid.x, paths), _axis_lines(grid.y, paths)
    states = {run.id: (str(run.state), run.step) for run in material.runs}
    shows = _shows(found, by_phase=material.view.colour == PHASE)
    details = _times(found, material.experiment.phases) if grid.cells <= LONG else [""] * grid.cells
    lines = []
    for cell, (ids, source) in enumerate(zip(grid.members, found.shown.tolist(), strict=True)):
        place = across[cell % grid.columns] + up[cell // grid.columns]
        if source == cell:
            seeds = _agreement(float(found.agreement[cell]), len(ids))
            lines.append(f"{place}{shows[cell]}{seeds}{details[cell]}{_unfinished([states[i] for i in ids], steps)}")
        elif source >= 0:
            lines.append(f"{place}{shows[source]}<br>provisional: from the nearest trained cell")
        else:
            lines.append(place + _nothing(found.undefined.get(cell), [states[i] for i in ids], steps))
    return lines


def _axis_lines(axis: GridAxis | None, paths: Sequence[str]) -> list[str]:
    if axis is None:
        return [""]
    return [f"{words.words(axis.path, paths)} {words.number(value)}<br>" for value in axis.values]


def _shows(found: Cells, *, by_phase: bool) -> list[str]:
    """The phase of each cell in bold, or its value in bold before the phase."""
    phase = [PHASES[code] if code >= 0 else "" for code in found.codes.tolist()]
    if by_phase:
        return [f"<b>{name}</b>" for name in phase]
    return [f"<b>{words.number(value)}</b> {name}" for value, name in zip(found.values.tolist(), phase, strict=True)]


def _times(found: Cells, rule: PhaseRule) -> list[str]:
    """When training and test reached their thresholds (medians over the runs of the cell)."""
    train, test = (list(map(words.number, times.tolist())) for times in (found.train_time, found.test_time))
    start, middle = f"<br>train ≥ {rule.train_at_least:g}: ", f"<br>test ≥ {rule.test_at_least:g}: "
    known = (found.codes >= 0).tolist()
    return [start + a + middle + b if here else "" for a, b, here in zip(train, test, known, strict=True)]


def _agreement(share: float, runs: int) -> str:
    if runs < 2:
        return ""
    return f", {words.many(runs, 'run')}" if np.isnan(share) else f", {round(share * runs)} of {runs} runs"


def _nothing(reason: str | None, states: Sequence[tuple[str, int]], steps: int) -> str:
    """Why a cell shows no value."""
    if reason:
        return f"undefined: {reason}"
    if not states:
        return "no runs"
    started = any(state != "queued" for state, _ in states)
    return f"no values yet{_unfinished(states, steps)}" if started else "not started"


def _unfinished(states: Sequence[tuple[str, int]], steps: int) -> str:
    """How far the runs of a cell are, when they are not all finished."""
    remarkable = [f"{state} at step {step:,}" for state, step in states if state not in ("finished", "stopped")]
    return f"<br>{', '.join(dict.fromkeys(remarkable[:3]))} of {steps:,}" if remarkable else ""
