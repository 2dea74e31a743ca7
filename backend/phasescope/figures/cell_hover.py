"""What a cell of a diagram says under the pointer: where it is, what it shows, when it got there, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phasescope.analyses.cells import GridAxis
from phasescope.core.phase_rule import PhaseRule
from phasescope.figures import words
from phasescope.figures.cell_values import Cells, by_phase
from phasescope.figures.material import Material

LONG = 5_000  # cells; beyond it the times are left out so that the figure stays small


@dataclass(frozen=True)
class Hover:
    """Per cell: what it shows (drawn in bold), and the lines below. Tags cost many bytes in JSON, so there are few."""

    heads: list[str]
    lines: list[str]


def hover(found: Cells, material: Material) -> Hover:
    """The texts of all cells."""
    grid, steps = found.grid, material.experiment.steps
    paths = [axis.path for axis in material.experiment.axes]
    across, up = _axis_words(grid.x, paths), _axis_words(grid.y, paths)
    comma = ", " if grid.x and grid.y else ""
    states = {run.id: (str(run.state), run.step) for run in material.runs}
    shows = _shows(found, phase_alone=by_phase(material.view))
    details = _times(found, material.rule) if grid.cells <= LONG else [""] * grid.cells
    agree, lines = found.agree.tolist(), []
    for cell, (ids, source) in enumerate(zip(grid.members, found.shown.tolist(), strict=True)):
        place = across[cell % grid.columns] + comma + up[cell // grid.columns]
        if source == cell:
            place += details[cell] + _agreement(agree[cell], len(ids)) + _unfinished([states[i] for i in ids], steps)
        elif source < 0:
            place += _nothing(found.undefined.get(cell), [states[i] for i in ids], steps)
        lines.append(place)
    return Hover([shows[source] if source >= 0 else "" for source in found.shown.tolist()], lines)


def _axis_words(axis: GridAxis | None, paths: Sequence[str]) -> list[str]:
    if axis is None:
        return [""]
    return [f"{words.words(axis.path, paths)} {words.number(value)}" for value in axis.values]


def _shows(found: Cells, *, phase_alone: bool) -> list[str]:
    """The phase of each cell, or its value before the phase."""
    phase = [found.phases[code] if code >= 0 else "" for code in found.codes.tolist()]
    if phase_alone:
        return phase
    return [f"{words.number(value)} {name}".rstrip() for value, name in zip(found.values.tolist(), phase, strict=True)]


def _times(found: Cells, rule: PhaseRule) -> list[str]:
    """When training and test reached their thresholds (medians over the runs of the cell)."""
    train, test = (list(map(words.number, times.tolist())) for times in (found.train_time, found.test_time))
    start = f"<br>{rule.fitted or f'train ≥ {rule.train_at_least:g}'}: "
    middle = f", {rule.generalised or f'test ≥ {rule.test_at_least:g}'}: "
    known = (found.codes >= 0).tolist()
    return [start + a + middle + b if here else "" for a, b, here in zip(train, test, known, strict=True)]


def _agreement(agree: int, runs: int) -> str:
    return f"<br>{agree} of {runs} runs" if runs > 1 else ""


def _nothing(reason: str | None, states: Sequence[tuple[str, int]], steps: int) -> str:
    """Why a cell shows no value."""
    if reason:
        return f"<br>undefined: {reason}"
    if not states:
        return "<br>no runs"
    started = any(state != "queued" for state, _ in states)
    return f"<br>no values yet{_unfinished(states, steps)}" if started else "<br>not started"


def _unfinished(states: Sequence[tuple[str, int]], steps: int) -> str:
    """How far the runs of a cell are, when they are not all finished."""
    far = [f"{state} at step {step:,} of {steps:,}" for state, step in states if state not in ("finished", "stopped")]
    return f"<br>{', '.join(dict.fromkeys(far[:3]))}" if far else ""
