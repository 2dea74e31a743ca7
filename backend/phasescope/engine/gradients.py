"""Stages between a gradient and the update: a filter that amplifies its slow part, noise, clipping."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.controls import Stages
from phasescope.engine.seeding import normal
from phasescope.optimizers.optimizer import Optimizer


def carried_from_the_start(optimizer: Optimizer, parameters: Tensor) -> dict[str, Tensor]:
    """What the filter of these runs carries along: each (R, ...), zero at step 0."""
    match optimizer.gradient_filter:
        case "ema":
            return {"mean": torch.zeros_like(parameters)}
        case "moving_average":
            runs, size = parameters.shape
            return {"queue": parameters.new_zeros(runs, optimizer.filter_window, size),
                    "sum": torch.zeros_like(parameters)}  # fmt: skip
        case _:
            return {}


def staged(
    gradients: Tensor, carried: dict[str, Tensor], stages: Stages, *, keys: Tensor, step: int, kind: str
) -> Tensor:
    """The gradients (R, P) after all stages, changed in place; `step` others have been taken before this one."""
    if kind == "ema":
        _add_moving_mean(gradients, carried, stages, step)
    elif kind == "moving_average":
        _add_window_mean(gradients, carried, stages, step)
    if stages.gradient_noise is not None:
        noise = normal(keys, "gradient noise", torch.full_like(keys, step), gradients.shape[1])
        gradients.addcmul_(noise.to(gradients.dtype), stages.gradient_noise)
    if stages.clip_norm is not None:
        share = (stages.clip_norm / gradients.norm(dim=1, keepdim=True)).clamp_max(1)
        gradients.mul_(share.nan_to_num(nan=1.0))  # ∞/∞: a run that does not clip is left as it is
    return gradients


def _add_moving_mean(gradients: Tensor, carried: dict[str, Tensor], stages: Stages, step: int) -> None:
    """μ ← a μ + (1 − a) g, from the first gradient on;  g ← g + λ μ."""
    if step == 0:
        carried["mean"].copy_(gradients)
    else:
        carried["mean"].lerp_(gradients, 1 - stages.filter_memory)
    gradients.addcmul_(carried["mean"], stages.filter_strength)


def _add_window_mean(gradients: Tensor, carried: dict[str, Tensor], stages: Stages, step: int) -> None:
    """g ← g + λ (mean of the last W gradients, this one too), once there are W."""
    queue, total = carried["queue"], carried["sum"]
    window = queue.shape[1]
    place = step % window
    total.add_(gradients).sub_(queue[:, place])
    queue[:, place] = gradients
    if place == window - 1:
        torch.sum(queue, dim=1, out=total)  # anew once a round, so that rounding does not pile up
    if step + 1 >= window:
        gradients.addcmul_(total, stages.filter_strength / window)
