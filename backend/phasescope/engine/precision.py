"""In which numbers a training step is computed: parameters and what is measured are never in less than float32."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

DTYPES = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.float32, "tf32": torch.float32}
"""Of parameters, moments and examples."""


@contextmanager
def computing(precision: str, device: torch.device) -> Iterator[None]:
    """Of `tf32`, products of matrices within are rounded to TF32, and only on a CUDA device; else they are exact.

    torch keeps this for the whole process, and by itself rounds convolutions; both are put back afterwards.
    """
    if device.type != "cuda":
        yield
        return
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = matmul.allow_tf32, cudnn.allow_tf32
    matmul.allow_tf32 = cudnn.allow_tf32 = precision == "tf32"
    try:
        yield
    finally:
        matmul.allow_tf32, cudnn.allow_tf32 = before


def forward_in(precision: str, device: torch.device) -> torch.autocast:
    """Of `bfloat16`, a forward pass within multiplies matrices in bfloat16, as torch's autocast does."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bfloat16", cache_enabled=False)
