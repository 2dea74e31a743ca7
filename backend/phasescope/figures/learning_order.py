"""When each example was learned, in each selected run: examples from first to last; what was not learned is grey."""

from __future__ import annotations

from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from phasescope.analyses.learning_order import History, Order, agreement, order
from phasescope.analyses.seed_variance import FEWEST, seed_variance
from phasescope.core.records import Run
from phasescope.core.spec import ExperimentSpec
from phasescope.core.view import View
from phasescope.figures import kept_arrays, style, words
from phasescope.figures.kept_arrays import CORRECTNESS
from phasescope.figures.material import Material, Scope, Wanted, selected
from phasescope.figures.style import Part

MOST_RUNS = 48
MOST_CELLS = 24_000  # of each panel
SPLITS: tuple[tuple[Literal["test", "train"], str], ...] = (("test", ""), ("train", "2"))
TEACHING = "Select runs to see in which order<br>they learn their examples."


class LearningOrderFigure:
    """Test examples above, training examples below; a row per run."""

    name = "learning_order"
    title = "Order of learning"
    description = "The checkpoint from which on each example is right, in each selected run, and how well runs agree."
    scope: Scope = "selection"
    drawn_from = ("runs",)

    def needs(self, experiment: ExperimentSpec, view: View) -> tuple[str, ...]:
        return ()

    def wants(self, view: View) -> Wanted:
        return Wanted((f"{CORRECTNESS}.*", f"{CORRECTNESS}_keys.*"), selected(view)[:MOST_RUNS])

    def draw(self, material: Material) -> go.Figure:
        runs = kept_arrays.chosen(material, MOST_RUNS)
        data: list[Part] = []
        said: list[str] = []
        kept = kept_arrays.by_run(material)
        last = max((array.step for array in material.arrays), default=0)
        for split, axis in SPLITS:
            having = [(run, one) for run in runs if (one := history(kept[run.id], split)) is not None]
            if having:
                found = order([one for _, one in having])
                data += _maps(found, [run for run, _ in having], split, axis)
                said += [_agreement(found, split), *_spread([one for _, one in having], split)]
        drew = bool(data)
        notes = [kept_arrays.caption(said)] if drew else [
            style.note(kept_arrays.missing(material, CORRECTNESS, runs, TEACHING))
        ]  # fmt: skip
        return style.figure(data or _blank(), _layout(runs, notes, last, drew))


def history(own: kept_arrays.Kept, split: str) -> History | None:
    """Which examples of a split a run had right at its kept checkpoints; None where none are kept."""
    kept, keys = own.get(f"{CORRECTNESS}.{split}"), own.get(f"{CORRECTNESS}_keys.{split}")
    if not kept:
        return None
    some = [array for array in kept if array.kind.shape == kept[0].kind.shape]
    known = keys[0].values if keys else np.arange(some[0].values.size, dtype=np.uint64)
    right = np.stack([array.values for array in some])
    return History(np.array([array.step for array in some], dtype=np.int64), right, known)


def _maps(found: Order, runs: list[Run], split: str, axis: str) -> list[Part]:
    """One heat map of the step at which examples were learned, one of those that were not; each cell is of its run."""
    most = max(1, MOST_CELLS // len(runs))
    columns = np.unique(np.linspace(0, len(found.keys) - 1, min(most, len(found.keys))).round().astype(np.int64))
    learned = found.learned[:, columns]
    names = [f"run {run.id}" for run in runs]
    never = np.where(np.isinf(learned), 1.0, np.nan).astype(np.float32)
    time = np.where(np.isfinite(learned), np.log10(np.maximum(learned, 1)), np.nan).astype(np.float32)
    forgotten = np.nan_to_num(found.forgotten[:, columns]).astype(np.int16)
    ids = np.array([run.id for run in runs], dtype=np.int32)
    shared: Part = {
        "type": "heatmap", "x": (columns + 1).astype(np.int32), "y": names, "xaxis": f"x{axis}", "yaxis": f"y{axis}",
        "hoverongaps": False, "customdata": np.repeat(ids[:, None], len(columns), axis=1), "text": forgotten,
    }  # fmt: skip
    return [
        {
            **shared, "z": never, "colorscale": [[0, style.NEUTRAL], [1, style.NEUTRAL]], "showscale": False,
            "name": f"{split}, not learned",
            "hovertemplate": f"%{{y}}, {split} example %{{x}}<br>not learned, forgotten %{{text}} times<extra></extra>",
        },
        {
            **shared, "z": time, "coloraxis": "coloraxis", "name": f"{split}, learned",
            "hovertemplate": f"%{{y}}, {split} example %{{x}}<br>learned at step 10^%{{z:.2f}}, forgotten "
            "%{text} times before<extra></extra>",
        },
    ]  # fmt: skip


def _agreement(found: Order, split: str) -> str:
    """How well runs agree, in words."""
    pairs = agreement(found.learned)[np.triu_indices(len(found.learned), 1)]
    known = pairs[np.isfinite(pairs)]
    forgotten = int(np.nansum(found.forgotten))
    events = f"{words.many(forgotten, 'forgetting event')} seen"
    return f"{split}: {events}" if not len(known) else f"{split}: runs agree to {known.mean():.2f} (Spearman), {events}"


def _spread(histories: list[History], split: str) -> list[str]:
    """What of the spread between seeds is more than chance, where there are enough runs on the same examples."""
    first = histories[0].keys
    alike = [one.right[-1] for one in histories if np.array_equal(one.keys, first)]
    found = seed_variance(np.stack(alike)) if split == "test" and len(alike) >= FEWEST else None
    if found is None:
        return []
    own = np.sqrt(max(found.quality, 0.0))
    return [f"errors spread by {np.sqrt(found.total):.3f} between runs, {own:.3f} of it not chance of the test set"]


def _layout(runs: list[Run], notes: list[Part], last: int, drew: bool) -> Part:
    colours = [[place / (len(style.SEQUENTIAL) - 1), colour] for place, colour in enumerate(style.SEQUENTIAL)]
    top = float(np.log10(max(last, 10)))
    powers: NDArray[np.int64] = np.arange(0, int(top) + 1)
    bar: Part = {
        "title": {"text": "learned at step", "side": "right"}, "thickness": 12, "outlinewidth": 0,
        "tickvals": powers.tolist(), "ticktext": [f"10<sup>{power}</sup>" for power in powers],
    }  # fmt: skip
    layout: Part = {
        "annotations": notes, "hovermode": "closest", "showlegend": False,
        "margin": {**style.WITH_REMARK, "t": 64, "b": 48},
        "coloraxis": {"colorscale": colours, "cmin": 0, "cmax": top, "colorbar": bar, "showscale": drew},
        "uirevision": str([run.id for run in runs]), "meta": {"kind": "learning_order", "runs": [r.id for r in runs]},
    }  # fmt: skip
    domains = ([0.64, 1.0], [0.0, 0.36]) if drew else ([0.0, 1.0],)
    for (split, axis), domain in zip(SPLITS[: len(domains)], domains, strict=True):
        layout[f"xaxis{axis}"] = {
            "title": {"text": f"{split} example, in order"}, "automargin": True, "zeroline": False,
            "anchor": f"y{axis}", **({} if drew else {"range": [0, 1]}),
        }  # fmt: skip
        layout[f"yaxis{axis}"] = {
            "title": {"text": "run"}, "domain": domain, "automargin": True, "type": "category", "anchor": f"x{axis}",
        }  # fmt: skip
    return layout


def _blank() -> list[Part]:
    return [{**style.legend_entry("", mode="lines"), "showlegend": False}]
