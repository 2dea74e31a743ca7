"""Made-up arrays of known answer, for the gallery and the tests: a ring of examples that unfolds as a run learns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from phasescope.core.arrays import ArrayKind, Kept, KeptArray
from phasescope.core.curves import Curves

EXAMPLES, CLASSES, TESTED = 16, 4, 24
CHECKPOINTS = 8
MOST_RUNS = 64


def made_up_arrays(curves: Curves, layers: Sequence[str]) -> tuple[KeptArray, ...]:
    """Arrays of the runs of these curves, from their test accuracy; a run has none after it ends."""
    some = list(zip(curves.runs, curves.values["test_accuracy"], strict=True))[:MOST_RUNS]
    return tuple(array for run, accuracy in some for array in _of_run(run, curves.steps, accuracy, layers))


def _of_run(
    run: int, steps: NDArray[np.int64], accuracy: NDArray[np.floating], layers: Sequence[str]
) -> Iterator[KeptArray]:
    known = np.flatnonzero(np.isfinite(accuracy))
    if not len(known):
        return
    random = np.random.default_rng(run)
    places = np.unique(known[np.linspace(0, len(known) - 1, CHECKPOINTS).round().astype(np.int64)])
    noise = random.normal(0, 1, (len(layers), EXAMPLES, 3))
    hard = np.linspace(0, 1, TESTED) + random.normal(0, 0.05, TESTED)
    labels = np.arange(EXAMPLES) % CLASSES
    about: dict[str, JsonValue] = {
        "examples": EXAMPLES, "of_examples": EXAMPLES, "labels": [*labels.tolist()], "outputs_are": "logits",
    }  # fmt: skip
    angle = 2 * np.pi * np.arange(EXAMPLES) / EXAMPLES
    ring = np.stack([np.cos(angle), 0.6 * np.sin(angle), 0 * angle], axis=1)
    keys = np.arange(TESTED, dtype=np.uint64)
    for split in ("train", "test"):
        yield _array(run, 0, f"correctness_keys.{split}", "uint64", keys, {"split": split})
    for place in places:
        step, done = int(steps[place]), float(accuracy[place])
        for depth, layer in enumerate(layers):
            values = done * ring * (1 + depth) + 0.3 * noise[depth] * (1.1 - done)
            yield _array(run, step, f"representations.{layer}", "float16", values.astype(np.float32), about)
        logits = 6 * done * (labels[:, None] == np.arange(CLASSES)) + 0.3 * noise[0, :, :1]
        yield _array(run, step, "predictions", "float16", logits.astype(np.float32), about)
        for split, margin in (("train", 0.1), ("test", 0.0)):
            yield _array(run, step, f"correctness.{split}", "bool", hard < done + margin, {"split": split})


def _array(
    run: int, step: int, name: str, dtype: Kept, values: NDArray[np.generic], about: dict[str, JsonValue]
) -> KeptArray:
    kind = ArrayKind(
        name=name, measure=name.partition(".")[0], version=1, dtype=dtype, shape=values.shape, examples="made up",
        about=about,
    )  # fmt: skip
    return KeptArray(run, step, kind, values)
