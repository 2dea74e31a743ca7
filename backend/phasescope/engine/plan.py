"""Which runs train together: those with training sets and batches of like size, as many as fit into memory, unless that
would make a step too long."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor

from phasescope.core.spec import RunSpec
from phasescope.core.training_size import band, larger
from phasescope.engine.memory import OutOfMemory, most_bytes, told_apart
from phasescope.engine.shard import Shard, prepare
from phasescope.engine.train import State
from phasescope.interventions.data_change import DataChange
from phasescope.optimizers.optimizer import Optimizer

MEMORY_SHARE = 0.4  # of what is free now: other programs and a second copy of the activations need some too
MOST_RUNS = {"cpu": 512, "cuda": 8192}


class Plan:
    """Which runs of one signature train together; after running out of memory, half as many."""

    def __init__(
        self, specs: Mapping[int, RunSpec], device: torch.device, *,
        at_most: Callable[[Sequence[RunSpec]], int | None] = lambda _: None,
    ) -> None:  # fmt: skip
        """`at_most` says how many of some runs may train together, for other reasons than memory; None: any number."""
        self._specs, self._device, self._at_most = specs, device, at_most
        self._halves: list[dict[int, RunSpec]] = []
        self.size = MOST_RUNS.get(device.type, 512)

    def groups(self) -> Iterator[dict[int, RunSpec]]:
        """Groups that fit on the device together, until no run waits."""
        for runs in self._bands():
            fitting, rest = self._fitting(list(runs.values())), iter(runs.items())
            while group := self._halves.pop(0) if self._halves else dict(islice(rest, min(self.size, fitting))):
                yield group

    def _bands(self) -> list[dict[int, RunSpec]]:
        """The runs by the sizes of their training sets and batches, in the order in which each size first comes."""
        bands: dict[tuple[int, int], dict[int, RunSpec]] = {}
        for run, spec in self._specs.items():
            bands.setdefault(band(spec), {})[run] = spec
        return list(bands.values())

    def _fitting(self, specs: Sequence[RunSpec]) -> int:
        """How many of these may train together, the largest of them among them."""
        with told_apart():
            fitting = runs_that_fit(reduce(larger, specs), self._device)
        at_most = self._at_most(specs)
        return fitting if at_most is None else min(fitting, at_most)

    def too_many(self, group: Mapping[int, RunSpec]) -> None:
        """These did not fit: their halves come next, and all later groups are as small; OutOfMemory for a single."""
        if not group:
            return
        if len(group) == 1:
            raise OutOfMemory("A single run does not fit into memory: make the model or the training set smaller.")
        self.size = max(1, len(group) // 2)
        runs = list(group)
        halves = (runs[: self.size], runs[self.size :])
        self._halves[:0] = [{run: group[run] for run in half} for half in halves if half]


def runs_that_fit(spec: RunSpec, device: torch.device) -> int:
    """How many such runs may train together, from one run's measured size."""
    return runs_of_bytes(bytes_of_run(spec), device)


def runs_of_bytes(size: int, device: torch.device) -> int:
    """How many runs may train together that take so many bytes each."""
    most = MOST_RUNS.get(device.type, 512)
    return max(1, min(most, int(free_bytes(device) * MEMORY_SHARE / size)))


def bytes_of_run(spec: RunSpec) -> int:
    """Bytes that one run takes while training, from one step of it: parameters, moments, examples, and what a
    step needs at a time."""
    shard = prepare([spec], torch.device("cpu"))
    examples = shard.examples
    weights = _bytes(shard.initial) * (5 + len(shard.optimizer.moments) + _carried(shard.optimizer))
    kept = sum(_bytes(t) for split in (examples.train, examples.test) for t in (split.inputs, split.targets))
    tables = 2 + sum(isinstance(one, DataChange) for one in shard.interventions[0])  # each keeps examples of its own
    return weights + tables * kept + max(_training(shard), _looking(shard))


def _training(shard: Shard) -> int:
    """The most bytes that are there at a time while a step is taken, beside what is always there."""
    state = State.begin(shard, tuple(range(len(shard.specs))))
    return most_bytes(lambda: state.advance(1))


def _looking(shard: Shard) -> int:
    """Bytes of the answers to all test examples, and of their activations, before and after each non-linearity."""
    probe = shard.examples.probe
    outputs, activations = shard.network.outputs(shard.initial, probe)
    per_example = sum(_bytes(t) for t in (outputs, *activations.values())) / probe.inputs.shape[1]
    return int(2 * per_example * shard.examples.test.inputs.shape[1])


def _bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _carried(optimizer: Optimizer) -> int:
    """Copies of the parameters that a gradient filter keeps."""
    return {"none": 0, "ema": 1, "moving_average": 1 + optimizer.filter_window}[optimizer.gradient_filter]


def free_bytes(device: torch.device) -> int:
    """Memory that is free on the device now."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return int(free)
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
