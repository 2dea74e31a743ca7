"""A deficit: images are blurred for a while (critical learning periods)."""

from __future__ import annotations

from math import isqrt
from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.record import setting
from phasescope.interventions.data_change import InputChange, Shown


class BlurImages(InputChange):
    """Square images of one channel are convolved with a Gaussian; what lies beyond the border is left out."""

    name: ClassVar[str] = "blur_images"
    label: ClassVar[str] = "Blur images"
    source: ClassVar[str] = "Achille, Rovere & Soatto 2019, arXiv:1711.08856"
    accepts: ClassVar[tuple[str, ...]] = ("images",)

    radius: float = setting(1.0, "Standard deviation of the Gaussian.", gt=0, le=100, unit="pixels", per_run=True)

    def changed_inputs(self, shown: Shown) -> Tensor:
        side = isqrt(shown.inputs.shape[-1])
        places = torch.arange(side, device=shown.inputs.device, dtype=torch.float64)
        radius = shown.numbers["radius"].reshape(-1, 1, 1)
        bell = torch.exp(-0.5 * ((places[:, None] - places) / radius).square())
        blur = (bell / bell.sum(-1, keepdim=True)).to(shown.inputs.dtype)[:, None]  # (D, 1, side, side)
        images = shown.inputs.reshape(*shown.inputs.shape[:2], side, side)
        return (blur @ images @ blur.transpose(-1, -2)).flatten(2)
