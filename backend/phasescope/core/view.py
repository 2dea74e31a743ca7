"""A view is the full state of a page. It is the page's URL, what a share opens, and what a figure is asked with."""

from __future__ import annotations

from typing import Literal

from phasescope.core.record import Record, setting


class View(Record):
    """What is looked at, of one experiment. Every field has a default: an empty view is a good first look."""

    experiment: int = setting(..., "Number of the experiment.", ge=1)
    x: str | None = setting(None, "Path of the axis drawn horizontally; nothing means the first.")
    y: str | None = setting(None, "Path of the axis drawn vertically; nothing means the second.")
    colour: str = setting("phase", "`phase`, or the name of a series.")
    step: int | None = setting(None, "The clock; nothing means the newest step.", ge=0)
    runs: tuple[int, ...] = setting((), "Numbers of the selected runs.")
    run: int | None = setting(None, "The run whose drift is shown; nothing means the first selected.")
    series: str = setting("accuracy", "What the curves show: accuracy, loss, or the name of a series.")
    step_scale: Literal["log", "linear"] = setting("log", "Scale of the step axis.")
    layer: str | None = setting(None, "The layer whose drift is shown; nothing means all.")
