"""How much memory a piece of work takes, and running out of it as one error, whichever allocator says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import torch
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from phasescope.core.errors import PhasescopeError

SIGNS = ("can't allocate memory", "not enough memory", "out of memory")  # of allocators that have no error of their own


class OutOfMemory(PhasescopeError):
    """The runs do not fit into memory together; fewer may."""


def most_bytes(work: Callable[[], object]) -> int:
    """Bytes of the tensors that a piece of work makes, at the moment when the most of them are there."""
    meter: Any = _Meter
    with meter() as made:
        work()
    return int(made.peak)


class _Meter(TorchDispatchMode):
    peak: int = 0

    @cached_property
    def _alive(self) -> dict[StorageWeakRef, int]:
        return {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = {StorageWeakRef(each.untyped_storage()) for each in tree_leaves((args, kwargs)) if _is_tensor(each)}
        result = func(*args, **(kwargs or {}))
        for made in filter(_is_tensor, tree_leaves(result)):
            place = StorageWeakRef(made.untyped_storage())
            if place not in given:  # not a view of what came in
                self._alive[place] = made.untyped_storage().nbytes()
        for place in [place for place in self._alive if place.expired()]:
            del self._alive[place]
        self.peak = max(self.peak, sum(self._alive.values()))
        return result


def _is_tensor(value: object) -> bool:
    return isinstance(value, torch.Tensor)


@contextmanager
def told_apart() -> Iterator[None]:
    """Turns every allocator's error into OutOfMemory, and frees what a GPU's allocator keeps; others pass."""
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise _said(error) from None
    except RuntimeError as error:
        if not any(sign in str(error) for sign in SIGNS):
            raise
        raise _said(error) from None


def _said(error: Exception) -> OutOfMemory:
    # `from None` above: the traceback of the first error would keep the tensors alive that there is no room for
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    reason = str(error).splitlines()[0] if str(error) else "the allocator does not say more"
    return OutOfMemory(f"There is not enough memory: {reason}")
