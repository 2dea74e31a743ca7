"""CIFAR-10 in grey, from files that the user has."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from phasescope.core.dimensions import Expressions
from phasescope.tasks import data_files
from phasescope.tasks.image_task import Images, ImageTask

FOLDER = "cifar-10-batches-bin"
FILES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")
NPZ = ("x_train", "y_train", "x_test", "y_test")
GREY = (0.299, 0.587, 0.114)  # of red, green and blue (ITU-R BT.601)


class Cifar10(ImageTask):
    """32 × 32 images of ten classes, their three colours made one grey: 50,000 to train on and 10,000 to test on."""

    name: ClassVar[str] = "cifar10"
    label: ClassVar[str] = "CIFAR-10 (your files)"
    source: ClassVar[str] = "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images"
    side: ClassVar[int] = 32
    dimensions: ClassVar[Expressions] = {"outputs": "10", "features": "32 * 32"}

    def images(self) -> tuple[Images, Images]:
        files = [data_files.found([name, f"{FOLDER}/{name}"]) for name in FILES]
        if all(file is not None for file in files):
            *train, test = [data_files.records(file, 1 + 3 * 32**2) for file in files if file is not None]
            return _images(np.concatenate(train)), _images(test)
        packed = data_files.found(["cifar10.npz"])
        if packed is None:
            names = f"{', '.join(FILES)} (the binary version, also in a folder {FOLDER})"
            shapes = f"cifar10.npz with {', '.join(NPZ)}, images as (n, 32, 32, 3)"
            raise data_files.missing(self.name, [names, shapes])
        read = data_files.taken(packed, NPZ)
        return (_grey(_planes(read[0])), read[1].ravel()), (_grey(_planes(read[2])), read[3].ravel())


def _images(rows: NDArray[np.uint8]) -> Images:
    """Each record is the class, then 1024 values of red, of green and of blue."""
    return _grey(rows[:, 1:].reshape(-1, 3, 1024)), rows[:, 0]


def _planes(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if images.ndim != 4 or images.shape[1:] != (32, 32, 3):
        raise data_files.UnusableData(f"cifar10.npz: images have shape {images.shape}; (n, 32, 32, 3) is needed.")
    return images.reshape(-1, 1024, 3).transpose(0, 2, 1)


def _grey(planes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.round(np.tensordot(planes, GREY, axes=([1], [0]))).astype(np.uint8)
