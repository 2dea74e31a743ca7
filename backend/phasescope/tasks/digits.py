"""The 1,797 handwritten digits of 8 × 8 pixels that come with scikit-learn (Alpaydin & Kaynak 1998, UCI)."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.errors import PhasescopeError
from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs
from phasescope.tasks.class_task import ClassTask
from phasescope.tasks.losses import ClassLoss, relabelled, sign_losses
from phasescope.tasks.task import Data, probe_of, split

IMAGES = 1797


class NoDigits(PhasescopeError):
    """The digits are not here: they come with scikit-learn, which the laboratory needs."""


class Digits(ClassTask):
    """Tell the digit, or whether it is odd, from 64 pixels between 0 and 1; what is not trained on is tested on."""

    name: ClassVar[str] = "digits"
    label: ClassVar[str] = "Handwritten digits"
    source: ClassVar[str] = "Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits, test part"
    inputs: ClassVar[Inputs] = "images"
    offers: ClassVar[tuple[str, ...]] = ("classes", "labels")
    dimensions: ClassVar[Expressions] = {
        "outputs": "1 + (not one_output) * (1 + 8 * (labels != 'parity'))",
        "features": "64",
    }

    rules: ClassVar[tuple[Rule, ...]] = (
        *ClassTask.rules,
        Rule(
            "one_output == False or labels == 'parity'", "one_output tells two classes apart: it needs labels parity."
        ),
        Rule(
            "one_output == False or loss_kind != 'cross_entropy'",
            "one_output has no cross-entropy: set loss_kind to hinge, logistic or squared_error.",
        ),
        Rule(
            "one_output == False or label_smoothing == 0",
            "one_output has no label smoothing: leave label_smoothing at 0.",
        ),
    )

    train_examples: int = setting(
        1000, "Images that are trained on.", ge=1, le=IMAGES - 1, per_run=True, changeable=True
    )
    labels: Literal["digit", "parity"] = setting("digit", "The digit, or 0 for even and 1 for odd.")
    centred: bool = setting(False, "Take the mean image of all away.")
    label_noise: float = setting(
        0.0, "Share of the training labels that are wrong.", ge=0, le=1, per_run=True, changeable=True
    )
    loss_kind: ClassLoss = setting("cross_entropy", ClassTask.model_fields["loss_kind"].description or "")
    one_output: bool = setting(
        False,
        "Tell parity by the sign of one output, positive for even; hinge, logistic or squared error.",
        neutral=True,
    )
    length: float | None = setting(
        None, "Every image is brought to this Euclidean length; nothing leaves it as it is.", gt=0, le=1e6, neutral=True
    )

    def draw(self, random: np.random.Generator) -> Data:
        pixels, digits = table()
        train, test = split(IMAGES, self.train_examples, random)
        images = pixels / 16
        labels = digits % 2 if self.labels == "parity" else digits.copy()
        labels[train] = relabelled(labels[train], self.label_noise, self._classes(), random)
        if self.centred:
            images = images - images.mean(0)
        if self.length is not None:
            images = images * self.length / np.linalg.norm(images, axis=1, keepdims=True)
        return Data(images, labels, train, test, probe_of(IMAGES))

    def answer_losses(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        if self.one_output and self.loss_kind != "cross_entropy":
            return sign_losses(self.loss_kind, outputs, 1 - 2 * targets)
        return super().answer_losses(outputs, targets, extras)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        if self.one_output:
            return (outputs[..., 0] < 0) == (targets == 1)
        return super().correct(outputs, targets, extras)

    def _classes(self) -> int:
        return 2 if self.labels == "parity" else 10


@cache
def table() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Pixels (1797, 64) from 0 to 16, and digits (1797,).

    Read from the table inside the installed package: importing scikit-learn takes seconds, and nothing else of it
    is needed.
    """
    found = find_spec("sklearn")
    if found is None or found.origin is None:
        raise NoDigits(
            "The digits come with scikit-learn, which is not installed: pip install 'phasescope[laboratory]'."
        )
    path = Path(found.origin).parent / "datasets" / "data" / "digits.csv.gz"
    if not path.exists():
        raise NoDigits("This version of scikit-learn keeps its digits elsewhere; install scikit-learn 1.5 to 1.9.")
    with gzip.open(path, "rt") as lines:
        numbers = np.loadtxt(lines, delimiter=",")
    return numbers[:, :-1], numbers[:, -1].astype(np.int64)
