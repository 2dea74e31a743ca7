"""Label noise: a share of the training examples of a run gets another class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from phasescope.core.errors import PhasescopeError
from phasescope.tasks.task import Data, Task


class NoClasses(PhasescopeError):
    """Label noise was asked for where answers are not one class each."""


def with_label_noise(task: Task, data: Data, random: np.random.Generator) -> Data:
    """The data with round(share · n) wrong training labels; a larger share of the same seed keeps those of a smaller.

    A wrong label is another class, drawn evenly from those that occur. A task with a `label_noise` of its own has
    done it itself.
    """
    if task.label_noise == 0 or task.states_itself("label_noise", below=Task):
        return data
    if "classes" not in task.offers or data.targets.ndim != 1 or not np.issubdtype(data.targets.dtype, np.integer):
        raise NoClasses(f"task.label_noise: the answers of task {task.name} are not one class each.")
    classes = np.unique(data.targets)
    order = random.permutation(len(data.train))
    shift = random.integers(1, len(classes), size=len(data.train)) if len(classes) > 1 else np.zeros(len(data.train))
    count = round(task.label_noise * len(data.train))
    wrong = data.train[order[:count]]
    targets = data.targets.copy()
    places = np.searchsorted(classes, targets[wrong])
    targets[wrong] = classes[(places + shift[:count].astype(np.int64)) % len(classes)]
    return replace(data, targets=targets)
