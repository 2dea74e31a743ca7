"""Peri-event view: all series of the selected runs aligned on the deepest drop of each run, and which moved first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses import events, peri_event
from phasescope.analyses.bands import Band, band
from phasescope.analyses.peri_event import FEWEST, Lead
from phasescope.analyses.timelines import reading_of
from phasescope.core.curves import Floats
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import style, words
from phasescope.figures.curves import names_of
from phasescope.figures.material import Material, Scope, selected
from phasescope.figures.style import Part

Array = NDArray[np.float64]
MOST = 12  # series
MOST_NAMED = 7  # that a legend has room for
TEACHING = "Select runs to see what moved before the drop.<br>At least 6 are needed to tell which series was first."
SYMBOLS = {"earlier": "circle", "later": "circle", "not told apart": "circle-open", "too few runs": "x-thin"}


@dataclass(frozen=True)
class Found:
    """Runs with a drop of the reference, the step of that drop, and the leads of the other series."""

    reference: str
    chosen: int  # runs that were looked at
    event: Array  # (R,) of the runs with a drop
    series: dict[str, Floats]  # the reference first
    leads: dict[str, Lead]


class PeriEvent:
    """Above, the change of each series around the drop; below, its onset against that of the reference."""

    name = "peri_event"
    title = "What moved first"
    description = "All series of the selected runs aligned on the drop of one, and by how much each moves before it."
    scope: Scope = "selection"
    drawn_from = ("runs", "series", "layer")

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return ("*",)

    def draw(self, material: Material) -> go.Figure:
        found = find(material)
        names = list(found.series)
        data: list[Part] = []
        for name, colour in zip(names, _colours(names), strict=True):
            data += _aligned(material, found, name, colour)
            if name in found.leads:
                data.append(_lead(found.leads[name], names.index(name), colour))
        drew = bool(data)
        if not drew:
            blank = {**style.legend_entry("", mode="lines"), "showlegend": False}
            data = [blank, {**blank, "xaxis": "x2", "yaxis": "y2"}]
        return style.figure(data, _layout(material, found, drew=drew))


def find(material: Material) -> Found:
    """What is drawn, found from the selected runs that have a drop."""
    curves = material.curves.of(selected(material.view))
    reference = names_of(material.view.series)[0]
    found = events.of_series(curves, reference, corrections=material.corrections, kinds=events.ONLY_DROPS)
    step = found.numbers(len(curves.runs))["drop_step"]
    here = np.isfinite(step)
    series = {name: curves.values[name][here] for name in _shown(material, reference)} if here.any() else {}
    if reference not in series:
        return Found(reference, len(curves.runs), step[here], {}, {})
    leads = peri_event.moved_first(series, curves.steps, step[here], reference)
    ordered = {name: series[name] for name in (reference, *(lead.series for lead in leads))}
    kept = dict(list(ordered.items())[:MOST])
    return Found(reference, len(curves.runs), step[here], kept, {lead.series: lead for lead in leads})


def _shown(material: Material, reference: str) -> list[str]:
    """Series of the whole network, and those of the layer that is looked at."""
    own = [name for name in material.curves.values if "." not in name or name.partition(".")[2] == material.view.layer]
    return sorted(own, key=lambda name: name != reference)


def _colours(names: list[str]) -> list[str]:
    return style.run_colours(range(1, len(names) + 1))


def _aligned(material: Material, found: Found, name: str, colour: str) -> list[Part]:
    """Median and band of the change over runs, as a share of how far the series goes in the median run.

    A loss is drawn as it is compared: in the logarithm.
    """
    read = peri_event.as_read(name, found.series[name])
    aligned = peri_event.align(read, material.curves.steps, found.event)
    over = band(aligned.change)
    size = np.where(np.isfinite(over.median), np.abs(over.median), -1.0)
    largest = float(over.median[size.argmax()]) if size.max(initial=-1) > 0 else 0.0
    if largest == 0:
        return []
    ratio = np.exp(aligned.offset).astype(np.float32)
    edges = np.stack([over.low, over.median, over.high]) / largest
    label = f"{words.series_words(name)} {'rises' if largest > 0 else 'falls'}"
    unit = " nats" if reading_of(name).logarithm else ""
    line: Part = {
        "type": "scatter", "mode": "lines", "name": label, "legendgroup": name, "x": ratio,
        "y": edges[1].astype(np.float32), "line": {"color": colour, "width": 3 if name == found.reference else 2},
        "hovertemplate": f"{label}<br>%{{y:.0%}} of {abs(largest):.3g}{unit} at %{{x:.3g}} times the step of the drop"
        "<extra></extra>",
    }  # fmt: skip
    return [_area(over, edges, ratio, name, colour), line] if len(found.event) > 1 else [line]


def _area(over: Band, edges: Array, ratio: NDArray[np.float32], name: str, colour: str) -> Part:
    defined = np.isfinite(edges).all(axis=0)
    low, high = edges[0, defined], edges[2, defined]
    return {
        "type": "scatter", "mode": "lines", "name": over.edges, "legendgroup": name, "showlegend": False,
        "x": np.concatenate([ratio[defined], ratio[defined][::-1]]),
        "y": np.concatenate([low, high[::-1]]).astype(np.float32), "fill": "toself", "hoverinfo": "skip",
        "fillcolor": style.translucent(colour, 0.15), "line": {"width": 0},
    }  # fmt: skip


def _lead(lead: Lead, place: int, colour: str) -> Part:
    """One row below: the ratio of onsets with its interval; filled where it is told apart from 1."""
    if not np.isfinite(lead.lead):
        return {**style.legend_entry("", mode="markers"), "showlegend": False, "xaxis": "x2", "yaxis": "y2"}
    ratio, low, high = (float(np.exp(-value)) for value in (lead.lead, lead.high, lead.low))
    known = np.isfinite(lead.low)
    bars = {"array": [high - ratio], "arrayminus": [ratio - low], "symmetric": False, "type": "data", "color": colour}
    said = f"{lead.verdict}, {words.many(lead.runs, 'run')}"
    test = f"<br>95 % interval {low:.3g} to {high:.3g}<br>p {lead.p_corrected:.2g} (Holm)" if known else ""
    return {
        "type": "scatter", "mode": "markers", "xaxis": "x2", "yaxis": "y2", "x": [ratio], "y": [-place],
        "marker": {
            "color": colour, "size": 10, "symbol": SYMBOLS[lead.verdict], "line": {"color": colour, "width": 2},
        },
        "showlegend": False, "legendgroup": lead.series, **({"error_x": bars} if known else {}), "text": [said],
        "hovertemplate": f"<b>{words.series_words(lead.series)}</b>: %{{text}}<br>onset at %{{x:.3g}} times that of "
        f"the drop{test}<extra></extra>",
    }  # fmt: skip


def _layout(material: Material, found: Found, *, drew: bool) -> Part:
    reference = words.series_words(found.reference)
    rows = [(place, name) for place, name in enumerate(found.series) if name in found.leads]
    below = min(max(0.33, 0.06 * len(rows)), 0.5)  # the share of the height that names of series need
    ratio = {"type": "log", "automargin": True, "zeroline": False}
    ends = [-peri_event.BEFORE / np.log(10), peri_event.AFTER / np.log(10)]
    empty: Part = {} if drew else {"range": [0, 1]}
    at_event: Part = {
        "type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "xref": "x", "yref": "y domain", "name": "event",
        "line": {"color": style.NEUTRAL, "width": 1.5, "dash": "dash"},
    }  # fmt: skip
    from_drop = {**at_event, "name": "clock from drop", "visible": False}  # the page moves it
    return {
        "xaxis": {
            **ratio, "title": {"text": f"step / step of the drop of {reference}"}, "anchor": "y",
            "range": ends, "tickvals": [0.05, 0.1, 0.2, 0.5, 1, 2, 4],
        },
        "yaxis": {"title": {"text": "share of its change"}, "domain": [below + 0.19, 1], "automargin": True, **empty},
        "xaxis2": {**ratio, "title": {"text": f"onset / onset of {reference}"}, "anchor": "y2", **empty},
        "yaxis2": {
            "title": {"text": "first above"}, "domain": [0, below], "automargin": True, "zeroline": False,
            "tickvals": [-place for place, _ in rows], "ticktext": [words.series_words(name) for _, name in rows],
            "anchor": "x2",
            "range": [-len(found.series) + 0.3, -0.3],
        },
        "shapes": [at_event, {**at_event, "xref": "x2", "yref": "y2 domain"}, from_drop] if drew else [],
        "annotations": _notes(found), "margin": style.WITH_REMARK,
        "hovermode": "closest", "legend": style.LEGEND,
        "showlegend": len(rows) < MOST_NAMED,  # more have their names below, each beside its colour
        "uirevision": f"{found.reference} {material.view.layer}", "meta": _meta(material, found),
    }  # fmt: skip


def _meta(material: Material, found: Found) -> Part:
    """The table of what moved first; NaN has no place in JSON."""
    table = [
        {
            key: None if isinstance(value, float) and not np.isfinite(value) else value
            for key, value in vars(lead).items()
        }
        for lead in found.leads.values()
    ]
    return {
        "kind": "peri_event", "reference": found.reference, "runs": len(found.event), "chosen": found.chosen,
        "moved_first": table, "step": material.view.step,
    }  # fmt: skip


def _notes(found: Found) -> list[Part]:
    what = words.series_words(found.reference)
    if not found.chosen:
        return [{**style.note(TEACHING), "y": 0.76}]
    if not found.series:
        none = style.note(f"No drop of {what} was found in {words.many(found.chosen, 'selected run')}.")
        return [{**none, "y": 0.76}]
    with_drop = f"{len(found.event):,} of {words.many(found.chosen, 'run')} with a drop"
    few = f": fewer than {FEWEST}, so nothing is tested" if len(found.event) < FEWEST else ""
    return [style.remark(with_drop + few)]
