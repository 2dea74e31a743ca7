"""Learning on a sphere: after every step the weights get the norm back that they are to have."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.record import setting
from phasescope.interventions.intervention import Lasting, Subject


class ConstrainNorm(Lasting):
    """w ← w α ‖w_0‖ / ‖w‖ after every step from `at` to `until`, over the named weights together."""

    name: ClassVar[str] = "constrain_norm"
    label: ClassVar[str] = "Constrain the norm"
    source: ClassVar[str] = "Liu et al. 2023, arXiv:2210.01117, section 2 (reduced landscape)"

    share: float = setting(1.0, "The norm α, in units of the initial one.", gt=0, per_run=True)
    weights: str | None = setting(
        None, "A parameter or a layer, such as hidden_1; nothing means all weights.", refers="weights"
    )

    def weights_named(self) -> str | None:
        return self.weights

    def after(self, subject: Subject, kept: tuple[Tensor, ...]) -> None:
        here = subject.of(subject.parameters)
        wanted = subject.numbers["share"] * subject.of(subject.initial).norm(dim=1, keepdim=True)
        length = here.norm(dim=1, keepdim=True).clamp_min(torch.finfo(here.dtype).tiny)
        subject.put(subject.parameters, here * (wanted / length))
