"""A view is the full state of a page. It is the page's URL, what a share opens, and what a figure is asked with."""

from __future__ import annotations

from typing import Literal

from phasescope.core.record import Count, Number, Record, setting


class View(Record):
    """What is looked at, of one experiment. Every field has a default: an empty view is a good first look."""

    experiment: Number = setting(..., "Number of the experiment.")
    x: str | None = setting(None, "Path of the axis drawn horizontally; nothing means the first.")
    y: str | None = setting(None, "Path of the axis drawn vertically; nothing means the second.")
    colour: str = setting("phase", "`phase`, or the name of a series.")
    step: Count | None = setting(None, "The clock; nothing means the newest step.")
    runs: tuple[Number, ...] = setting((), "Numbers of the selected runs.")
    run: Number | None = setting(None, "The run whose drift is shown; nothing means the first selected.")
    series: str = setting("accuracy", "What the curves show: accuracy, loss, or the name of a series.")
    step_scale: Literal["log", "linear"] = setting("log", "Scale of the step axis.")
    layer: str | None = setting(None, "The layer whose drift is shown; nothing means all.")
