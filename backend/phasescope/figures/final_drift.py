"""How far each layer still is from where it ends: drift to the last kept checkpoint, known only once a run has ended.

It is computed from kept representations, by linear CKA with the unbiased estimator as the measure of drift.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.representation_embeddings import unbiased_gram
from phasescope.core.arrays import KeptArray
from phasescope.core.records import Run
from phasescope.figures import kept_arrays
from phasescope.figures.kept_arrays import REPRESENTATIONS
from phasescope.figures.lines import UNFINISHED
from phasescope.figures.material import Material
from phasescope.figures.style import Part

MOST_GRAMS = 320  # of all layers together: each costs about a millisecond
FEWEST = 2  # checkpoints of a line


def drift_to_final(kept: list[KeptArray], most: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(C,) kept steps, evenly fewer where there are more than `most`, and (C,) drift from each to the last."""
    comparable = [array for array in kept if array.kind.examples == kept[-1].kind.examples]
    count = len(comparable)
    places = np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))
    some = [comparable[place] for place in places]
    last = unbiased_gram(some[-1].values)
    drift = np.array([1 - unbiased_gram(array.values) @ last for array in some[:-1]] + [0 * last @ last])
    return np.array([array.step for array in some], dtype=np.int64), drift


def layers_kept(material: Material, run: Run | None) -> list[str]:
    """The layers whose drift to the end can be told, in the order of the network; none while the run is trained."""
    if run is None or run.state in UNFINISHED:
        return []
    kept = kept_arrays.representations(material, run)
    return [layer for layer, arrays in kept.items() if len(arrays) >= FEWEST]


def final_lines(material: Material, run: Run | None, colours: Mapping[str, str], axis: str) -> list[Part]:
    """One line for each of these layers that can be told."""
    layers = [layer for layer in layers_kept(material, run) if layer in colours]
    kept = kept_arrays.representations(material, run)
    found: list[Part] = []
    for layer in layers:
        steps, drift = drift_to_final(kept[layer], max(FEWEST, MOST_GRAMS // len(layers)))
        if np.isfinite(drift).any():
            found.append(_line(layer, steps, drift, colours[layer], axis))
    return found


def remark(material: Material, run: Run, *, drew: bool) -> str:
    """From what the row was computed, or why it is not there."""
    if drew:
        kept = [arrays[-1].step for arrays in kept_arrays.representations(material, run).values()]
        return f"To final: afterwards, from kept representations, the last at step {max(kept):,}."
    if REPRESENTATIONS not in material.experiment.measures and not material.arrays:
        return "No drift to final: this experiment keeps no representations."
    if run.state in UNFINISHED:
        return f"No drift to final before run {run.id} has ended."
    return f"No drift to final: too few representations of run {run.id} are kept, or nothing varies in them."


def _line(layer: str, steps: NDArray[np.int64], drift: NDArray[np.float64], colour: str, axis: str) -> Part:
    return {
        "type": "scatter", "mode": "lines+markers", "name": layer, "legendgroup": layer, "showlegend": False,
        "x": steps.astype(np.float32), "y": kept_arrays.shortened(drift), "xaxis": "x", "yaxis": axis,
        "line": {"color": colour, "width": 2}, "marker": {"color": colour, "size": 4},
        "hovertemplate": f"<b>{layer}</b> %{{y:.3g}} from its end at step %{{x:,d}}<extra></extra>",
    }  # fmt: skip
