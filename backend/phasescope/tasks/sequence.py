"""What sequence tasks share: a prompt and its answer as one row of tokens, of which each predicts the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch
from torch import Tensor

from phasescope.core.record import setting
from phasescope.core.shape import Inputs
from phasescope.tasks.class_task import ClassTask
from phasescope.tasks.fresh import FreshTask, Numbers, Occasion, World
from phasescope.tasks.randomness import Draws


class SequenceTask(ClassTask, FreshTask):
    """Base of tasks whose examples are rows of tokens that end in `answers` tokens to be predicted."""

    inputs: ClassVar[Inputs] = "token_sequences"
    offers: ClassVar[tuple[str, ...]] = ("classes", "every_position", "written_answers")

    train_examples: int = setting(
        4096, "Sequences that are trained on.", ge=1, le=1_000_000, per_run=True, changeable=True
    )
    test_examples: int = setting(256, "Fresh sequences that are tested on.", ge=1, le=100_000)
    predict_prompt: bool = setting(
        False, "Train on predicting the prompt as well, though it is random; accuracy is of the answer alone."
    )

    def sizes(self) -> tuple[int, int]:
        """Tokens of the prompt with its separator, and tokens of the answer."""
        raise NotImplementedError

    def sequences(self, draws: Draws, count: int) -> Tensor:
        """(R, count, prompt + answer) whole sequences."""
        raise NotImplementedError

    def answer_length(self) -> int:
        return self.sizes()[1]

    def examples(
        self, draws: Draws, size: int, *, world: World, numbers: Numbers, occasion: Occasion
    ) -> tuple[Tensor, Tensor]:
        rows = self.sequences(draws, size)
        return rows[..., :-1], rows[..., 1:]

    def loss(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """Mean over the answer, or over all positions."""
        losses = self.answer_losses(outputs, targets, extras)
        return (losses if self.predict_prompt else self._answers(losses)).mean(-1)

    def correct(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        """Is the whole answer right, with what comes before each token given?"""
        return self._answers(outputs.argmax(-1) == targets).all(-1)

    def right_share(self, outputs: Tensor, targets: Tensor, extras: Mapping[str, Tensor]) -> Tensor:
        return self._answers(outputs.argmax(-1) == targets).to(outputs.dtype).mean(-1)

    def _answers(self, values: Tensor) -> Tensor:
        return values[..., -self.sizes()[1] :]

    def _looked_at(self, inputs: Tensor, places: Sequence[Sequence[int]]) -> Tensor:
        """The map that is the same for all examples: places[i] are those that answer i is made of."""
        prompt, _ = self.sizes()
        looked_at = torch.zeros(inputs.shape[-1], inputs.shape[-1], dtype=torch.bool, device=inputs.device)
        for answer, columns in enumerate(places):
            looked_at[prompt - 1 + answer, list(columns)] = True
        return looked_at.expand(len(inputs), -1, -1)
