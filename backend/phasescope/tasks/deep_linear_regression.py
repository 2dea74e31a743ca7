"""Linear regression with given singular values: what a deep linear network learns mode by mode (Saxe et al. 2014)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from torch import Tensor

from phasescope.core.dimensions import Expressions
from phasescope.core.record import setting
from phasescope.core.shape import Inputs
from phasescope.tasks.task import PROBE_EXAMPLES, Data, Task, in_turn, shared_generator


class DeepLinearRegression(Task):
    """y = M x with M = U diag(s) Vᵀ; the d training inputs √d e_1 … √d e_d are white: their covariance is I.

    The loss of an example is ½|f(x) − y|², so that the mean over the training set is ½|M − W|²_F for f(x) = W x, and
    two layers that start aligned and balanced at a(0) follow a(t) = s e^{2st} / (e^{2st} − 1 + s/a(0)) with
    t = learning rate × steps. Test inputs are Gaussian.
    """

    name: ClassVar[str] = "deep_linear_regression"
    label: ClassVar[str] = "Regression with given singular values"
    source: ClassVar[str] = "Saxe, McClelland & Ganguli 2014, arXiv:1312.6120"
    inputs: ClassVar[Inputs] = "vectors"
    dimensions: ClassVar[Expressions] = {
        "outputs": "singular_values + further_outputs",
        "features": "singular_values + further_inputs",
    }

    singular_values: tuple[float, ...] = setting(
        (4.0, 3.0, 2.0, 1.0), "Singular values s of the map, one per mode.", min_length=1
    )
    basis: Literal["axes", "random"] = setting(
        "axes", "Singular vectors: the coordinate axes, or random ones drawn for each run."
    )
    further_inputs: int = setting(0, "Input dimensions beyond the modes: they carry no signal.", ge=0, le=4096)
    further_outputs: int = setting(0, "Output dimensions beyond the modes: their target is 0.", ge=0, le=4096)
    noise: float = setting(
        0.0, "Standard deviation of what is added to training targets.", ge=0, per_run=True, changeable=True
    )
    test_examples: int = setting(100, "Fresh examples, without noise, that are tested on.", ge=1, le=100_000)

    def draw(self, random: np.random.Generator) -> Data:
        features, outputs = self.shape().features, self.shape().outputs
        directions = np.zeros((features, outputs))  # of x @ directions
        modes = np.arange(len(self.singular_values))
        directions[modes, modes] = self.singular_values
        if self.basis == "random":
            left, right = (np.linalg.qr(random.standard_normal((size, size)))[0] for size in (features, outputs))
            directions = left @ directions @ right.T
        white = features**0.5 * np.eye(features)
        shared = shared_generator().standard_normal((PROBE_EXAMPLES, features))
        inputs = np.concatenate([random.standard_normal((self.test_examples, features)), white, shared])
        targets = inputs @ directions
        train, test, probe = in_turn(self.test_examples, features, PROBE_EXAMPLES)
        targets[train] += self.noise * random.standard_normal((features, outputs))
        return Data(inputs, targets, train, test, probe, {"map": directions})

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return 0.5 * (outputs - targets).square().sum(-1)
