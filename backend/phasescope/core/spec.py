"""What is trained: an experiment (a family) and a run (one point of its axes with one seed), both plain data."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, JsonValue, StringConstraints, model_validator

from phasescope.core.axes import Axis, training_order
from phasescope.core.phase_rule import PhaseRule
from phasescope.core.record import LARGEST_NUMBER, Record, Rule, setting
from phasescope.core.schedule import Checkpoints, MeasureSchedule

MAXIMUM_RUNS = 65_536  # of one experiment
MAXIMUM_STEPS = 100_000_000
DEFAULT_MEASURES = ("loss", "accuracy", "weight_norm", "distance_from_initial", "layer_rotation", "drift")

Choice = dict[str, JsonValue]
"""A registered name and its settings: {"name": "mlp", "width": 128}."""


def _name_of_measure(given: Any) -> Any:
    if isinstance(given, Mapping):
        shown = json.dumps(given, default=str)
        raise ValueError(f"measures: {shown} was given; allowed: a name, or such as {{name: drift, every: 5}}.")
    return given


MeasureName = Annotated[str, BeforeValidator(_name_of_measure)]

Precision = Annotated[
    Literal["float32", "float64", "bfloat16", "tf32"],
    Field(
        description="In what a step is computed. bfloat16: matrices are multiplied in it, parameters stay float32. "
        "tf32: products are rounded to TF32 on a CUDA device; elsewhere it is float32."
    ),
]

AXIS_ROOTS = ("task", "model", "optimizer", "interventions", "batch_size")
"""What an axis may vary: everything else is the same for all runs of an experiment."""


class StopRule(Record):
    """End a run once a series has been on one side of a bound for some checkpoints in a row."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("(at_least != None) + (at_most != None) == 1", "stop: give exactly one of at_least and at_most."),
    )

    measure: str = setting(..., "Name of a series, such as test_accuracy.")
    at_least: float | None = setting(None, "Stop when the value is at least this.")
    at_most: float | None = setting(None, "Stop when the value is at most this.")
    for_checkpoints: int = setting(1, "For this many checkpoints in a row.", ge=1)


class Extension(Record):
    """Runs that an experiment has grown by: a grid over its own paths, or further seeds of what it has."""

    axes: tuple[Axis, ...] = setting((), "Points along some of the experiment's axes; the others keep all of theirs.")
    first_seed: int = setting(0, "The first of its seeds.", ge=0)
    seeds: int = setting(1, "Runs per cell, with seeds first_seed, first_seed + 1, …", ge=1, le=10_000)


