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

from phasescope.core.errors import PhasescopeError
from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs, Shape
from phasescope.tasks.losses import class_losses, relabelled, sign_losses
from phasescope.tasks.task import Data, Task, probe_of, split

IMAGES = 1797


class NoDigits(PhasescopeError):
    """The digits are not here: they come with scikit-learn, which the laboratory needs."""


class Digits(Task):
    """Tell the digit, or whether it is odd, from 64 pixels between 0 and 1; what is not trained on is tested on."""

    name: ClassVar[str] = "digits"
    label: ClassVar[str] = "Handwritten digits"
    source: ClassVar[str] = "Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits, test part"
    inputs: ClassVar[Inputs] = "images"
    offers: ClassVar[tuple[str, ...]] = ("classes", "labels")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("loss_kind != 'hinge' or labels == 'parity'", "loss_kind hinge has one output: it needs labels parity."),
    )

    train_examples: int = setting(1000, "Images that are trained on.", ge=1, le=IMAGES - 1, per_run=True)
    labels: Literal["digit", "parity"] = setting("digit", "The digit, or 0 for even and 1 for odd.")
    centred: bool = setting(False, "Take the mean image of all away.")
    label_noise: float = setting(0.0, "Share of the training labels that are wrong.", ge=0, le=1, per_run=True)
    loss_kind: Literal["cross_entropy", "squared_error", "hinge"] = setting(
        "cross_entropy", "Cross-entropy; squared error to 1 and 0; or, for parity, the hinge loss of one output."
    )
    length: float | None = setting(
        None, "Every image is brought to this Euclidean length; nothing leaves it as it is.", gt=0, le=1e6, neutral=True
    )

    def shape(self) -> Shape:
        return Shape(inputs="images", outputs=1 if self.loss_kind == "hinge" else self._classes(), features=64)

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

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        if self.loss_kind == "hinge":
            return sign_losses("hinge", outputs, 1 - 2 * targets)
        return class_losses(self.loss_kind, outputs, targets)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        if self.loss_kind == "hinge":
            return (outputs[..., 0] < 0) == (targets == 1)
        return outputs.argmax(-1) == targets

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
