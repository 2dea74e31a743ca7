"""The interventions of an experiment at the door: each is checked by its schema, and what it names must exist."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phasescope.core.catalogue import Catalogue, Entry
from phasescope.core.changed_tasks import change_problems, meeting_problems
from phasescope.core.choices import complete, normalised, setting_problems, shown, with_defaults
from phasescope.core.errors import Problem, suggestion
from phasescope.core.named_parts import fit_problems, part_problems
from phasescope.core.record import LARGEST_NUMBER
from phasescope.core.spec import Choice, RunSpec

MOST_INTERVENTIONS = 64  # of one experiment
MARKS = {"optimizer": "x-per-run", "model": "x-changeable", "task": "x-in-loss"}  # of settings that may be changed


def settings_of(choice: Mapping[str, Any]) -> dict[str, Any]:
    """A choice without its name."""
    return {name: value for name, value in choice.items() if name != "name"}


def complete_interventions(
    chosen: Sequence[Choice], catalogue: Catalogue, problems: list[Problem]
) -> tuple[Choice, ...]:
    """Each intervention with its defaults written out; what is wrong goes to `problems`, by its place in the list."""
    completed = []
    if len(chosen) > MOST_INTERVENTIONS:
        sentence = f"{len(chosen)} were given; allowed: at most {MOST_INTERVENTIONS} in one experiment."
        advice = "Leave some out, or let one change its setting step by step, as task_sequence does."
        problems.append(Problem("interventions", f"interventions: {sentence} {advice}"))
        return ()
    for number, choice in enumerate(chosen):
        found: list[Problem] = []
        completed.append(complete("intervention", choice, catalogue, found))
        problems.extend(_placed(number, found))
    return tuple(completed)


def normalised_interventions(chosen: Sequence[Choice], catalogue: Catalogue) -> tuple[Choice, ...]:
    """Interventions of an admitted run with their settings as the records mean them."""
    entries = [catalogue.entry("intervention", str(choice["name"])) for choice in chosen]
    return tuple({"name": e.name, **normalised(e, settings_of(c))} for e, c in zip(entries, chosen, strict=True))


def intervention_problems(run: RunSpec, steps: int, catalogue: Catalogue, fine: set[str]) -> Iterator[Problem]:
    """What is wrong with the interventions of one run: their settings, and the things that they name.

    `fine` remembers, from run to run of a grid, what has been looked at.
    """
    each = True
    parts = {kind: json.dumps(getattr(run, kind), sort_keys=True) for kind in MARKS}
    for number, choice in enumerate(run.interventions):
        entry = catalogue.entry("intervention", str(choice["name"]))
        given = settings_of(choice)
        read = [parts[kind] for kind in _read_for(entry, given)]
        key = " ".join([json.dumps(choice, sort_keys=True), str(run.task["name"]), *read])
        if key in fine:
            continue
        found = list(setting_problems(entry, given)) or [
            *_match_problems(entry, run, catalogue),
            *_reference_problems(entry, given, run, steps, catalogue),
        ]
        each = each and not found
        yield from _placed(number, found)
        fine.add(key)
    if each:
        yield from meeting_problems(run, catalogue, fine)


def _read_for(entry: Entry, given: Mapping[str, Any]) -> list[str]:
    """The parts of a run that are looked at for an intervention, of the task besides its name."""
    read: set[str] = set()
    for name, schema in entry.settings.get("properties", {}).items():
        match schema.get("x-refers"):
            case "weights" | "activation":
                read |= {"model", "task"}
            case "task":
                read.add("task")
            case "setting" if given.get(name) != "batch_size":
                read.add(_setting_named(str(given.get(name)))[0])
    return sorted(read)


def _placed(number: int, problems: Sequence[Problem]) -> Iterator[Problem]:
    """`intervention.at` of the third in the list is `interventions.2.at`."""
    for problem in problems:
        place = f"interventions.{number}" + problem.field.removeprefix("intervention")
        sentence = problem.sentence
        if sentence.startswith(problem.field):
            sentence = place + sentence.removeprefix(problem.field)
        yield Problem(place, sentence)


def _reference_problems(
    entry: Entry, given: Mapping[str, Any], run: RunSpec, steps: int, catalogue: Catalogue
) -> Iterator[Problem]:
    """Settings marked `x-refers` name something elsewhere in the spec: a step, a group of weights, a setting."""
    for name, schema in entry.settings.get("properties", {}).items():
        value = given.get(name, schema.get("default"))
        if value is None or "x-refers" not in schema:
            continue
        where = f"intervention.{name}"
        match schema["x-refers"]:
            case "step":
                if value >= steps:
                    yield Problem(where, f"{where}: {value} was given, but a run has {steps} steps; it never happens.")
            case "weights" | "activation" as part:
                missing = list(part_problems(where, part, value, run, catalogue))
                yield from missing
                if part == "activation" and not missing:
                    yield from fit_problems(given, run, catalogue)
            case "quantity" | "classes":
                yield from _answer_problems(where, value, run, catalogue)
            case "task":
                yield from _task_problems(where, with_defaults(entry, given), run, steps, catalogue)
            case "setting":
                yield from _setting_problems(where, value, given.get("value"), run, catalogue)


def _task_problems(
    where: str, given: Mapping[str, Any], run: RunSpec, steps: int, catalogue: Catalogue
) -> Iterator[Problem]:
    """A setting of the task that may change, and the values that it is given."""
    entry = catalogue.entry("task", str(run.task["name"]))
    if given["field"] == "label_noise" and not one_class_each(entry):
        yield Problem(where, f"{where}: the answers of task {entry.name} are not one class each.")
    else:
        yield from change_problems(where, given, run, steps, catalogue)


def _match_problems(entry: Entry, run: RunSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """The task has inputs and answers that the intervention can do something with."""
    task = catalogue.entry("task", str(run.task["name"]))
    if entry.accepts and task.inputs not in entry.accepts:
        sentence = f"{entry.name} changes {' or '.join(entry.accepts)}, but task {task.name} gives {task.inputs}."
        yield Problem("intervention.name", f"intervention.name: {sentence}")
    missing = set(entry.needs) - set(task.offers)
    if missing:
        sentence = f"{entry.name} needs {', '.join(sorted(missing))}, which task {task.name} does not offer."
        yield Problem("intervention.name", f"intervention.name: {sentence}")


def one_class_each(task: Entry) -> bool:
    """Does label noise have a meaning here? Either the task makes it itself, or every example has one class."""
    own = not task.settings.get("properties", {}).get("label_noise", {}).get("x-neutral")
    return own or ("classes" in task.offers and "every_position" not in task.offers)


def _answer_problems(where: str, value: str | float, run: RunSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """An accuracy, or a share of wrong classes, where answers are not classes."""
    task = catalogue.entry("task", str(run.task["name"]))
    if isinstance(value, str):
        if "classes" in task.offers or not value.endswith("accuracy"):
            return
        yield Problem(where, f"{where}: the answers of task {task.name} are not classes; use a loss or weight_norm.")
    elif value and not one_class_each(task):
        yield Problem(where, f"{where}: the answers of task {task.name} are not one class each.")


def _setting_named(path: str) -> tuple[str, str]:
    """`model.dropout` is one of the model, `learning_rate` one of the optimizer."""
    kind, _, setting = path.partition(".")
    return (kind, setting) if kind in ("model", "task") and setting else ("optimizer", path)


def _setting_problems(where: str, path: str, value: Any, run: RunSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """A setting of the optimizer by its name; batch_size; or one that may change of model or task as `model.name`."""
    if path == "batch_size":
        if isinstance(value, bool | str) or value != int(value) or not 1 <= value <= LARGEST_NUMBER:
            allowed = f"allowed: a whole number from 1 to {LARGEST_NUMBER:,}"
            yield Problem("intervention.value", f"intervention.value: {shown(value)} was given; {allowed}.")
        return
    kind, setting = _setting_named(path)
    mark = MARKS[kind]
    choice = getattr(run, kind)
    entry = catalogue.entry(kind, str(choice["name"]))
    changeable = [name for name, schema in entry.settings.get("properties", {}).items() if schema.get(mark)]
    if setting not in changeable:
        near = suggestion(setting, [*changeable, "batch_size"] if kind == "optimizer" else changeable)
        yield Problem(where, f"{where}: {kind} {entry.name} has no setting {setting!r} to change.{near}")
        return
    changed = {**settings_of(choice), setting: value}
    for problem in setting_problems(entry, changed):
        yield Problem("intervention.value", f"intervention.value: {shown(value)} was given. {problem.sentence}")
