"""A small convolutional network for square images."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, relu
from torch.nn.functional import avg_pool2d, conv2d

from phasescope.core.record import setting
from phasescope.core.shape import Shape
from phasescope.models.hooks import PASS, Hooks
from phasescope.models.model import Activations, Model, Parameters, Shapes, apply_dense, dense


class Cnn(Model):
    """Layers of 3 × 3 convolution, ReLU and, while the image is larger than 2 × 2, averaging over 2 × 2; a readout.

    Weights and biases start uniform within ±1/√inputs.
    """

    name: ClassVar[str] = "cnn"
    label: ClassVar[str] = "Convolutional network"
    source: ClassVar[str] = "LeCun et al. 1998, Proceedings of the IEEE 86, section II"
    accepts: ClassVar[tuple[str, ...]] = ("images",)
    shapes: ClassVar[Shapes] = {"layer_{layers}": ("channels", "", "")}

    layers: int = setting(2, "Number of convolutions.", ge=1, le=8)
    channels: int = setting(16, "Channels of each convolution.", ge=1, le=512)

    def initial(self, shape: Shape, random: np.random.Generator) -> dict[str, NDArray[Any]]:
        parameters: dict[str, NDArray[Any]] = {}
        before, side = 1, round(shape.features**0.5)
        for number in range(1, self.layers + 1):
            bound = (9 * before) ** -0.5
            parameters[f"layer_{number}.weight"] = random.uniform(-bound, bound, (self.channels, before, 3, 3))
            parameters[f"layer_{number}.bias"] = random.uniform(-bound, bound, self.channels)
            before, side = self.channels, side // 2 if side > 2 else side
        readout = dense(random, inputs=self.channels * side**2, outputs=shape.outputs, name="readout")
        return self.scaled(parameters | readout)

    def forward(self, parameters: Parameters, inputs: Tensor, hooks: Hooks = PASS) -> tuple[Tensor, Activations]:
        side = round(inputs.shape[-1] ** 0.5)
        values = inputs.reshape(len(inputs), 1, side, side)
        activations: Activations = {}
        for number in range(1, self.layers + 1):
            layer = f"layer_{number}"
            values = relu(conv2d(values, parameters[f"{layer}.weight"], parameters[f"{layer}.bias"], padding=1))
            if values.shape[-1] > 2:
                values = avg_pool2d(values, 2)
            values = activations[layer] = hooks(layer, values)
            values = hooks.dropped(layer, values)
        return apply_dense(parameters, "readout", values.flatten(1)), activations
