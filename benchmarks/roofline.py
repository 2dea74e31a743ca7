"""How fast a step could be on this machine: its matrix products alone, at their own shapes, and its memory traffic."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

Shapes = tuple[tuple[int, ...], tuple[int, ...]]
# One thread's processor time on a CPU: what other programs take of the core does not count. A GPU has only the clock.
clock = time.perf_counter if torch.cuda.is_available() else time.process_time
PASSES_OF_ADAM = 7  # read weights, gradients and two moments, write weights and two moments


class Products(TorchDispatchMode):
    """Counts the batched products that run inside it, by the shapes of their factors."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[Shapes] = Counter()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in (torch.ops.aten.bmm.default, torch.ops.aten.mm.default):
            self.counts[(tuple(args[0].shape), tuple(args[1].shape))] += 1
        if func is torch.ops.aten.baddbmm.default:
            self.counts[(tuple(args[1].shape), tuple(args[2].shape))] += 1
        return func(*args, **(kwargs or {}))


def floor(step: Callable[[], object], parameters: Tensor) -> float:
    """Seconds of a step that did nothing but its products and one pass of the optimizer over memory."""
    with Products() as seen:
        step()
    products = sum(count * _product(shapes, parameters) for shapes, count in seen.counts.items())
    return products + PASSES_OF_ADAM * parameters.numel() * parameters.element_size() / _bandwidth(parameters)


def _product(shapes: Shapes, like: Tensor) -> float:
    one, other = (torch.randn(shape, dtype=like.dtype, device=like.device) for shape in shapes)
    return best(lambda: one @ other)


def _bandwidth(like: Tensor) -> float:
    """Bytes read or written per second by a copy of as many numbers."""
    target = torch.empty_like(like)
    return 2 * like.numel() * like.element_size() / best(lambda: target.copy_(like))


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Seconds of the quickest of some rounds: other work on the machine only ever makes one slower."""
    work()
    times = []
    for _ in range(rounds):
        began = clock()
        result = work()
        if isinstance(result, Tensor) and result.is_cuda:
            torch.cuda.synchronize()
        times.append(clock() - began)
    return min(times)
