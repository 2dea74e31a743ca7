"""Changes of the task while a run trains, at the door: every task that a run comes to must be one that can be drawn."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from phasescope.core.catalogue import Catalogue, Entry
from phasescope.core.choices import setting_problems, shown, with_defaults
from phasescope.core.errors import Problem, suggestion
from phasescope.core.expressions import evaluate, names_in
from phasescope.core.named_parts import task_shape
from phasescope.core.spec import RunSpec

NEVER = float("inf")
TOGETHER = 4  # changes that are looked at in all combinations; of more, two at a time
Settings = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What an intervention makes of one setting of the task, and from when to when it may do so."""

    place: int  # in the list of interventions
    field: str
    values: tuple[tuple[str, Any], ...]  # the name of the intervention's setting, and the value: the ends of a sequence
    first: float
    end: float

    @classmethod
    def of(cls, place: int, given: Mapping[str, Any]) -> Change:
        """That of an intervention with these settings."""
        values = tuple((name, given[name]) for name in ("value", "first", "last") if name in given)
        end = NEVER if given.get("until") is None else float(given["until"])
        if given.get("when") is None:
            return cls(place, str(given["field"]), values, float(given.get("at", 0)), end)
        return cls(place, str(given["field"]), values, float(given.get("at", 0)), NEVER)

    def meets(self, other: Change) -> bool:
        """May both be in force at a time?"""
        return max(self.first, other.first) < min(self.end, other.end)


def change_problems(
    where: str, given: Mapping[str, Any], run: RunSpec, steps: int, catalogue: Catalogue
) -> Iterator[Problem]:
    """A setting of the task that may change, and the values that it is given one after the other."""
    entry = catalogue.entry("task", str(run.task["name"]))
    field = str(given["field"])
    changeable = [name for name, schema in entry.settings.get("properties", {}).items() if schema.get("x-changeable")]
    if field not in changeable:
        near = suggestion(field, changeable)
        yield Problem(where, f"{where}: task {entry.name} has no setting {field!r} that may change.{near}")
        return
    found = False
    for name, value in Change.of(0, given).values:
        for problem in _value_problems(field, value, run, catalogue):
            found = True
            yield Problem(f"intervention.{name}", f"intervention.{name}: {shown(value)} was given. {problem}")
    if not found and "every" in given:
        yield from _between(given, run, steps, entry)


def _value_problems(field: str, value: Any, run: RunSpec, catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with the run's task, had it this value."""
    entry = catalogue.entry("task", str(run.task["name"]))
    own = {name: setting for name, setting in run.task.items() if name != "name"}
    changed = run.model_copy(update={"task": {**run.task, field: value}})
    problems = [problem.sentence for problem in setting_problems(entry, {**own, field: value})]
    yield from problems
    if not problems and task_shape(changed, catalogue) != task_shape(run, catalogue):
        yield f"task {entry.name} then needs another network; that cannot change."


def _between(given: Mapping[str, Any], run: RunSpec, steps: int, entry: Entry) -> Iterator[Problem]:
    """Values of a sequence between its first and its last, as far as the run comes."""
    since = given.get("at", 0) if given.get("when") is None else 0
    reached = min(given["last"], given["first"] + (steps - 1 - since) // given["every"])
    rules = tuple((rule["holds"], rule["otherwise"]) for rule in entry.settings.get("x-rules", ()))
    own = json.dumps(with_defaults(entry, run.task), sort_keys=True)
    wrong = _first_wrong(rules, own, str(given["field"]), given["first"] + 1, reached)
    if wrong is not None:
        value, otherwise = wrong
        sentence = f"on the way from {given['first']} to {given['last']} comes {value}. task {entry.name}: {otherwise}"
        yield Problem("intervention.last", f"intervention.last: {sentence}")


@lru_cache(maxsize=256)
def _first_wrong(
    rules: tuple[tuple[str, str], ...], settings: str, field: str, first: int, last: int
) -> tuple[int, str] | None:
    """The first of these values that breaks a rule, and what the rule says."""
    own = json.loads(settings)
    concerned = [(holds, otherwise) for holds, otherwise in rules if field in names_in(holds)]
    for value in range(first, last + 1) if concerned else ():
        for holds, otherwise in concerned:
            if not evaluate(holds, {**own, field: value}):
                return value, otherwise
    return None


def meeting_problems(run: RunSpec, catalogue: Catalogue, fine: set[str]) -> Iterator[Problem]:
    """Changes of the task that are each possible, but not at the same time; to be asked where each is.

    What each change alone obeys, several can break only in a rule that names more than one of their settings. `fine`
    remembers, from run to run of a grid, what has been looked at.
    """
    task, changes = json.dumps(run.task, sort_keys=True), _changes(run, catalogue)
    whole = _key(task, [(one.field, one.values, one.first, one.end) for one in changes])
    if whole in fine:
        return
    fine.add(whole)
    tied = _tied(changes, catalogue.entry("task", str(run.task["name"])))
    changes = [one for one in changes if any(one.field in fields for fields in tied)]
    for count in range(2, (len(changes) if len(changes) <= TOGETHER else 2) + 1):
        for some in itertools.combinations(changes, count):
            fields = {one.field for one in some}
            if len(fields) < count or not any(fields <= names for names in tied) or not _meet(some):
                continue
            key = _key(task, [(one.field, one.values) for one in some])
            if key not in fine:
                yield from _together(some, run, catalogue)
                fine.add(key)


def _changes(run: RunSpec, catalogue: Catalogue) -> list[Change]:
    changes = []
    for place, choice in enumerate(run.interventions):
        fields = catalogue.entry("intervention", str(choice["name"])).settings.get("properties", {})
        if fields.get("field", {}).get("x-refers") == "task":
            changes.append(Change.of(place, {**_usual(fields), **choice}))
    return changes


def _key(task: str, changes: Sequence[tuple[Any, ...]]) -> str:
    return f"{task} {json.dumps(changes)}"


def _tied(changes: Sequence[Change], task: Entry) -> list[set[str]]:
    """Of each rule of the task that names several settings which are changed: those."""
    fields = {one.field for one in changes}
    named = [names_in(rule["holds"]) & fields for rule in task.settings.get("x-rules", ())]
    return [names for names in named if len(names) > 1]


def _meet(changes: Sequence[Change]) -> bool:
    """May all be in force at a time?"""
    return all(one.meets(other) for one, other in itertools.combinations(changes, 2))


def _together(changes: Sequence[Change], run: RunSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """The first combination of their values that the task cannot have."""
    entry = catalogue.entry("task", str(run.task["name"]))
    own = {name: value for name, value in run.task.items() if name != "name"}
    for values in itertools.product(*(one.values for one in changes)):
        made: Settings = {one.field: value for one, (_, value) in zip(changes, values, strict=True)}
        problems = list(setting_problems(entry, own | made))
        if problems:
            where = f"interventions.{changes[-1].place}"
            others = ", ".join(f"interventions.{one.place}" for one in changes[:-1])
            said = ", ".join(f"{name} = {shown(value)}" for name, value in made.items())
            yield Problem(where, f"{where}: together with {others} the task has {said}. {problems[0].sentence}")
            return


def _usual(fields: Mapping[str, Any]) -> Settings:
    return {name: schema["default"] for name, schema in fields.items() if "default" in schema}
