"""Tasks for recurrent networks: remember what was shown, and say it, or what it implies, when asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from phasescope.core.dimensions import Expressions
from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs
from phasescope.tasks.class_task import ClassTask
from phasescope.tasks.fresh import FreshTask, Numbers, Occasion, World, like
from phasescope.tasks.randomness import Draws

COHERENCES = {"two_alternative": (0.0, 6.4, 12.8, 25.6, 51.2), "context_integration": (5.0, 15.0, 50.0)}


class DelayedMemory(ClassTask, FreshTask):
    """Stimulus, delay, decision. The target is 0 before the decision, and the choice, 1 or 2, during it.

    Directions are 0 and π; a direction of coherence c excites its own channel with 1/2 + c/200 and the other with
    1/2 − c/200; noise is added to every channel at every step. two_alternative: which direction? A coherence of 0 has
    no answer: a fifth of the trials. match_to_sample: is a second stimulus, shown after the delay, in the direction of
    the first? context_integration: which direction has the one of two stimuli that the context channels name?
    delayed_cue: which of two channels was on? Channels: fixation (1 until the decision where there is a delay by
    design), then stimuli, then context; delayed_cue has its two channels alone.
    """

    name: ClassVar[str] = "delayed_memory"
    label: ClassVar[str] = "Delayed memory"
    source: ClassVar[str] = "Molano-Mazón et al. 2022, NeuroGym; Liu et al. 2024, arXiv:2310.08513"
    inputs: ClassVar[Inputs] = "sequences"
    offers: ClassVar[tuple[str, ...]] = ("classes", "every_position")
    dimensions: ClassVar[Expressions] = {
        "outputs": "3",
        "positions": "stimulus * (1 + (kind == 'match_to_sample')) + delay + decision",
        "features": "3 + 4 * (kind == 'context_integration') - (kind == 'delayed_cue')",
        "readout": "'every'",
    }
    rules: ClassVar[tuple[Rule, ...]] = (
        *ClassTask.rules,
        Rule("kind != 'match_to_sample' or delay >= 1", "match_to_sample needs a delay between its two stimuli."),
    )

    kind: Literal["two_alternative", "match_to_sample", "context_integration", "delayed_cue"] = setting(
        "two_alternative", "What is asked."
    )
    stimulus: int = setting(7, "Length of a stimulus.", ge=1, le=512, unit="positions")
    delay: int = setting(0, "Length of the delay.", ge=0, le=512, unit="positions")
    decision: int = setting(1, "Length of the decision.", ge=1, le=512, unit="positions")
    noise: float = setting(0.1, "Standard deviation of the noise of each channel.", ge=0, per_run=True, changeable=True)
    train_examples: int = setting(
        2000, "Trials that are trained on.", ge=1, le=1_000_000, per_run=True, changeable=True
    )
    test_examples: int = setting(500, "Fresh trials that are tested on.", ge=1, le=100_000)

    def examples(
        self, draws: Draws, size: int, *, world: World, numbers: Numbers, occasion: Occasion
    ) -> tuple[Tensor, Tensor]:
        shape = self.shape()
        clean = torch.zeros(len(draws.keys), size, shape.positions, shape.features, dtype=torch.float64,
                            device=draws.keys.device)  # fmt: skip
        if self.kind in ("match_to_sample", "context_integration"):
            clean[:, :, : -self.decision, 0] = 1.0  # fixation
        choices = getattr(self, f"_{self.kind}")(clean, draws)
        targets = torch.zeros(clean.shape[:3], dtype=torch.int64, device=clean.device)
        targets[:, :, -self.decision :] = choices[..., None]
        noise = draws.normal("noise", *clean.shape[1:])
        return clean + like(numbers["noise"], clean) * noise, targets

    # Each of these writes the stimuli into `clean` (R, trials, positions, features) and gives the choices, 1 or 2.

    def _two_alternative(self, clean: Tensor, draws: Draws) -> Tensor:
        direction = draws.integers("direction", 0, 2, clean.shape[1])
        clean[:, :, : self.stimulus, 1:3] = pattern(direction, _coherence(draws, self.kind, clean))[:, :, None]
        return direction + 1

    def _match_to_sample(self, clean: Tensor, draws: Draws) -> Tensor:
        sample, test = draws.integers("directions", 0, 2, 2, clean.shape[1]).unbind(1)
        full = torch.full_like(clean[..., 0, 0], 100.0)
        clean[:, :, : self.stimulus, 1:3] = pattern(sample, full)[:, :, None]
        begin = self.stimulus + self.delay
        clean[:, :, begin : begin + self.stimulus, 1:3] = pattern(test, full)[:, :, None]
        return torch.where(sample == test, 1, 2)

    def _context_integration(self, clean: Tensor, draws: Draws) -> Tensor:
        directions = draws.integers("directions", 0, 2, clean.shape[1], 2)
        context = draws.integers("context", 0, 2, clean.shape[1])
        for modality in (0, 1):
            coherence = _coherence(draws, self.kind, clean, f"of modality {modality}")
            channels = slice(1 + 2 * modality, 3 + 2 * modality)
            clean[:, :, : self.stimulus, channels] = pattern(directions[..., modality], coherence)[:, :, None]
            clean[:, :, : -self.decision, 5 + modality] = (context == modality).to(clean.dtype)[..., None]
        return directions.gather(2, context[..., None])[..., 0] + 1

    def _delayed_cue(self, clean: Tensor, draws: Draws) -> Tensor:
        cue = draws.integers("cue", 0, 2, clean.shape[1])
        clean[:, :, : self.stimulus] = one_hot(cue, 2).to(clean.dtype)[:, :, None]
        return cue + 1

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """Mean over all steps: to stay silent is part of the task."""
        return self.answer_losses(outputs, targets, extras).mean(-1)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """Is the choice right at every step of the decision?"""
        return (outputs.argmax(-1) == targets)[..., -self.decision :].all(-1)

    def right_share(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        right = (outputs.argmax(-1) == targets)[..., -self.decision :]
        return right.to(outputs.dtype).mean(-1)


def _coherence(draws: Draws, kind: str, clean: Tensor, of: str = "") -> Tensor:
    """(R, trials) one of the coherences of this kind."""
    choices = torch.tensor(COHERENCES[kind], dtype=clean.dtype, device=clean.device)
    return choices[draws.integers(f"coherence {of}", 0, len(choices), clean.shape[1])]


def pattern(direction: Tensor, coherence: Tensor) -> Tensor:
    """(…, 2) excitation of the channels of the directions 0 and π: cos(θ − θ_channel) · c/200 + 1/2."""
    agrees = 1.0 - 2.0 * (direction[..., None] != torch.arange(2, device=direction.device))
    return agrees * coherence[..., None] / 200 + 0.5
