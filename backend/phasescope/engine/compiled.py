"""Gradients through compiled code, where so much training is ahead that compiling can pay, and it proves quicker.

`torch.compile` makes one program of the loss and its derivative, for any number of runs. Making it takes as long as
thousands of steps, and the program is quicker for some networks and slower for others, so both are timed once and the
quicker is kept. Where there is no C++ compiler, or a network cannot be compiled, training goes on without. The numbers
agree with the plain ones up to rounding.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

import torch
from torch import Tensor

from phasescope.engine.examples import Split
from phasescope.engine.network import Network

# torch._dynamo is loaded at its first use: it is slow to import, and most trainings never compile.
log = logging.getLogger(__name__)

Gradients = Callable[[Tensor, Split, dict[str, Tensor]], Tensor]
ENOUGH_OPERATIONS = 3e13  # multiplications and additions ahead: some ten minutes of one core
PER_WEIGHT_AND_EXAMPLE = 6  # one product forwards, two backwards, two operations each
WORTH = 0.9  # of the plain time; less is not worth the other rounding
TIMED_CALLS = 3
REMEMBERED = 16  # programs; a sweep over structural settings has about as many kinds


def pays(parameters: Tensor, *, examples: int, steps: int) -> bool:
    """Is so much training ahead of (R, P) parameters, with so many examples a step, that compiling can be worth it?"""
    return PER_WEIGHT_AND_EXAMPLE * parameters.numel() * examples * steps >= ENOUGH_OPERATIONS


def available(device: torch.device) -> bool:
    """Is there what the compiler needs? On a processor a C++ compiler; builds for GPUs bring their own."""
    return device.type == "cuda" or any(shutil.which(name) for name in ("c++", "g++", "clang++"))


class Compiler:
    """Compiles each kind of network once: the groups of a shard, and shards of one kind, share the program."""

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, QuickerGradients] = OrderedDict()

    def gradients(self, network: Network, dtype: torch.dtype) -> QuickerGradients:
        """The gradients of a plain network, made anew only where none of its kind is remembered."""
        kind = (dtype, *_kind(network))
        if kind not in self._made:
            self._made[kind] = QuickerGradients(network)
        self._made.move_to_end(kind)
        if len(self._made) > REMEMBERED:
            self._made.popitem(last=False)
        return self._made[kind]


def _kind(network: Network) -> tuple[Hashable, ...]:
    """What decides the program: all but the numbers over the run axis."""
    records = (network.task, network.model)
    fixed = (record.model_dump_json(exclude=set(record.per_run_fields())) for record in records)
    return (*(record.name for record in records), *fixed, *network.layout.shapes.items())


class QuickerGradients:
    """As `Network.gradients`; the first call compiles and decides which of the two is called from then on."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._chosen: Gradients | None = None

    @property
    def compiled(self) -> bool:
        """Was the compiled program quicker?"""
        return self._chosen is not None and self._chosen != self._network.gradients

    def __call__(self, flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        """(R, P) gradient of each run's mean loss."""
        if self._chosen is None:
            self._chosen = self._quicker(flat, split, extras)
        return self._chosen(flat, split, extras)

    def _quicker(self, flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Gradients:
        plain, compiled = self._network.gradients, _compiled(self._network)
        began = time.monotonic()
        try:
            compiled(flat, split, extras)
        except (torch._dynamo.exc.TorchDynamoException, RuntimeError) as error:
            log.warning("This network cannot be compiled; training goes on without: %s", str(error).splitlines()[0])
            return plain
        taken = time.monotonic() - began
        ours, other = (_seconds(gradients, flat, split, extras) for gradients in (compiled, plain))
        words = "is used" if ours < WORTH * other else "is left"
        log.info("Compiled in %.0f s; gradients take %.2g s instead of %.2g s: it %s.", taken, ours, other, words)
        return compiled if ours < WORTH * other else plain


def _compiled(network: Network) -> Gradients:
    def total(flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        outputs, _ = network.outputs(flat, split)
        return (network.losses(outputs, split, extras) * split.weights).sum()

    program = torch.compile(total)

    def gradients(flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        leaf = flat.detach().requires_grad_()
        for tensor in (leaf, split.inputs, split.targets, split.weights, *extras.values()):
            torch._dynamo.maybe_mark_dynamic(tensor, 0)  # runs leave: one program serves any number of them
        with torch.enable_grad():
            loss = program(leaf, split, extras)
        (found,) = torch.autograd.grad(loss, leaf)
        return found

    return gradients


def _seconds(gradients: Gradients, flat: Tensor, split: Split, extras: dict[str, Tensor]) -> float:
    """Of the quickest of some calls; on a processor its own time, so that other programs do not decide."""
    clock = time.perf_counter if flat.is_cuda else time.process_time
    times = []
    for _ in range(TIMED_CALLS):
        began = clock()
        bool(torch.isfinite(gradients(flat, split, extras)[0, 0]))  # waits for the device
        times.append(clock() - began)
    return min(times)
