"""MNIST, and whatever comes in the same form such as Fashion-MNIST, from files that the user has."""

from __future__ import annotations

from typing import ClassVar

from phasescope.core.dimensions import Expressions
from phasescope.tasks import data_files
from phasescope.tasks.image_task import Images, ImageTask

PARTS = (("train-images-idx3-ubyte", "train-labels-idx1-ubyte"), ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"))
NPZ = ("x_train", "y_train", "x_test", "y_test")


class Mnist(ImageTask):
    """28 × 28 grey images of ten classes: 60,000 to train on and 10,000 to test on, in four IDX files or one npz."""

    name: ClassVar[str] = "mnist"
    label: ClassVar[str] = "MNIST (your files)"
    source: ClassVar[str] = "LeCun, Bottou, Bengio & Haffner 1998, Proceedings of the IEEE 86"
    side: ClassVar[int] = 28
    dimensions: ClassVar[Expressions] = {"outputs": "10", "features": "28 * 28"}

    def images(self) -> tuple[Images, Images]:
        files = [data_files.found([name, name.replace("-idx", ".idx")]) for part in PARTS for name in part]
        read = [data_files.idx(file) for file in files if file is not None]
        if len(read) < len(files):
            packed = data_files.found(["mnist.npz"])
            if packed is None:
                names = ", ".join(name for part in PARTS for name in part)
                raise data_files.missing(self.name, [f"{names} (each also as .gz)", f"mnist.npz with {', '.join(NPZ)}"])
            read = data_files.taken(packed, NPZ)
        pixels, classes = read[::2], read[1::2]
        flat = [table.reshape(len(table), -1) for table in pixels]
        return (flat[0], classes[0]), (flat[1], classes[1])
