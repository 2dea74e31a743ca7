"""Loss of every single training and test example."""

from __future__ import annotations

from typing import Literal

from phasescope.core.schedule import MeasureSchedule
from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.kept_arrays import MOST_EXAMPLES, counted, digests, set_of
from phasescope.measures.measure import Arrays, Measure, RunArrays


def keep(checkpoint: Checkpoint, _limits: MeasureSchedule) -> Arrays:
    """Two arrays (examples,)."""
    found: Arrays = {}
    names: tuple[Literal["train"], Literal["test"]] = ("train", "test")
    for name in names:
        split = set_of(checkpoint, name)
        found[f"example_losses.{name}"] = RunArrays(
            values=checkpoint.example_losses(name)[:, :MOST_EXAMPLES],
            dtype="float16",
            examples=digests(split.inputs[:, :MOST_EXAMPLES]),
            about={"split": name, "examples": "the first 65,536" if split.inputs.shape[1] > MOST_EXAMPLES else "all"},
            counts=counted(split),
        )
    return found


EXAMPLE_LOSSES = Measure(
    name="example_losses",
    label="Losses of examples",
    summary="The task's own loss of each training and each test example, in the order of the run's examples. Rounded "
    "to 11 binary digits, down to 2⁻²⁸ of the run's largest.",
    unit="loss",
    source="the definition",
    arrays=("example_losses.*",),
    keep=keep,
)
