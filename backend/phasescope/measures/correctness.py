"""Correctness of every single training and test example, a bit each."""

from __future__ import annotations

from typing import Literal

from phasescope.core.schedule import MeasureSchedule
from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.kept_arrays import MOST_EXAMPLES, counted, digests, example_keys, set_of
from phasescope.measures.measure import Arrays, Measure, RunArrays


def keep(checkpoint: Checkpoint, _limits: MeasureSchedule) -> Arrays:
    """Two arrays (examples,) of truth values; at step 0 also keys that match the examples of different runs."""
    found: Arrays = {}
    names: tuple[Literal["train"], Literal["test"]] = ("train", "test")
    for name in names:
        split = set_of(checkpoint, name)
        inputs = split.inputs[:, :MOST_EXAMPLES]
        digest, counts = digests(inputs), counted(split)
        right = checkpoint.correct(name)[:, :MOST_EXAMPLES]
        about = {"split": name, "examples": "the first 65,536" if split.inputs.shape[1] > MOST_EXAMPLES else "all"}
        found[f"correctness.{name}"] = RunArrays(
            values=right, dtype="bool", examples=digest, about={**about}, counts=counts
        )
        if checkpoint.step == 0:
            found[f"correctness_keys.{name}"] = RunArrays(
                values=example_keys(inputs), dtype="uint64", examples=digest, about={**about}, counts=counts
            )
    return found


CORRECTNESS = Measure(
    name="correctness",
    label="Correctness of examples",
    summary="Is the whole answer to each training and each test example right? One bit per example, in the order of "
    "the run's examples. Keys, hashes of the inputs kept at step 0, match the examples of runs whose sets differ.",
    unit="right or wrong",
    source="the definition; Hacohen et al. 2020, arXiv:1905.10854; Toneva et al. 2019, arXiv:1812.05159",
    arrays=("correctness.*", "correctness_keys.*"),
    needs=("classes",),
    keep=keep,
)
