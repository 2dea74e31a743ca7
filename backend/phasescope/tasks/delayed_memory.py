"""Tasks for recurrent networks: remember what was shown, and say it, or what it implies, when asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs, Shape
from phasescope.tasks.losses import position_losses
from phasescope.tasks.task import PROBE_EXAMPLES, Data, Task, in_turn, shared_generator

COHERENCES = {"two_alternative": (0.0, 6.4, 12.8, 25.6, 51.2), "context_integration": (5.0, 15.0, 50.0)}
Trials = tuple[NDArray[np.float64], NDArray[np.int64]]  # inputs (trials, steps, features), choices (trials,) 1 or 2


class DelayedMemory(Task):
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
    offers: ClassVar[tuple[str, ...]] = ("classes",)
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("kind != 'match_to_sample' or delay >= 1", "match_to_sample needs a delay between its two stimuli."),
    )

    kind: Literal["two_alternative", "match_to_sample", "context_integration", "delayed_cue"] = setting(
        "two_alternative", "What is asked."
    )
    stimulus: int = setting(7, "Length of a stimulus.", ge=1, le=512, unit="positions")
    delay: int = setting(0, "Length of the delay.", ge=0, le=512, unit="positions")
    decision: int = setting(1, "Length of the decision.", ge=1, le=512, unit="positions")
    noise: float = setting(0.1, "Standard deviation of the noise of each channel.", ge=0, per_run=True)
    train_examples: int = setting(2000, "Trials that are trained on.", ge=1, le=1_000_000, per_run=True)
    test_examples: int = setting(500, "Fresh trials that are tested on.", ge=1, le=100_000)

    def shape(self) -> Shape:
        shown = 2 * self.stimulus if self.kind == "match_to_sample" else self.stimulus
        features = {"context_integration": 7, "delayed_cue": 2}.get(self.kind, 3)
        return Shape(inputs="sequences", outputs=3, positions=shown + self.delay + self.decision,
                     features=features, readout="every")  # fmt: skip

    def draw(self, random: np.random.Generator) -> Data:
        sizes = (self.test_examples, self.train_examples, PROBE_EXAMPLES)
        sources = (random, random, shared_generator())
        drawn = [self.trials(source, size) for source, size in zip(sources, sizes, strict=True)]
        inputs, choices = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
        targets = np.zeros(inputs.shape[:2], dtype=np.int64)
        targets[:, -self.decision :] = choices[:, None]
        return Data(inputs, targets, *in_turn(*sizes))

    def trials(self, random: np.random.Generator, count: int) -> Trials:
        """Trials with their noise."""
        shape = self.shape()
        clean = np.zeros((count, shape.positions, shape.features))
        if self.kind in ("match_to_sample", "context_integration"):
            clean[:, : -self.decision, 0] = 1.0  # fixation
        choices = getattr(self, f"_{self.kind}")(clean, random)
        return clean + self.noise * random.standard_normal(clean.shape), choices

    def _two_alternative(self, clean: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.int64]:
        direction = random.integers(0, 2, len(clean))
        coherence = random.choice(COHERENCES["two_alternative"], len(clean))
        clean[:, : self.stimulus, 1:3] = pattern(direction, coherence)[:, None]
        return direction + 1

    def _match_to_sample(self, clean: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.int64]:
        sample, test = random.integers(0, 2, (2, len(clean)))
        clean[:, : self.stimulus, 1:3] = pattern(sample, 100.0)[:, None]
        begin = self.stimulus + self.delay
        clean[:, begin : begin + self.stimulus, 1:3] = pattern(test, 100.0)[:, None]
        return np.where(sample == test, 1, 2)

    def _context_integration(self, clean: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.int64]:
        directions, context = random.integers(0, 2, (len(clean), 2)), random.integers(0, 2, len(clean))
        for modality in (0, 1):
            coherence = random.choice(COHERENCES["context_integration"], len(clean))
            channels = slice(1 + 2 * modality, 3 + 2 * modality)
            clean[:, : self.stimulus, channels] = pattern(directions[:, modality], coherence)[:, None]
            clean[:, : -self.decision, 5 + modality] = (context == modality)[:, None]
        return directions[np.arange(len(clean)), context] + 1

    def _delayed_cue(self, clean: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.int64]:
        cue = random.integers(0, 2, len(clean))
        clean[:, : self.stimulus] = np.eye(2)[cue][:, None]
        return cue + 1

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """Mean cross-entropy over all steps: to stay silent is part of the task."""
        return position_losses(outputs, targets).mean(-1)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """Is the choice right at every step of the decision?"""
        return (outputs.argmax(-1) == targets)[..., -self.decision :].all(-1)

    def right_share(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        right = (outputs.argmax(-1) == targets)[..., -self.decision :]
        return right.to(outputs.dtype).mean(-1)


def pattern(direction: NDArray[np.int64], coherence: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """(trials, 2) excitation of the channels of the directions 0 and π: cos(θ − θ_channel) · c/200 + 1/2."""
    agrees = np.where(direction[:, None] == np.arange(2), 1.0, -1.0)
    excitation: NDArray[np.float64] = agrees * np.reshape(coherence, (-1, 1)) / 200 + 0.5
    return excitation
