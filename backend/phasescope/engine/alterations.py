"""What happens to activations on their way through the networks of a shard: interventions, dropout and noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from phasescope.core.errors import PhasescopeError, suggestion
from phasescope.engine.agenda import Agenda
from phasescope.engine.changes import BetweenTurns, Changes
from phasescope.engine.network import Head, Network
from phasescope.engine.seeding import uniform
from phasescope.engine.shard import Shard
from phasescope.interventions.alteration import Alteration
from phasescope.interventions.intervention import Intervention
from phasescope.models.hooks import Hooks

RATES = ("dropout", "noise")  # settings of a model that hold in training alone
Numbers = Mapping[str, Tensor]


class UnknownActivation(PhasescopeError):
    """An intervention names an activation, or a part of one, that the model does not have."""


@dataclass(frozen=True)
class Altered:
    """What holds at a step, as data over the run axis; a network passes each run's part to its model as hooks."""

    records: tuple[Alteration, ...]
    numbers: tuple[Numbers, ...]  # of each record: (R,) its settings, and whether it is `on`
    rates: Numbers  # (R,) dropout and noise; only what some run has
    keys: Tensor  # (R,)
    counters: Tensor  # (R,) training steps taken

    @property
    def data(self) -> tuple[object, ...]:
        """Everything with a run axis."""
        return self.numbers, self.rates, self.keys, self.counters

    def of(self, rows: Tensor) -> Altered:
        """That of some of the runs."""
        numbers = tuple({name: values[rows] for name, values in one.items()} for one in self.numbers)
        rates = {name: values[rows] for name, values in self.rates.items()}
        return Altered(self.records, numbers, rates, self.keys[rows], self.counters[rows])

    def hooks(self, data: tuple[tuple[Numbers, ...], Numbers, Tensor, Tensor]) -> Hooks:
        """The hooks of one run, from its part of the data."""
        return _Altering(self.records, *data)


@dataclass(frozen=True)
class _Made:
    """What holds at a step: numbers of all alterations, the rates that some run has, and a head that was changed."""

    numbers: tuple[Numbers, ...]
    rates: Numbers
    head: Head | None


class Alterations:
    """The networks of a shard as they are at a step. Made anew only when something begins or ends."""

    def __init__(self, shard: Shard, agenda: Agenda) -> None:
        self._shard, self._agenda = shard, agenda
        first = shard.interventions[0] if shard.interventions else ()
        self._acts = {number: one for number, one in enumerate(first) if isinstance(one, Alteration)}
        rates = {rate: [float(getattr(model, rate, 0.0)) for model in shard.models] for rate in RATES}
        self._rates = {rate: Changes(agenda, f"model.{rate}", values) for rate, values in rates.items()}
        self._scale = Changes(agenda, "model.output_scale", [model.output_scale for model in shard.models])
        changing = [n for one in (*self._rates.values(), self._scale) for n in one.numbers]
        self._made = BetweenTurns(agenda, [*self._acts, *changing], self._make)
        self._trained = replace(shard.network, precision=shard.specs[0].precision) if shard.specs else shard.network
        if self._acts:
            self._check()

    def training(self, step: int) -> Network:
        """For the training step after `step` others."""
        return self._network(step, step, with_rates=True)

    def looking(self, step: int) -> Network:
        """For those who look after `step` steps: as the last of them had it, without dropout and noise."""
        return self._network(step - 1, step, with_rates=False)

    def _network(self, here: int, step: int, *, with_rates: bool) -> Network:
        network = self._trained if with_rates else self._shard.network
        if not (self._acts or with_rates or self._scale.numbers):
            return network
        made = self._made.at(here)
        if made.head is not None:
            network = replace(network, head=made.head)
        rates = made.rates if with_rates else {}
        if not made.numbers and not rates:
            return network
        keys = self._shard.keys
        records = tuple(self._acts.values()) if made.numbers else ()
        altered = Altered(records, made.numbers, rates, keys, torch.full_like(keys, step))
        return replace(network, altered=altered)

    def _make(self, step: int) -> _Made:
        holds = {number: self._agenda.holds(number, step) for number in self._acts}
        numbers: tuple[Numbers, ...] = ()
        if any(on.any() for on in holds.values()):
            numbers = tuple({**self._columns(n), "on": torch.from_numpy(holds[n]).to(self._shard.keys.device)}
                            for n in self._acts)  # fmt: skip
        table = {rate: changes.at(step) for rate, changes in self._rates.items()}
        rates = {rate: self._column(values) for rate, values in table.items() if any(values)}
        return _Made(numbers, rates, self._head(step))

    def _head(self, step: int) -> Head | None:
        """The head with the scales of a step; nothing where no run ever changes its own."""
        if not self._scale.numbers:
            return None
        scale = self._column(self._scale.at(step))
        head = self._shard.network.head
        return Head(scale, None, self._shard.initial) if head is None else replace(head, scale=scale)

    def _columns(self, number: int) -> Numbers:
        """(R,) every number of an alteration that may differ between runs; what is not given is 0."""
        records = [run[number] for run in self._shard.interventions]
        names = set(records[0].per_run_fields()) - set(Intervention.per_run_fields())
        return {name: self._column([float(getattr(one, name) or 0) for one in records]) for name in sorted(names)}

    def _column(self, values: list[float]) -> Tensor:
        return torch.tensor(values, dtype=self._shard.initial.dtype, device=self._shard.initial.device)

    def _check(self) -> None:
        """Raises UnknownActivation where an alteration names what the networks do not have."""
        shapes = shapes_of(self._shard)
        for number, act in self._acts.items():
            where = f"interventions.{number}"
            if act.activation not in shapes:
                near = suggestion(act.activation, shapes)
                raise UnknownActivation(f"{where}.activation: this model has no activation {act.activation!r}.{near}")
            for run in self._shard.interventions:
                one = run[number]
                misfit = one.misfit(shapes[act.activation]) if isinstance(one, Alteration) else None
                if misfit:
                    raise UnknownActivation(f"{where}.{misfit[0]}: {misfit[1]}")


