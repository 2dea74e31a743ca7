"""Events together: when the runs of each side stood still and when they dropped, on one time axis.

Each of a few runs has a lane of its own; the events of more are drawn as a distribution (`event_spread`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from phasescope.analyses import events
from phasescope.analyses.events import Events
from phasescope.analyses.timelines import FEWEST, reading_of
from phasescope.core.comparison import Comparison
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.figures import lines, style, words
from phasescope.figures.comparisons.compared import TEACHING, Compared, blank, last_step, meta
from phasescope.figures.comparisons.event_spread import Spread, spread_parts
from phasescope.figures.curves import names_of
from phasescope.figures.style import Part

MOST = 12  # runs of a side that have a lane of their own


@dataclass(frozen=True)
class Lane:
    """A run on a line of its own."""

    side: Compared
    run: Run
    height: float
    found: Events
    row: int


class EventsTogether:
    """A lane for each run: a broad line where it stood still, a dark one with a mark where it dropped; of a large group
    the share that stands still at each step, and when its runs dropped."""

    name = "events_together"
    title = "Events"
    description = (
        "When the runs of each side stood still (broad) and dropped (dark, marked), on one time axis; of large groups "
        "the share of runs that stands still, the steps of their drops, and the middle half of these."
    )
    drawn_from = ("series", "step_scale")

    def needs(self, experiment: ExperimentSpec, comparison: Comparison) -> tuple[str, ...]:
        return (names_of(comparison.series)[0],)

    def draw(self, sides: Sequence[Compared], comparison: Comparison) -> go.Figure:
        name = names_of(comparison.series)[0]
        spreads = [_spread(side, number, name, comparison) for number, side in enumerate(sides)]
        data = [part for spread in spreads for part in _parts_of(spread)]
        counted = {
            kind: sum(len(getattr(spread.found, kind).row) for spread in spreads) for kind in ("plateaus", "drops")
        }
        layout = {
            "xaxis": style.step_axis(comparison.step_scale, last_step(sides)),
            "yaxis": {
                "title": {"text": "runs of each side"}, "automargin": True, "showgrid": False, "zeroline": False,
                "tickvals": list(range(len(sides))), "ticktext": [side.letter for side in sides],
                "range": [max(len(sides), 1) - 0.4, -0.6],
            },
            "shapes": [style.clock(comparison.step)], "annotations": _notes(sides, spreads, name),
            "hovermode": "closest", "showlegend": False, "uirevision": f"{name} {comparison.step_scale}",
            "margin": style.WITH_REMARK, "meta": {**meta(self.name, sides, comparison), **counted},
        }  # fmt: skip
        return style.figure(data or [blank()], layout)


def _spread(side: Compared, number: int, name: str, comparison: Comparison) -> Spread:
    """The events of all runs of a side."""
    values = lines.drawn(side.material, side.runs, name)
    by_hand = [side.material.corrections.get((run.id, name)) for run in side.runs]
    steps = side.material.curves.steps
    return Spread(side, number, steps, events.find(values, steps, reading_of(name), comparison.step_scale, by_hand))


def _parts_of(spread: Spread) -> list[Part]:
    if len(spread.side.runs) > MOST:
        return spread_parts(spread)
    return _parts(spread.side, _lanes(spread))


def _lanes(spread: Spread) -> list[Lane]:
    """The runs of a side, one below the other around its place on the axis."""
    runs = spread.side.runs
    places = np.linspace(-0.3, 0.3, len(runs)) if len(runs) > 1 else np.zeros(len(runs))
    return [
        Lane(spread.side, run, spread.place + float(places[row]), spread.found, row) for row, run in enumerate(runs)
    ]


def _parts(side: Compared, lanes: Sequence[Lane]) -> list[Part]:
    """Plateaus, drops and their middles of one side, each as one trace."""
    if not lanes:
        return []
    width = max(3, min(14, 72 // len(lanes)))
    plateaus: list[tuple[float, float, float, str]] = []
    drops: list[tuple[float, float, float, str]] = []
    middles: list[tuple[float, float, str, int]] = []
    for lane in lanes:
        still = lane.found.plateaus.of(lane.found.plateaus.row == lane.row)
        for start, end, sure in zip(still.start, still.end, still.confidence, strict=True):
            said = f"{side.letter}, run {lane.run.id}: plateau from step {start:,.0f} to {end:,.0f}"
            plateaus.append((start, end, lane.height, f"{said}<br>{_sure(sure)}"))
        fallen = lane.found.drops.of(lane.found.drops.row == lane.row)
        for onset, middle, end, sure in zip(fallen.onset, fallen.midpoint, fallen.end, fallen.confidence, strict=True):
            said = f"{side.letter}, run {lane.run.id}: drop at step {middle:,.0f}, from {onset:,.0f} to {end:,.0f}"
            drops.append((onset, end, lane.height, f"{said}<br>{_sure(sure)}"))
            middles.append((middle, lane.height, f"{said}<br>{_sure(sure)}", lane.run.id))
    return [
        *_stretches(plateaus, style.translucent(side.colour, 0.35), width),
        *_stretches(drops, style.translucent(side.colour, 0.9), max(2, width // 2)),
        *_marks(middles, side.colour),
    ]


def _sure(confidence: float) -> str:
    """What was corrected by hand has no confidence: nobody computed it."""
    return "corrected by hand" if np.isnan(confidence) else f"confidence {confidence:.0%}"


def _stretches(found: Sequence[tuple[float, float, float, str]], colour: str, width: int) -> list[Part]:
    if not found:
        return []
    return [
        {
            "type": "scatter", "mode": "lines", "line": {"color": colour, "width": width},
            "x": np.array([x for start, end, _, _ in found for x in (start, end, np.nan)], dtype=np.float32),
            "y": np.array([y for _, _, height, _ in found for y in (height, height, np.nan)], dtype=np.float32),
            "text": [said for *_, said in found for _ in range(3)], "hovertemplate": "%{text}<extra></extra>",
        }
    ]  # fmt: skip


def _marks(found: Sequence[tuple[float, float, str, int]], colour: str) -> list[Part]:
    if not found:
        return []
    return [
        {
            "type": "scatter", "mode": "markers", "x": np.array([x for x, *_ in found], dtype=np.float32),
            "y": np.array([y for _, y, *_ in found], dtype=np.float32), "text": [said for _, _, said, _ in found],
            "customdata": [run for *_, run in found], "hovertemplate": "%{text}<extra></extra>",
            "marker": {"symbol": "diamond", "size": 9, "color": colour, "line": {"color": "#fff", "width": 1.5}},
        }
    ]  # fmt: skip


def _notes(sides: Sequence[Compared], spreads: Sequence[Spread], name: str) -> list[Part]:
    if not sides:
        return [style.note(TEACHING)]
    if not any(len(each) for spread in spreads for each in (spread.found.plateaus.row, spread.found.drops.row)):
        few = any(spread.found.too_few for spread in spreads)
        reason = f"<br>Fewer than {FEWEST} checkpoints: none can be told." if few else ""
        return [style.note(f"No plateau and no drop of {words.series_words(name)}.{reason}")]
    large = [spread.side.letter for spread in spreads if len(spread.side.runs) > MOST]
    return [style.remark(f"{', '.join(large)}: share in a plateau, and quartiles of the drops")] if large else []
