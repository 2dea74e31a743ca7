"""Layer rotation: how far the direction of each weight matrix has turned from its initial one."""

from __future__ import annotations

from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One rotation per weight matrix. Biases, and tensors that start at zero, have no direction and are left out."""
    initial = checkpoint.weights("initial")
    return {
        f"layer_rotation.{name.removesuffix('.weight')}": rotation(weights, initial[name])
        for name, weights in checkpoint.weights().items()
        if weights.dim() > 2 and bool((initial[name] != 0).any())
    }


def rotation(now: Tensor, initial: Tensor) -> Tensor:
    """(R,) of (R, ...) tensors; NaN where one of them is zero.

    In float64, as ½‖u/‖u‖ − v/‖v‖‖²: small rotations survive that 1 − u·v would round away.
    """
    now, initial = now.flatten(1).double(), initial.flatten(1).double()
    turned = now / now.norm(dim=1, keepdim=True) - initial / initial.norm(dim=1, keepdim=True)
    half_square: Tensor = turned.square().sum(1) / 2
    return half_square


LAYER_ROTATION = Measure(
    name="layer_rotation",
    label="Layer rotation",
    summary="1 − cos(w_t, w_0) of each weight matrix: 0 unturned, 1 forgotten, 2 reversed.",
    unit="1 − cosine",
    source="Carbonnelle & De Vleeschouwer 2019, arXiv:1806.01603, equation 1",
    series=("layer_rotation.*",),
    range=(0.0, 2.0),
    undefined="the layer's weights are all zero, so they have no direction",
    measure=measure,
)
