"""From checkpoints to arrays: what the measures of a shard keep, packed in files that are small enough to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import torch

from phasescope.core.arrays import ArrayKind, Part, part_of, to_bytes
from phasescope.core.schedule import MeasureSchedule
from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures import MEASURES
from phasescope.measures.measure import Measure, RunArrays

MOST_BYTES = 16 * 2**20  # of one file: what is lost when sending it fails, and held in memory at either end


def keep(checkpoint: Checkpoint, measures: Sequence[str], schedules: Mapping[str, MeasureSchedule]) -> Iterator[bytes]:
    """The arrays that these measures keep of the runs at a checkpoint, as files; nothing where none keeps any."""
    waiting: list[Part] = []
    held = 0
    for part in _parts(checkpoint, measures, schedules):
        for chunk in part.chunks(MOST_BYTES):
            size = chunk.data.nbytes
            if waiting and held + size > MOST_BYTES:
                yield to_bytes(checkpoint.step, waiting)
                waiting, held = [], 0
            waiting.append(chunk)
            held += size
    if waiting:
        yield to_bytes(checkpoint.step, waiting)


def sizes(checkpoint: Checkpoint, measures: Sequence[str], schedules: Mapping[str, MeasureSchedule]) -> dict[str, int]:
    """Bytes that each of these measures keeps of all runs at a checkpoint; 0 where it keeps no arrays."""
    return {
        name: sum(part.data.nbytes for part in _parts(checkpoint, (name,), schedules)) for name in measures
    }  # fmt: skip


def _parts(checkpoint: Checkpoint, measures: Sequence[str], schedules: Mapping[str, MeasureSchedule]) -> Iterator[Part]:
    with torch.no_grad():
        for name in measures if checkpoint.runs else ():
            measure = MEASURES[name]
            if measure.keep is not None:
                for array, kept in measure.keep(checkpoint, schedules.get(name, MeasureSchedule())).items():
                    yield from _alike(checkpoint.runs, measure, array, kept)


def _alike(runs: Sequence[int], measure: Measure, array: str, kept: RunArrays) -> Iterator[Part]:
    """Runs with arrays of one length, on the same examples, together."""
    lengths: Sequence[int | None] = kept.counts or [None] * len(runs)
    groups: dict[tuple[int | None, str], list[int]] = {}
    for row, key in enumerate(zip(lengths, kept.examples, strict=True)):
        groups.setdefault(key, []).append(row)
    for (length, examples), rows in groups.items():
        values = kept.values[rows] if length is None else kept.values[rows, :length]
        kind = ArrayKind(
            name=array,
            measure=measure.name,
            version=measure.version,
            dtype=kept.dtype,
            shape=tuple(values.shape[1:]),
            examples=examples,
            about=kept.about,
        )
        yield part_of(kind, [runs[row] for row in rows], values.detach().cpu().numpy())
