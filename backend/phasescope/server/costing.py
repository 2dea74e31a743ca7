"""What an experiment would cost before it is started: counted where it can be, asked of the workers where it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phasescope.core.axes import Axis, level
from phasescope.core.catalogue import Catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.core.schedule import MeasureSchedule
from phasescope.core.signature import is_per_run, signature
from phasescope.core.spec import ExperimentSpec, RunSpec
from phasescope.core.training_size import SETTINGS, band, larger
from phasescope.core.wire import Trial, TrialResult
from phasescope.server import admission
from phasescope.server.admission import whole_catalogue
from phasescope.server.context import Context, now
from phasescope.server.messages import Cost
from phasescope.server.trials import MOST_WAITING
from phasescope.store import experiments, workers

BYTES_OF_A_VALUE = 8


@dataclass(frozen=True)
class Kind:
    """Runs that may train together: the largest of them, how many there are, and the passes in which they train."""

    example: RunSpec
    runs: int
    passes: frozenset[int]

    def groups(self, together: int) -> int:
        """Into how many they are divided: those of one pass train together, as many as fit."""
        return max(len(self.passes), -(-self.runs // together))


Kinds = dict[str, Kind]


def cost(context: Context, data: Mapping[str, Any]) -> Cost:
    """What an experiment would cost, were it started; raises InvalidSpec."""
    with context.store.read() as session:
        catalogue = whole_catalogue(context, session)
    spec = admit(data, catalogue)
    return _told(context, spec, _kinds(spec, catalogue))


def growth_cost(context: Context, number: int, extensions: Sequence[Mapping[str, Any]]) -> Cost:
    """What the runs would cost that an experiment does not have yet; raises NotFound and InvalidSpec."""
    spec, cells = admission.grown(context, number, extensions)
    found = {digest: (kind, cell.spec, 1, {cell.training_pass}) for cell, digest, kind in cells}
    with context.store.read() as session:
        waiting = experiments.untrained(session, spec, list(found))
    return _told(context, spec, _gathered(found[digest] for digest in waiting))


def _told(context: Context, spec: ExperimentSpec, kinds: Kinds) -> Cost:
    """The cost of so many runs of these kinds."""
    with context.store.read() as session:
        heard = sum(worker.state != "silent" for worker in workers.listed(session, now()))
    runs = sum(kind.runs for kind in kinds.values())
    limits = {name: limited for name in spec.measures if (limited := _limits(spec, name)) != MeasureSchedule()}
    trials = [
        Trial(key=key, spec=kind.example, runs=kind.runs, steps=spec.steps, measures=spec.measures, limits=limits)
        for key, kind in kinds.items()
    ]
    results = [context.trials.result(trial) for trial in trials] if len(trials) <= MOST_WAITING else []
    refusal = next((result.refusal for result in results if result is not None and result.refusal), None)
    known = [result for result in results if result is not None and result.refusal is None]
    told = len(known) == len(trials)
    checkpoints = {name: len(steps) for name, steps in spec.taken_at().items()}
    pairs = list(zip(trials, known, strict=True)) if told else []
    values = sum(t.runs * _values(r, checkpoints) for t, r in pairs) * BYTES_OF_A_VALUE
    arrays = sum(t.runs * _array_bytes(r, checkpoints) for t, r in pairs)
    return Cost(
        runs=runs,
        run_steps=runs * spec.steps,
        signatures=len(kinds),
        workers=heard,
        seconds=sum(_seconds(kinds[t.key], r, spec.steps, checkpoints) for t, r in pairs) / heard
        if told and heard
        else None,
        memory_bytes=max((min(t.runs, r.together) * r.memory_bytes for t, r in pairs), default=0) if told else None,
        stored_bytes=values + arrays if told else None,
        array_bytes=arrays if told else None,
        refusal=refusal,
    )


def _seconds(kind: Kind, result: TrialResult, steps: int, checkpoints: Mapping[str, int]) -> float:
    """Of all runs of a kind on one worker."""
    measuring = sum(result.measuring[name] * count for name, count in checkpoints.items())
    each = result.preparing + steps * result.stepping + measuring
    return kind.runs * each + kind.groups(result.together) * (result.beginning + steps * result.overhead)


def _values(result: TrialResult, checkpoints: Mapping[str, int]) -> int:
    """Numbers stored of one run."""
    return sum(result.series[name] * count for name, count in checkpoints.items())


def _array_bytes(result: TrialResult, checkpoints: Mapping[str, int]) -> int:
    """Bytes of the arrays that are kept of one run; every measure that keeps some does at the first checkpoint."""
    later = sum(size * (checkpoints[name] - 1) for name, size in result.arrays.items() if name in checkpoints)
    return later + sum(size for name, size in result.first_arrays.items() if name in checkpoints)


def _limits(spec: ExperimentSpec, name: str) -> MeasureSchedule:
    return spec.schedules.get(name, MeasureSchedule()).limits


def _kinds(spec: ExperimentSpec, catalogue: Catalogue) -> Kinds:
    """The kinds of runs of an experiment.

    Axes over other per-run numbers than the sizes of training set and batches, and seeds, do not change the kind, so
    that only the cells of the other axes are made.
    """

    def shapes(path: str) -> bool:
        return path.rpartition(".")[2] in (*SETTINGS, "batch_size") or not is_per_run(path, spec, catalogue)

    found = []
    for part in spec.parts():
        shaping = tuple(axis for axis in part.axes if any(map(shapes, (axis.path, *axis.scales))))
        others = tuple(axis for axis in part.axes if axis not in shaping)
        few = part.model_copy(update={"axes": shaping, "seeds": 1})
        each = part.count() // few.count()
        for cell in admitted_cells(few, catalogue):
            passes = _passes(cell.training_pass, others, seeds=part.seeds)
            found.append((signature(cell.spec, catalogue), cell.spec, each, passes))
    return _gathered(found)


def _passes(own: int, others: Sequence[Axis], *, seeds: int) -> set[int]:
    """The passes in which a cell's runs train, along axes and seeds that do not change its kind."""
    finest = max((level(index, axis.count()) for axis in others for index in range(axis.count())), default=0)
    return {place + later for place in range(own, max(own, finest) + 1) for later in range(1 + (seeds > 1))}


def _gathered(runs: Iterable[tuple[str, RunSpec, int, set[int]]]) -> Kinds:
    """Kinds from signature, run, number of runs like it and their passes: the largest of a kind tells the cost."""
    kinds: Kinds = {}
    for alike, run, count, passes in runs:
        key = f"{alike}:{band(run)}"
        known = kinds.get(key, Kind(run, 0, frozenset()))
        kinds[key] = Kind(larger(known.example, run), known.runs + count, known.passes | passes)
    return kinds
