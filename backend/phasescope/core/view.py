"""A view is the full state of a page. It is the page's URL, what a share opens, and what a figure is asked with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from phasescope.core.estimators import Estimator
from phasescope.core.record import Count, Number, Record, setting

OverSeeds = Literal["median", "mean", "disagreement"]
"""What a cell shows of its runs: of phases the commonest, except for `disagreement`, the share not in it; of numbers
their median, mean, or standard deviation."""
Name = Annotated[str, Field(max_length=200)]
Slice = Annotated[str, Field(max_length=400, pattern=r"^[^:]+:.+$")]
LONGEST_CONDITION = 500  # letters
Condition = Annotated[str, Field(max_length=LONGEST_CONDITION)]


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
    estimator: Estimator = setting("cka", "How representations are compared, where two are.")
    rule: str | None = setting(None, "Phase rule as text, such as `fitted: train_loss <= 0.01; delay: 500`.")
    over_seeds: OverSeeds = setting("median", "What a cell shows of its runs.")
    boundaries: bool = setting(False, "Whether the phase diagram has the lines between its phases.")
    levels: tuple[float, ...] = setting((), "Values of the coloured series at which the phase diagram has lines.")

    at: tuple[Slice, ...] = setting((), "Where further axes are cut: `path:value`, the value as JSON.")
    filter: Condition = setting("", "Only runs for which this expression holds are looked at.")

    clock: Literal["log", "step", "drop"] = setting("log", "What the clock runs on: log step, step, or from the drop.")
    from_drop: Count | None = setting(None, "Where the clock stands on `drop`, in percent of the step of each drop.")
    panels: tuple[Name, ...] = setting((), "Names of the panels, in their order; nothing means the usual ones.")
    large: Name | None = setting(None, "The panel that has the whole width.")
    columns: tuple[Name, ...] = setting((), "Measured columns of the runs table; nothing means the usual ones.")
    value: Literal["last", "minimum", "maximum", "step", "drop"] = setting("last", "Which value of a series is listed.")
    group: tuple[Name, ...] = setting((), "Fields by which runs are grouped, in the table and in the curves.")
    sort: Name | None = setting(None, "Column by which the runs table is sorted; `-` before it: downwards.")


ARRANGEMENT = frozenset({"clock", "from_drop", "panels", "large", "columns", "value", "sort"})
"""Fields that arrange the page: no figure looks at them."""
SELECTION_OF_RUNS = frozenset({"at", "filter"})
"""Fields that say which runs there are to look at: they hold for every figure, before it is drawn."""
