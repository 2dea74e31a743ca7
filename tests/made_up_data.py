"""Small files in the forms that tasks read, so that no test needs a data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def write_all(folder: Path) -> None:
    """MNIST as IDX files, CIFAR-10 in its binary version, and own arrays."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    for part, count in (("train", 60), ("t10k", 40)):
        idx(folder / f"{part}-images-idx3-ubyte", random.integers(0, 256, (count, 28, 28)))
        idx(folder / f"{part}-labels-idx1-ubyte", np.arange(count) % 10)
    (folder / "cifar-10-batches-bin").mkdir(exist_ok=True)
    for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
        rows = np.concatenate([np.arange(20)[:, None] % 10, random.integers(0, 256, (20, 3072))], axis=1)
        (folder / "cifar-10-batches-bin" / f"{name}.bin").write_bytes(rows.astype(np.uint8).tobytes())
    np.savez(folder / "own.npz", inputs=random.standard_normal((30, 5)), targets=np.arange(30) % 3)


def idx(path: Path, values: np.ndarray) -> None:
    """An IDX file of bytes."""
    head = bytes([0, 0, 8, values.ndim]) + np.array(values.shape, dtype=">i4").tobytes()
    path.write_bytes(head + values.astype(np.uint8).tobytes())
