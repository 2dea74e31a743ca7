"""Layers, weights and activations that an intervention names: are they there, and do they have what is asked of them?

What a model has is in its catalogue entry as patterns. A pattern is a name in which a counting setting stands for a
number: `block_{layers}.query` of a model of two layers is block_1.query and block_2.query. Conditions say which settings
a name needs, and expressions how large an activation is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, cast

from phasescope.core.altering import misfit
from phasescope.core.catalogue import Catalogue, Choices, Entry
from phasescope.core.choices import with_defaults
from phasescope.core.dimensions import shape_of, sizes_of
from phasescope.core.errors import Problem, suggestion
from phasescope.core.shape import Inputs, Shape
from phasescope.core.spec import RunSpec

COUNTER = re.compile(r"\{(\w+)\}")
Part = Literal["weights", "activation"]
Known = dict[str, tuple[str, int]]  # name -> its pattern, and the number of the layer


def task_shape(run: RunSpec, catalogue: Catalogue) -> Shape | None:
    """The sizes of a run's inputs and outputs; nothing where its task does not say them, such as arrays of a file."""
    entry = catalogue.entry("task", str(run.task["name"]))
    if not entry.dimensions:
        return None
    return shape_of(cast(Inputs, entry.inputs), entry.dimensions, with_defaults(entry, run.task))


def part_problems(where: str, part: Part, value: str, run: RunSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """Weights or an activation that the run's network does not have."""
    names = _names(part, run, catalogue)
    if names and value not in names:
        model = run.model["name"]
        yield Problem(where, f"{where}: model {model} has no {part} {value!r} here.{suggestion(value, names)}")


def fit_problems(given: Mapping[str, Any], run: RunSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """Heads, units or positions that the named activation does not have; sizes that are not known pass."""
    name = str(given["activation"])
    sizes = _sizes(name, run, catalogue)
    if sizes is None:
        return
    wrong = misfit(name, given, sizes, of=f" of model {run.model['name']}")
    if wrong is not None:
        where = f"intervention.{wrong[0]}"
        yield Problem(where, f"{where}: {wrong[1]}")


def _sizes(name: str, run: RunSpec, catalogue: Catalogue) -> Sequence[int | None] | None:
    """Of an activation of the run's network behind the examples; nothing where neither model nor task says them."""
    model, task = _model(run, catalogue), task_shape(run, catalogue)
    pattern, number = _names("activation", run, catalogue).get(name, ("", 0))
    if task is None or pattern not in model.shapes:
        return None
    return sizes_of(model.shapes[pattern], with_defaults(model, run.model), task, number)


def _names(part: Part, run: RunSpec, catalogue: Catalogue) -> Known:
    """What the run's network has; empty where its model does not say."""
    model, kind = _model(run, catalogue), "groups" if part == "weights" else "activations"
    settings = with_defaults(model, run.model)
    task = task_shape(run, catalogue)
    made = settings | ({} if task is None else {"task.inputs": task.inputs, "task.readout": task.readout})
    conditions = model.conditions.get(kind, {})
    patterns = (p for p in getattr(model, kind) if _holds(conditions.get(p, ()), made))
    return written_out(patterns, settings)


def _model(run: RunSpec, catalogue: Catalogue) -> Entry:
    return catalogue.entry("model", str(run.model["name"]))


def _holds(alternatives: Sequence[Choices], made: Mapping[str, Any]) -> bool:
    """Is one of the alternatives what was chosen? A choice that is not known passes."""
    fits = (all(made.get(name, values[0]) in values for name, values in one.items()) for one in alternatives)
    return not alternatives or any(fits)


def written_out(patterns: Iterable[str], settings: Mapping[str, Any]) -> Known:
    """The names that the patterns mean, in order; a pattern whose setting is not among the settings is left out."""
    names: Known = {}
    for pattern in patterns:
        counter = COUNTER.search(pattern)
        if counter is None:
            names[pattern] = pattern, 0
        elif isinstance(count := settings.get(counter[1]), int):
            numbers = range(1, count + 1)
            names |= {COUNTER.sub(str(number), pattern): (pattern, number) for number in numbers}
    return names
