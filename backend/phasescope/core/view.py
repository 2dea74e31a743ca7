"""A view is the full state of a page. It is the page's URL, what a share opens, and what a figure is asked with."""

from __future__ import annotations

from typing import Literal

from phasescope.core.record import Count, Number, Record, setting

OverSeeds = Literal["median", "mean", "disagreement"]
"""What a cell shows of its runs: of phases the commonest, except for `disagreement`, the share not in it; of numbers
their median, mean, or standard deviation."""


class View(Record):
    """What is looked at, of one experiment. Every field has a default: an empty view is a good first look."""

    experiment: Number = setting(..., "Number of the experiment.")
    x: str | None = setting(None, "Path of the axis drawn horizontally; nothing means the first.")
    y: str | None = setting(None, "Path of the axis drawn vertically; nothing means the second.")
    colour: str = setting("phase", "`phase`, a series, a number of a run, or an expression over series.")
    step: Count | None = setting(None, "The clock; nothing means the newest step.")
    runs: tuple[Number, ...] = setting((), "Numbers of the selected runs.")
    run: Number | None = setting(None, "The run whose drift is shown; nothing means the first selected.")
    series: str = setting("accuracy", "What the curves show: accuracy, loss, or the name of a series.")
    step_scale: Literal["log", "linear"] = setting("log", "Scale of the step axis.")
    layer: str | None = setting(None, "The layer whose drift is shown; nothing means all.")
    rule: str | None = setting(None, "Phase rule as text, such as `fitted: train_loss <= 0.01; delay: 500`.")
    over_seeds: OverSeeds = setting("median", "What a cell shows of its runs.")
    boundaries: bool = setting(False, "Whether the phase diagram has the lines between its phases.")
    levels: tuple[float, ...] = setting((), "Values of the coloured series at which the phase diagram has lines.")
