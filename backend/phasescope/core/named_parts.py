"""Layers, weights and activations that an intervention names: are they there, and do they have what is asked of them?

What a model has is in its catalogue entry as patterns. A pattern is a name in which a counting setting stands for a
number: `block_{layers}.query` of a model of two layers is block_1.query and block_2.query. Conditions say which
settings a name needs, and expressions how large an activation is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
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
    names = names_of(part, run, catalogue)
    if names and value not in names:
        model = run.model["name"]
        yield Problem(where, f"{where}: model {model} has no {part} {value!r} here.{suggestion(value, names)}")


def fit_problems(given: Mapping[str, Any], run: RunSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """Heads, units or positions that the named activation does not have; sizes that are not known pass."""
    name = str(given["activation"])
    sizes = activation_sizes(name, run, catalogue)
    if sizes is None:
        return
    wrong = misfit(name, given, sizes, of=f" of model {run.model['name']}")
    if wrong is not None:
        where = f"intervention.{wrong[0]}"
        yield Problem(where, f"{where}: {wrong[1]}")


def activation_sizes(name: str, run: RunSpec, catalogue: Catalogue) -> Sequence[int | None] | None:
    """Of an activation of the run's network behind the examples; nothing where its model says none."""
    model = _model(run, catalogue)
    pattern, number = names_of("activation", run, catalogue).get(name, ("", 0))
    if pattern not in model.shapes:
        return None
    return sizes_of(model.shapes[pattern], _known(run, catalogue) | {"number": number})


def names_of(part: Part, run: RunSpec, catalogue: Catalogue) -> Known:
    """What the run's network has; empty where its model does not say."""
    model, kind = _model(run, catalogue), "groups" if part == "weights" else "activations"
    known, conditions = _known(run, catalogue), model.conditions.get(kind, {})
    return written_out((p for p in getattr(model, kind) if _holds(conditions.get(p, ()), known)), known)


def _known(run: RunSpec, catalogue: Catalogue) -> dict[str, Any]:
    """Settings of the run's model, and as `task.…` what is known of its task: its inputs always, its sizes mostly."""
    shape = task_shape(run, catalogue)
    task = {"inputs": catalogue.entry("task", str(run.task["name"])).inputs} if shape is None else asdict(shape)
    known = with_defaults(_model(run, catalogue), run.model)
    return known | {f"task.{name}": value for name, value in task.items()}


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