class RunSpec(Record):
    """One trajectory. Its digest is its identity; what is measured on it, and for how long, is not part of it."""

    task: Choice
    model: Choice
    optimizer: Choice
    interventions: tuple[Choice, ...] = ()
    batch_size: int | None = setting(
        None, "Examples per step; nothing means the full training set.", ge=1, le=LARGEST_NUMBER
    )
    precision: Precision = "float32"
    seed: int = setting(0, "Decides initial weights, data and batch order.", ge=0)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON (hexadecimal, 64 characters)."""
        return digest_of(self.model_dump(mode="json"))


class ExperimentSpec(Record):
    """A named family of runs: a base, axes, seeds, and what is measured when."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = setting(
        ..., "Shown as the title."
    )
    description: str = setting("", "A sentence or two, shown under the title.")
    task: Choice
    model: Choice
    optimizer: Choice
    interventions: tuple[Choice, ...] = ()
    batch_size: int | None = setting(
        None, "Examples per step; nothing means the full training set.", ge=1, le=LARGEST_NUMBER
    )
    precision: Precision = "float32"
    steps: int = setting(..., "Training steps of each run.", ge=1, le=MAXIMUM_STEPS)
    checkpoints: Checkpoints = Checkpoints(log_spaced=60)
    measures: tuple[MeasureName, ...] = setting(
        DEFAULT_MEASURES, "Names of measures; {name: …, every: …} puts what follows the name into schedules."
    )
    schedules: dict[str, MeasureSchedule] = setting({}, "Of measures that are not taken at every checkpoint: when.")
    axes: tuple[Axis, ...] = ()
    seeds: int = setting(1, "Runs per cell, with seeds first_seed, first_seed + 1, …", ge=1, le=10_000)
    first_seed: int = setting(0, "The first of the seeds.", ge=0)
    extensions: tuple[Extension, ...] = setting((), "What the experiment has grown by since it was made.")
    stop: StopRule | None = None
    phases: PhaseRule = PhaseRule()

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, given: Any) -> Any:
        """A measure may be given with its schedule: `{name: drift, every: 5}`. The names stay names."""
        measures = given.get("measures") if isinstance(given, Mapping) else None
        if not isinstance(measures, list | tuple):
            return given
        named = {m["name"]: m for m in measures if isinstance(m, Mapping) and isinstance(m.get("name"), str)}
        if not named:
            return given
        own = {name: {key: value for key, value in m.items() if key != "name"} for name, m in named.items()}
        names = [m["name"] if isinstance(m, Mapping) and m.get("name") in named else m for m in measures]
        return {**given, "measures": names, "schedules": {**(given.get("schedules") or {}), **own}}

    def taken_at(self) -> dict[str, tuple[int, ...]]:
        """The steps at which each measure is taken."""
        steps = self.checkpoints.steps(self.steps)
        return {name: self.schedules.get(name, MeasureSchedule()).steps(steps) for name in self.measures}

    def count(self) -> int:
        """Number of runs; one that both the grid and an extension have counts twice."""
        sizes = (math.prod(axis.count() for axis in axes) * seeds for axes, _, seeds in self._grids())
        return sum(sizes)

    def cells(self) -> Iterator[Cell]:
        """Every run of the family, in grid order, with the pass in which it is to be trained.

        What an extension adds comes after the grid, coarse to fine again.
        """
        last = 0
        for axes, first_seed, seeds in self._grids():
            passes_before = last
            for cell in self._grid_cells(axes, first_seed, seeds):
                last = max(last, passes_before + cell.training_pass + 1)
                yield replace(cell, training_pass=passes_before + cell.training_pass)

    def with_one_seed(self) -> ExperimentSpec:
        """The same cells with one run each."""
        extensions = tuple(extension.model_copy(update={"seeds": 1}) for extension in self.extensions)
        return self.model_copy(update={"seeds": 1, "extensions": extensions})

    def parts(self) -> Iterator[ExperimentSpec]:
        """The experiment's own grid and each extension's, as experiments without extensions."""
        for axes, first_seed, seeds in self._grids():
            yield self.model_copy(update={"axes": axes, "first_seed": first_seed, "seeds": seeds, "extensions": ()})

    def _grids(self) -> Iterator[tuple[tuple[Axis, ...], int, int]]:
        """Axes, first seed and number of seeds of the experiment's own grid and of each extension's."""
        yield self.axes, self.first_seed, self.seeds
        for extension in self.extensions:
            own = {axis.path: axis for axis in extension.axes}
            yield tuple(own.get(axis.path, axis) for axis in self.axes), extension.first_seed, extension.seeds

    def _grid_cells(self, axes: tuple[Axis, ...], first_seed: int, seeds: int) -> Iterator[Cell]:
        points = [axis.points() for axis in axes]
        counts = tuple(len(p) for p in points)
        for indices in itertools.product(*(range(n) for n in counts)):
            point = {axis.path: p[i] for axis, p, i in zip(axes, points, indices, strict=True)}
            for number in range(seeds):
                yield Cell(self._run(point, first_seed + number), point, training_order(indices, counts, number))

    def at(self, path: str) -> Any:
        """The value of a dotted path before any axis changes it; None where there is none."""
        try:
            return _got({root: getattr(self, root) for root in AXIS_ROOTS}, path)
        except (KeyError, IndexError):
            return None

    def _run(self, point: dict[str, Any], seed: int) -> RunSpec:
        parts: dict[str, Any] = {
            "task": dict(self.task),
            "model": dict(self.model),
            "optimizer": dict(self.optimizer),
            "interventions": [dict(choice) for choice in self.interventions],
            "batch_size": self.batch_size,
        }
        for path, value in point.items():
            _put(parts, path, value)
        for axis in self.axes:
            for path, exponent in axis.scales.items():
                scaled = float(_got(parts, path)) * float(point[axis.path]) ** exponent
                _put(parts, path, float(f"{scaled:.12g}"))
        return RunSpec(precision=self.precision, seed=seed, **parts)

    def observation(self) -> str:
        """Digest of what is recorded of a run; two experiments may share a run when this and the run's digest agree."""
        kept = self.model_dump(mode="json", include={"steps", "checkpoints", "measures", "stop"})
        if self.schedules:  # older observations had none, and their digests stay
            kept["schedules"] = {name: one.model_dump(exclude_none=True) for name, one in self.schedules.items()}
        return digest_of(kept)


def _put(parts: dict[str, Any], path: str, value: Any) -> None:
    root, _, field = path.partition(".")
    number, _, inner = field.partition(".")
    if inner:
        parts[root][int(number)][inner] = value
    elif field:
        parts[root][field] = value
    else:
        parts[root] = value


def _got(parts: dict[str, Any], path: str) -> Any:
    root, _, field = path.partition(".")
    number, _, inner = field.partition(".")
    if inner:
        return parts[root][int(number)][inner]
    return parts[root][field] if field else parts[root]


@dataclass(frozen=True)
class Cell:
    """One run of a family: its spec, its point (path → value), and the pass of its training (0 is the coarsest)."""

    spec: RunSpec
    point: dict[str, Any]
    training_pass: int


def digest_of(data: Any) -> str:
    """SHA-256 of canonical JSON."""
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