def shapes_of(shard: Shard) -> dict[str, tuple[int, ...]]:
    """The shape (examples, …) of every activation that the model of a shard names, for one example."""
    seen = _Recording()
    network, inputs = shard.network, shard.examples.probe.inputs
    with torch.no_grad():
        one = {name: values[0] for name, values in network.layout.named(shard.initial[:1]).items()}
        network.model.forward(one, inputs[0, :1], seen)
    return seen.shapes


class _Recording(Hooks):
    def __init__(self) -> None:
        self.shapes: dict[str, tuple[int, ...]] = {}

    def __call__(self, name: str, values: Tensor) -> Tensor:
        self.shapes[name] = tuple(values.shape)
        return values


class _Altering(Hooks):
    """Of one run; every tensor here is that run's under vmap.

    Random numbers are counted example by example, so that padding after a run's examples changes nothing.
    """

    def __init__(
        self,
        records: tuple[Alteration, ...],
        numbers: tuple[Numbers, ...],
        rates: Numbers,
        key: Tensor,
        counter: Tensor,
    ) -> None:
        self._acts = tuple(zip(records, numbers, strict=True))
        self._rates, self._key, self._counter = rates, key, counter

    def __call__(self, name: str, values: Tensor) -> Tensor:
        for record, numbers in self._acts:
            if record.activation == name:
                chosen = record.chosen(values, numbers["head"]) & numbers["on"]
                values = torch.where(chosen, record.altered(values, numbers), values)
        return values

    def dropped(self, name: str, values: Tensor) -> Tensor:
        rate = self._rates.get("dropout")
        if rate is None:
            return values
        kept = self._uniform(f"dropout {name}", values) >= rate
        return torch.where(kept, values / (1 - rate), torch.zeros_like(values))

    def noise(self, name: str, like: Tensor) -> Tensor | None:
        scale = self._rates.get("noise")
        if scale is None:
            return None
        length = (-2 * torch.log1p(-self._uniform(f"noise {name}", like))).sqrt()
        angle = 2 * torch.pi * self._uniform(f"noise angle {name}", like)
        return (length * angle.cos()).to(like.dtype) * scale

    def _uniform(self, purpose: str, like: Tensor) -> Tensor:
        return uniform(self._key[None], purpose, self._counter[None], like.numel())[0].reshape(like.shape)
