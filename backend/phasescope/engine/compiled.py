"""Gradients through compiled code, where so much training is ahead that compiling can pay, and it proves quicker.

`torch.compile` makes one program of the loss and its derivative together, for any number of runs: nothing is kept
between a forward and a backward half, and passes over memory between the products become one. Making it takes as long
as thousands of steps, so it is made where it can pay; then both are timed once and the quicker is kept. Where there is
no C++ compiler, or a network cannot be compiled, training goes on without. The numbers agree with the plain ones up to
rounding.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace

import torch
from torch import Tensor

from phasescope.engine.examples import Split
from phasescope.engine.network import Network

# torch._dynamo is loaded at its first use: it is slow to import, and most trainings never compile.
log = logging.getLogger(__name__)

Gradients = Callable[[Tensor, Split, dict[str, Tensor]], Tensor]
ENOUGH_OPERATIONS = 5e12  # multiplications and additions ahead: some two minutes of one core
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
        """The gradients of a network where it is plain, made anew only where none of its kind is remembered."""
        kind = (dtype, *_kind(network))
        if kind not in self._made:  # a head belongs to the runs of one shard; the program serves them all
            self._made[kind] = QuickerGradients(replace(network, head=None, altered=None))
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
        self._program: Program | None = None
        self._tried = False

    @property
    def compiled(self) -> bool:
        """Was the compiled program quicker?"""
        return self._program is not None

    def __call__(self, flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        """(R, P) gradient of each run's mean loss."""
        if not self._tried:
            self._program, self._tried = self._quicker(flat, split, extras), True
        program = self._program
        gradients = self._network.gradients if program is None or not program.serves(len(flat)) else program
        return gradients(flat, split, extras)

    def _quicker(self, flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Program | None:
        began = time.monotonic()
        try:
            program = Program.made(self._network, flat, split, extras)
        except (torch._dynamo.exc.TorchDynamoException, RuntimeError) as error:
            log.warning("This network cannot be compiled; training goes on without: %s", str(error).splitlines()[0])
            return None
        taken = time.monotonic() - began
        ours, other = (_seconds(gradients, flat, split, extras) for gradients in (program, self._network.gradients))
        words = "is used" if ours < WORTH * other else "is left"
        log.info("Compiled in %.0f s; gradients take %.2g s instead of %.2g s: it %s.", taken, ours, other, words)
        return program if ours < WORTH * other else None


class Program:
    """The compiled gradients of a network."""

    def __init__(self, network: Network, *, runs: int | None) -> None:
        """For so many runs; None: for any number but one, which the compiler always takes for itself."""

        def total(flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
            outputs, _ = network.outputs(flat, split)
            return (network.losses(outputs, split, extras) * split.weights).sum()

        self._runs = runs
        compiler: Callable[..., Gradients] = torch.compile
        # Apart from other programs of the same function, of which only eight may be made.
        self._gradients = compiler(torch.func.grad(total), isolate_recompiles=True)

    @classmethod
    def made(cls, network: Network, flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Program:
        """Compiled for any number of runs, or, where an operation asks for the number, for so many as are here."""
        if len(flat) > 1:
            try:
                with _expected_failures():
                    return cls(network, runs=None)._called(flat, split, extras)
            except torch.fx.experimental.symbolic_shapes.ConstraintViolationError as error:
                log.info("This network can be compiled for one number of runs only: %s", str(error).splitlines()[0])
        return cls(network, runs=len(flat))._called(flat, split, extras)

    def _called(self, flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Program:
        self(flat, split, extras)
        return self

    def serves(self, runs: int) -> bool:
        """Is this number of runs what it was compiled for?"""
        return runs > 1 if self._runs is None else runs == self._runs

    def __call__(self, flat: Tensor, split: Split, extras: dict[str, Tensor]) -> Tensor:
        """(R, P) gradient of each run's mean loss."""
        parts = Split(**{field.name: self._seen(getattr(split, field.name)) for field in fields(split)})
        with torch.no_grad():
            return self._gradients(self._seen(flat), parts, {name: self._seen(v) for name, v in extras.items()})

    def _seen(self, tensor: Tensor) -> Tensor:
        """The same numbers, as a tensor whose number of runs the compiler may take for a constant or not."""
        alias = tensor.detach()
        if self._runs is None:
            torch._dynamo.mark_dynamic(alias, 0)
        return alias


@contextmanager
def _expected_failures() -> Iterator[None]:
    """The compiler logs a long trace of a failure that is told in one line here."""
    guards = logging.getLogger("torch._guards")
    before, guards.disabled = guards.disabled, True
    try:
        yield
    finally:
        guards.disabled = before


def _seconds(gradients: Gradients, flat: Tensor, split: Split, extras: dict[str, Tensor]) -> float:
    """Of the quickest of some calls; on a processor its own time, so that other programs do not decide."""
    clock = time.perf_counter if flat.is_cuda else time.process_time
    times = []
    for _ in range(TIMED_CALLS):
        began = clock()
        bool(torch.isfinite(gradients(flat, split, extras)[0, 0]))  # waits for the device
        times.append(clock() - began)
    return min(times)
