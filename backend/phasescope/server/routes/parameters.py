"""Parameters that several routes take: numbers of things, and the state of a page."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Body, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from phasescope.core.estimators import Estimator
from phasescope.core.record import LARGEST_NUMBER, Count, Number
from phasescope.core.view import Condition, Name, OverSeeds, Slice, View

ExperimentId = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Number of the experiment.")]
RunId = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Number of the run.")]
ShardId = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Number of the shard.")]
ShareId = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Number of the share.")]
FigureName = Annotated[str, Path(description="Name of a figure, as listed under /api/figures.")]
Token = Annotated[str, Path(description="The token in the link of a share.")]
WorkerId = Annotated[int, Query(ge=1, le=LARGEST_NUMBER, description="Number of the worker.")]
Attempt = Annotated[int, Query(ge=1, le=LARGEST_NUMBER, description="Number of the attempt, from the lease.")]
Step = Annotated[Count | None, Query(description="The clock; nothing means the one of the view.")]

RawExperiment = Annotated[
    dict[str, JsonValue],
    Body(description="An experiment as a person writes it: name, task, model, optimizer, steps, axes, …"),
]


class Look(BaseModel):
    """The fields of a view but its experiment, as query parameters; what is not known is ignored, so old links open."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    x: str | None = Field(None, description="Path of the axis drawn horizontally; nothing means the first.")
    y: str | None = Field(None, description="Path of the axis drawn vertically; nothing means the second.")
    colour: str = Field("phase", description="`phase`, a series, a number of a run, or an expression over series.")
    step: Count | None = Field(None, description="The clock; nothing means the newest step.")
    runs: tuple[Number, ...] = Field((), description="Numbers of the selected runs, repeated.")
    run: Number | None = Field(None, description="The run whose drift is shown; nothing means the first selected.")
    series: str = Field("accuracy", description="What the curves show: accuracy, loss, or the name of a series.")
    step_scale: Literal["log", "linear"] = Field("log", description="Scale of the step axis.")
    layer: str | None = Field(None, description="The layer whose drift is shown; nothing means all.")
    estimator: Estimator = Field("cka", description="How representations are compared, where two are.")
    rule: str | None = Field(None, description="Phase rule as text, such as `fitted: train_loss <= 0.01; delay: 500`.")
    over_seeds: OverSeeds = Field("median", description="What a cell shows of its runs.")
    boundaries: bool = Field(False, description="Whether the phase diagram has the lines between its phases.")
    levels: tuple[float, ...] = Field((), description="Values of the coloured series at which there are lines.")
    at: tuple[Slice, ...] = Field((), description="Where further axes are cut: `path:value`, the value as JSON.")
    group: tuple[Name, ...] = Field((), description="Fields by which curves are grouped, repeated.")
    filter: Condition = Field("", description="Only runs for which this expression holds are looked at.")


def view_of(experiment: ExperimentId, look: Annotated[Look, Query()]) -> View:
    """The view that the address asks for."""
    return View(experiment=experiment, **look.model_dump())


AskedView = Annotated[View, Depends(view_of)]
