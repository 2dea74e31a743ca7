"""Analyses and figures of 4,096 runs × 200 checkpoints, against what they are promised to take at most.

Times are the best of the rounds after a warm-up. Events are also compared with the same finder called for one run
after the other, which is what a notebook would do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import report
from numpy.typing import NDArray

from phasescope.analyses import boundary, cells, events, peri_event, phases
from phasescope.figures import FIGURES
from phasescope.figures.examples import as_served, large
from phasescope.figures.material import Material

Array = NDArray[np.float64]
RUNS, CHECKPOINTS = 4096, 200
PROMISED_EVENTS, PROMISED_FIGURE = 2.0, 0.5  # seconds


def staircases(runs: int) -> tuple[Array, NDArray[np.int64]]:
    """Half with three drops, half with one on a trend, with noise: the dear case, since every run has events."""
    steps = np.unique(np.geomspace(1, 1e5, 250).round()).astype(np.int64)[-CHECKPOINTS:]
    time_ = np.log10(steps)

    def fall(decade: float) -> Array:
        return np.asarray(1 / (1 + np.exp((time_ - decade) * 20)))

    three = 0.3 + 0.9 * (fall(1.5) + fall(2.8) + fall(4.0))
    trend = steps**-0.2 * (0.3 + 0.7 * fall(2.5))
    clean = np.where(np.arange(runs)[:, None] % 2, three, trend)
    return clean * np.exp(0.05 * np.random.default_rng(0).normal(size=clean.shape)), steps


def best(call: Callable[[], object], rounds: int) -> float:
    """Seconds of the quickest of several calls after one that is not counted."""
    call()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def promised(name: str, seconds: float, limit: float) -> report.Case:
    """A case against a promise."""
    return report.Case(name, round(1000 * seconds, 1), 1000 * limit, "ms, at most", round(limit / seconds, 2))


def measure(quick: bool) -> list[report.Case]:
    """Events, boundaries, leads, then every figure."""
    rounds = 2 if quick else 5
    values, steps = staircases(RUNS)
    whole = best(lambda: events.find(values, steps), rounds)
    sample = 64 if quick else 512
    apart = best(lambda: [events.find(values[row : row + 1], steps) for row in range(sample)], 1)
    rates = (RUNS / whole, sample / apart)
    cases = [
        promised("events of 4,096 runs, log time", whole, PROMISED_EVENTS),
        promised(
            "events of 4,096 runs, linear time", best(lambda: events.find(values, steps, time="linear"), rounds),
            PROMISED_EVENTS,
        ),
        report.Case(
            "events, all at once against one by one", round(rates[0], 1), round(rates[1], 1), "runs/s",
            round(rates[0] / rates[1], 2),
        ),
    ]  # fmt: skip
    material = large(runs=tuple(range(1, 4001, 8)), checkpoints=CHECKPOINTS)
    return [*cases, *statements(material, rounds), *drawings(material, rounds)]


def statements(material: Material, rounds: int) -> list[report.Case]:
    """Analyses behind figures."""
    grid = cells.grid(material.experiment, material.runs, None, None)
    final = material.curves.at("test_accuracy", None)
    some = material.curves.of(range(1, 4001, 8))
    step = events.of_series(some, "test_accuracy").numbers(len(some.runs))["drop_step"]
    series = {name: values for name, values in some.values.items() if "." not in name}
    lines = best(lambda: boundary.find_boundary(final, grid, 0.5), rounds)
    leads = best(lambda: peri_event.moved_first(series, some.steps, step, "test_accuracy"), rounds)
    rule = material.rule
    labels = best(lambda: (phases.label(material.curves, rule), phases.label_all_steps(material.curves, rule)), rounds)
    return [
        promised("phases of all runs at the end and at all steps", labels, PROMISED_FIGURE),
        promised("boundary of 64 × 64 cells", lines, PROMISED_FIGURE),
        promised("what moved first, 500 runs, 5 series", leads, PROMISED_FIGURE),
    ]


def drawings(material: Material, rounds: int) -> list[report.Case]:
    """Every figure, from series to Plotly, 500 runs selected."""
    found = []
    for name, figure in FIGURES.items():
        given = material if figure.scope == "all" else as_served(material)
        seconds = best(partial(figure.draw, given), rounds)
        found.append(promised(f"figure {name}", seconds, PROMISED_FIGURE))
    return found


if __name__ == "__main__":
    report.main("analyses", __doc__ or "", measure)
