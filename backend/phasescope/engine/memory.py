"""Running out of memory as one error, whichever allocator says it, so that less can be tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from phasescope.core.errors import PhasescopeError

SIGNS = ("can't allocate memory", "not enough memory", "out of memory")  # of allocators that have no error of their own


class OutOfMemory(PhasescopeError):
    """The runs do not fit into memory together; fewer may."""


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
    return OutOfMemory(str(error).splitlines()[0] if str(error) else "out of memory")
