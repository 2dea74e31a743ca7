"""A deficit: inputs are mixed with noise for a while (critical learning periods)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.record import setting
from phasescope.interventions.data_change import InputChange, Shown


class NoisyInputs(InputChange):
    """x ← (1 − s) x + s ξ with ξ standard normal, anew at every step; tokens become, each with chance s, any token."""

    name: ClassVar[str] = "noisy_inputs"
    label: ClassVar[str] = "Noisy inputs"
    source: ClassVar[str] = "Achille, Rovere & Soatto 2019, arXiv:1711.08856"

    strength: float = setting(1.0, "Share s of noise: 1 leaves nothing of the inputs.", ge=0, le=1, per_run=True)

    def changed_inputs(self, shown: Shown) -> Tensor:
        strength = shown.numbers["strength"]
        if shown.vocabulary:
            # a token that is replaced is any one of those: both chances come from one number
            chance = shown.uniform()
            other = (chance / strength.clamp_min(1e-300) * shown.vocabulary).floor().clamp(max=shown.vocabulary - 1)
            return torch.where(chance < strength, other.to(shown.inputs.dtype), shown.inputs)
        noise = shown.normal().to(shown.inputs.dtype)
        mix = strength.to(shown.inputs.dtype)
        return (1 - mix) * shown.inputs + mix * noise
