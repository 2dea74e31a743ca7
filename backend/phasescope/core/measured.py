"""When each measure of an experiment is taken, at the door: what was asked for is checked, the rest is filled in.

A completed experiment says of every measure that is not taken at each checkpoint when it is: what a cost class means by
default may change, and what was recorded of a run may not.
"""

from __future__ import annotations

from collections.abc import Iterator

from phasescope.core.catalogue import Catalogue
from phasescope.core.errors import Problem, suggestion
from phasescope.core.schedule import MeasureSchedule
from phasescope.core.spec import ExperimentSpec

CAPS = ("examples", "features")


def schedule_problems(spec: ExperimentSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """Schedules of measures that are not taken, and limits on arrays for measures that keep none."""
    for name, schedule in spec.schedules.items():
        where = f"schedules.{name}"
        if name not in spec.measures:
            yield Problem(
                where, f"{where}: {name!r} is not measured in this experiment.{suggestion(name, spec.measures)}"
            )
            continue
        taken = catalogue.entry("measure", name).caps if name in catalogue.names("measure") else CAPS
        for cap in CAPS:
            if getattr(schedule, cap) is not None and cap not in taken:
                fitting = [e.name for e in catalogue.entries if e.kind == "measure" and cap in e.caps]
                yield Problem(
                    f"{where}.{cap}",
                    f"{where}.{cap}: measure {name} keeps no array that it could limit. "
                    f"Measures that do: {', '.join(fitting)}.",
                )


def checkpoint_problems(spec: ExperimentSpec) -> Iterator[Problem]:
    """Steps that are named and that no run comes to."""
    named = {"checkpoints": spec.checkpoints} | {
        f"schedules.{name}.checkpoints": one.checkpoints for name, one in spec.schedules.items() if one.checkpoints
    }
    for where, checkpoints in named.items():
        for step in checkpoints.at or ():
            if not 0 <= step <= spec.steps:
                sentence = f"{step} was given, but a run has {spec.steps} steps; name steps from 0 to {spec.steps}."
                yield Problem(f"{where}.at", f"{where}.at: {sentence}")
                break


def completed_schedules(spec: ExperimentSpec, catalogue: Catalogue) -> dict[str, MeasureSchedule]:
    """Schedules in the order of the measures: dear ones sparse unless asked for; none where one would say nothing."""
    found: dict[str, MeasureSchedule] = {}
    for name in spec.measures:
        schedule = spec.schedules.get(name, MeasureSchedule())
        usual = catalogue.entry("measure", name).every
        if schedule.every is None and schedule.checkpoints is None and usual > 1:
            schedule = schedule.model_copy(update={"every": usual})
        elif schedule.every == 1 and usual == 1:
            schedule = schedule.model_copy(update={"every": None})
        if schedule != MeasureSchedule():
            found[name] = schedule
    return found
