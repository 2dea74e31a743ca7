"""A checkpoint: a training step at which the runs of a shard can be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import torch
from torch import Tensor

from phasescope.engine.examples import Examples, Split
from phasescope.engine.network import Network
from phasescope.models.model import Activations
from phasescope.tasks.task import Task

WRITTEN = 64  # probe inputs that answers are written to
Moment = Literal["now", "initial", "previous"]


class Pack(Protocol):
    """Packs everything that is needed to take the shard up here; and the counts of a stop rule, of each run, if any."""

    def __call__(self, in_a_row: Mapping[int, int] | None = None) -> bytes: ...


@dataclass(frozen=True)
class Checkpoint:
    """The networks of the runs that are still training. Looking changes nothing; `retire` ends runs.

    R is the number of runs still in the shard; `runs` are their numbers, in the order of every tensor's first axis.
    """

    step: int
    scheduled: bool  # False where training paused between two checkpoints: nothing is to be measured there
    runs: tuple[int, ...]
    diverged: tuple[int, ...]  # runs that became non-finite since the last checkpoint; they have left the shard
    failed: Mapping[int, str]  # runs that could not go on since the last checkpoint, and why; they have left as well
    network: Network
    examples: Examples
    parameters: Tensor  # (R, P)
    initial: Tensor  # (R, P) at step 0
    previous: Tensor  # (R, P) at the previous checkpoint (at step 0: the initial ones)
    previous_step: int  # of the previous checkpoint; at the first one its own
    networks: Mapping[Moment, Network]  # as they were then, in what is done to them; `network` is as it is now
    trail: Mapping[int, Tensor]  # (R, P) at the steps just before, where the loop was asked to keep them
    snapshot: Pack
    retired: set[int] = field(default_factory=set)
    _kept: dict[str, tuple[Tensor, Activations]] = field(default_factory=dict)

    def retire(self, runs: Iterable[int]) -> None:
        """End these runs: they take no part in the steps that follow."""
        self.retired.update(runs)

    def outputs(self, split: Literal["train", "test", "probe"]) -> Tensor:
        """(R, n, outputs) on a split of the examples."""
        return self._forward(split, "now")[0]

    def losses(self, split: Literal["train", "test"]) -> Tensor:
        """(R,) mean loss on a split."""
        return (self.example_losses(split) * self._split(split).weights).sum(1)

    def example_losses(self, split: Literal["train", "test"]) -> Tensor:
        """(R, n) loss of each example of a split; padding included."""
        return self.network.losses(self.outputs(split), self._split(split), self.examples.extras)

    def correct(self, split: Literal["train", "test"]) -> Tensor:
        """(R, n) bool: is the whole answer to each example right? False for padding."""
        examples = self._split(split)
        return self.network.correct(self.outputs(split), examples, self.examples.extras) & (examples.weights > 0)

    def accuracy(self, split: Literal["train", "test"]) -> Tensor:
        """(R,) share of right answers on a split, from counts, so that 9 of 10 is exactly the float nearest to 0.9.

        Where an example is answered at several positions, it is the share of right positions.
        """
        examples = self._split(split)
        if type(self.network.task).right_share is not Task.right_share:
            shares = self.network.right_share(self.outputs(split), examples, self.examples.extras)
            right = torch.where(examples.weights > 0, shares.to(torch.float64), 0.0)
        else:
            right = self.correct(split).to(torch.float64)
        return right.sum(1) / examples.counts.to(torch.float64)

    def activations(self, moment: Moment = "now") -> Activations:
        """Activations (R, probe examples, features) of every named layer on the probe inputs."""
        return {name: values.flatten(2) for name, values in self._forward("probe", moment)[1].items()}

    def states(self) -> Activations:
        """Activations (R, probe examples, positions, features) of every layer that has one vector at each position."""
        return {name: values for name, values in self._forward("probe", "now")[1].items() if values.dim() == 4}

    def written(self) -> Tensor:
        """(R, n, answer) answers to some probe inputs, written token by token, the likeliest each time."""
        if "written" not in self._kept:
            with torch.no_grad():
                self._kept["written"] = (self._write(), {})
        return self._kept["written"][0]

    def _write(self) -> Tensor:
        probe, length = self.examples.probe, self.network.task.answer_length()
        inputs = probe.inputs[:, :WRITTEN]
        first = inputs.shape[2] - length  # where the first token of the answer is read off
        found: list[Tensor] = []
        for place in range(first, first + length):
            outputs, _ = self.network.outputs(self.parameters, replace(probe, inputs=inputs))
            found.append(outputs[:, :, place].argmax(-1))
            inputs = inputs.clone()
            inputs[:, :, place + 1 : place + 2] = found[-1][..., None]  # nothing is read after the last one
        return torch.stack(found, dim=2)

    def weights(self, moment: Moment = "now") -> dict[str, Tensor]:
        """The named parameters (R, *shape)."""
        return self.network.layout.named(self._flat(moment))

    def matrices(self, moment: Moment = "now") -> dict[str, Tensor]:
        """The weight matrices (R, rows, columns), biases left out; further axes, as of filters, lie in the columns."""
        named = self.weights(moment).items()
        return {name.removesuffix(".weight"): values.flatten(2) for name, values in named if values.dim() > 2}

    def embedding(self, moment: Moment = "now") -> Tensor:
        """(R, vocabulary, width) the table of a model that offers `embedding`; tokens of the model's own left out."""
        weights = self.weights(moment)
        table = weights["embedding.tokens"] if "embedding.tokens" in weights else weights["embedding.weight"]
        return table[:, : self.network.task.shape().vocabulary]

    def features(self, split: Literal["train", "test", "probe"]) -> Tensor:
        """(R, n, features) activations of the last named layer, on a split; padding included."""
        activations = self._forward(split, "now")[1]
        return activations[next(reversed(activations))].flatten(2)

    def gradients(self) -> Tensor:
        """(R, P) gradient of the mean loss over all training examples."""
        if "gradients" not in self._kept:
            found = self.network.gradients(self.parameters, self.examples.train, self.examples.extras)
            self._kept["gradients"] = (found, {})
        return self._kept["gradients"][0]

    def update(self, back: int = 0) -> Tensor:
        """(R, P) float64 change of the parameters over the last step, or over one `back` steps before it.

        All that happened there: decay, clipping, interventions. NaN before the first step, and where it was not kept.
        """
        known = {self.step: self.parameters} | dict(self.trail)
        after, before = (known.get(self.step - back - ago) for ago in (0, 1))
        if after is None or before is None:
            return torch.full_like(self.parameters, torch.nan, dtype=torch.float64)
        return after.double() - before.double()

    def _flat(self, moment: Moment) -> Tensor:
        return {"now": self.parameters, "initial": self.initial, "previous": self.previous}[moment]

    def _split(self, name: str) -> Split:
        return {"train": self.examples.train, "test": self.examples.test, "probe": self.examples.probe}[name]

    def _forward(self, split: str, moment: Moment) -> tuple[Tensor, Activations]:
        key = f"{split} {moment}"
        if key not in self._kept:
            with torch.no_grad():
                network = self.networks.get(moment, self.network)
                self._kept[key] = network.outputs(self._flat(moment), self._split(split))
        return self._kept[key]
