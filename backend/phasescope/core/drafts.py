"""Experiments that begin from runs there are: a fork goes on otherwise from a step, a microscope looks closer.

Both are plain experiments. A run is determined by its spec, so the fork's runs retrace their parent exactly up to the
step at which the change begins, and under the microscope each run is the same trajectory with other checkpoints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from phasescope.core.spec import ExperimentSpec, RunSpec

CHOICES = ("task", "model", "optimizer", "interventions", "batch_size", "precision")
MOST_RUNS = 256  # under one microscope: each is a line of the new experiment's spec


@dataclass(frozen=True)
class Origin:
    """A run with its number and its point in the experiment it is looked at in."""

    number: int
    spec: RunSpec
    point: dict[str, Any]


def fork(
    origin: Origin, experiment: ExperimentSpec, *, step: int, field: str, values: Sequence[float]
) -> dict[str, Any]:
    """The run again, with a setting of the optimizer changed from `step` on: one run for each of the values."""
    change = {"name": "change_setting", "field": field, "value": values[0], "at": step}
    path = f"interventions.{len(origin.spec.interventions)}.value"
    words = field.replace("_", " ")
    return {
        **_as_it_was(origin.spec),
        **_looked_at_as(experiment),
        "name": f"Run {origin.number} with another {words} from step {step:,}",
        "description": f"A fork of run {origin.number} of “{experiment.name}”.",
        "interventions": [*origin.spec.interventions, change],
        "steps": experiment.steps,
        "checkpoints": experiment.checkpoints.model_dump(mode="json"),
        "axes": [{"path": path, "values": list(values)}] if len(values) > 1 else [],
        "first_seed": origin.spec.seed,
        "seeds": 1,
    }


def microscope(
    origins: Sequence[Origin], experiment: ExperimentSpec, *, begin: int, end: int, count: int
) -> dict[str, Any]:
    """The same runs up to step `end`, with `count` checkpoints spread evenly from `begin` on."""
    first, *others = origins
    which = f"run {first.number}" if not others else f"{len(origins)} runs"
    return {
        **_as_it_was(first.spec),
        **_looked_at_as(experiment),
        "name": f"Steps {begin:,} to {end:,} of {which}",
        "description": f"A closer look at {which} of “{experiment.name}”.",
        "steps": end,
        "checkpoints": {"at": [int(at) for at in np.unique(np.linspace(begin, end, count).round())]},
        "axes": _only(first),
        "first_seed": first.spec.seed,
        "seeds": 1,
        "extensions": [{"axes": _only(other), "first_seed": other.spec.seed, "seeds": 1} for other in others],
    }


def _as_it_was(spec: RunSpec) -> dict[str, Any]:
    return spec.model_dump(mode="json", include=set(CHOICES))


def _looked_at_as(experiment: ExperimentSpec) -> dict[str, Any]:
    return experiment.model_dump(mode="json", include={"measures", "schedules", "phases"})


def _only(origin: Origin) -> list[dict[str, Any]]:
    """Axes with the run's own values alone."""
    return [{"path": path, "values": [value]} for path, value in origin.point.items()]
