"""Files that users have: read in every form, and refused by name where they are missing or unusable."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit
from phasescope.core.errors import InvalidSpec
from phasescope.engine.seeding import generator
from phasescope.engine.shard import lacks
from phasescope.tasks.cifar10 import Cifar10
from phasescope.tasks.data_files import MissingData, UnusableData
from phasescope.tasks.mnist import Mnist
from phasescope.tasks.own_arrays import OwnArrays
from phasescope.tasks.task import Data, Task

from ..made_up_data import idx, write_all

FEW: dict[str, Any] = {"train_examples": 20, "test_examples": 10}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHASESCOPE_DATA", str(tmp_path))
    return tmp_path


def drawn(task: Task) -> Data:
    return task.draw(generator(1, "data"))


def test_mnist_is_the_same_from_idx_files_compressed_files_and_npz(folder: Path) -> None:
    write_all(folder)
    plain = drawn(Mnist(**FEW))
    assert plain.inputs.shape == (20 + 10 + 40, 784)
    assert 0 <= plain.inputs.min() < 0.01 < 0.99 < plain.inputs.max() <= 1
    raw = (folder / "train-images-idx3-ubyte").read_bytes()[16:]
    pixels = np.frombuffer(raw, np.uint8).reshape(60, 784)
    place = int(np.flatnonzero((pixels == np.round(255 * plain.inputs[plain.train[0]])).all(1))[0])
    assert plain.targets[plain.train[0]] == place % 10
    tables = {}
    for key, name in zip(("x_train", "y_train", "x_test", "y_test"),
                         ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"),
                         strict=True):  # fmt: skip
        file = folder / f"{name}-ubyte"
        begin = 4 + 4 * file.read_bytes()[3]
        shape = (-1, 28, 28) if key.startswith("x") else (-1,)
        tables[key] = np.frombuffer(file.read_bytes()[begin:], np.uint8).reshape(shape)
        with gzip.open(folder / f"{name}-ubyte.gz", "wb") as packed:
            packed.write(file.read_bytes())
        file.unlink()
    np.testing.assert_array_equal(drawn(Mnist(**FEW)).inputs, plain.inputs)
    for file in folder.glob("*.gz"):
        file.unlink()
    np.savez(folder / "mnist.npz", **dict[str, Any](tables))
    np.testing.assert_array_equal(drawn(Mnist(**FEW)).inputs, plain.inputs)
    np.testing.assert_array_equal(drawn(Mnist(**FEW)).targets, plain.targets)


def test_cifar_is_grey_and_the_same_from_npz(folder: Path) -> None:
    write_all(folder)
    plain = drawn(Cifar10(**FEW))
    assert plain.inputs.shape[1] == 1024
    packed = folder / "cifar-10-batches-bin"
    files = {name: np.frombuffer((packed / f"{name}.bin").read_bytes(), np.uint8).reshape(20, 3073)
             for name in (*(f"data_batch_{n}" for n in range(1, 6)), "test_batch")}  # fmt: skip
    train = np.concatenate([files[f"data_batch_{number}"] for number in range(1, 6)])
    first = np.round(plain.inputs[plain.train[0]] * 255)
    colours = train[:, 1:].reshape(100, 3, 1024).astype(float)
    grey = np.round(0.299 * colours[:, 0] + 0.587 * colours[:, 1] + 0.114 * colours[:, 2])
    assert plain.targets[plain.train[0]] == train[np.flatnonzero((grey == first).all(1))[0], 0]
    for file in packed.glob("*"):
        file.unlink()
    images: dict[str, Any] = {
        key: rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        for key, rows in (("x_train", train), ("x_test", files["test_batch"]))
    }
    np.savez(folder / "cifar10.npz", **images, y_train=train[:, :1], y_test=files["test_batch"][:, :1])
    np.testing.assert_array_equal(drawn(Cifar10(**FEW)).inputs, plain.inputs)


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (Mnist(), ["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "mnist.npz", "PHASESCOPE_DATA"]),
        (Cifar10(), ["data_batch_1.bin", "test_batch.bin", "cifar10.npz", "PHASESCOPE_DATA"]),
        (OwnArrays(file="mine.npz"), ["mine.npz", "inputs and targets", "PHASESCOPE_DATA"]),
    ],
)
def test_missing_files_are_named(folder: Path, task: Task, words: list[str]) -> None:
    with pytest.raises(MissingData) as caught:
        drawn(task)
    for word in (*words, task.name, str(folder)):
        assert word in str(caught.value)


def test_own_arrays_are_split_and_a_file_that_changes_is_read_again(folder: Path) -> None:
    write_all(folder)
    task = OwnArrays(train_fraction=0.9)
    assert (task.shape().features, task.shape().outputs) == (5, 3)
    data = drawn(task)
    assert (len(data.train), len(data.test)) == (27, 3)
    np.savez(folder / "own.npz", inputs=np.zeros((10, 2)), targets=np.arange(10) % 4)
    assert (task.shape().features, task.shape().outputs) == (2, 4)
    assert len(drawn(task).train) == 9


def nan(folder: Path) -> None:
    inputs = np.zeros((10, 2))
    inputs[3, 1] = np.nan
    np.savez(folder / "own.npz", inputs=inputs, targets=np.zeros(10, int))


def empty(folder: Path) -> None:
    np.savez(folder / "own.npz", inputs=np.zeros((0, 2)), targets=np.zeros(0, int))


def objects(folder: Path) -> None:
    np.savez(folder / "own.npz", inputs=np.array([{}], dtype=object), targets=np.zeros(1, int))


def fractions_of_classes(folder: Path) -> None:
    np.savez(folder / "own.npz", inputs=np.zeros((10, 2)), targets=np.zeros(10))


def negative(folder: Path) -> None:
    np.savez(folder / "own.npz", inputs=np.zeros((10, 2)), targets=np.full(10, -1))


def no_targets(folder: Path) -> None:
    np.savez(folder / "own.npz", inputs=np.zeros((10, 2)), labels=np.zeros(10))


def huge(folder: Path) -> None:
    inputs = np.ones((30, 2))
    inputs[2, 1] = -1e300
    np.savez(folder / "own.npz", inputs=inputs, targets=np.arange(30) % 2)


def no_archive(folder: Path) -> None:
    (folder / "own.npz").write_bytes(b"not an archive")


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (nan, "own.npz: inputs has NaN or infinity in 1 rows, the first is row 3"),
        (huge, "own.npz: inputs has numbers beyond 3.4e[+]38, .* in 1 rows, the first is row 2"),
        (empty, r"inputs of shape \(0, 2\)"),
        (objects, "cannot be read"),
        (fractions_of_classes, "targets whole numbers"),
        (negative, "classes from 0"),
        (no_targets, "targets is missing"),
        (no_archive, "cannot be read"),
    ],
)
def test_own_arrays_that_cannot_be_trained_on_are_refused(
    folder: Path, write: Callable[[Path], None], words: str
) -> None:
    write(folder)
    with pytest.raises(UnusableData, match=words):
        drawn(OwnArrays())


@pytest.mark.parametrize(("fraction", "words"), [(0.01, "no train example"), (0.999, "no test example")])
def test_a_fraction_that_leaves_nothing_is_refused_by_name(folder: Path, fraction: float, words: str) -> None:
    write_all(folder)
    task = OwnArrays(train_fraction=fraction)
    assert f"{words} with task.train_fraction = {fraction}" in str(lacks(task, drawn(task)))
    assert lacks(task, drawn(OwnArrays())) is None


def test_image_files_that_are_something_else_are_refused(folder: Path) -> None:
    write_all(folder)
    with pytest.raises(UnusableData, match=r"task\.train_examples: 61 was given, but the files have 60"):
        drawn(Mnist(train_examples=61, test_examples=4))
    idx(folder / "train-images-idx3-ubyte", np.zeros((60, 8, 8)))
    with pytest.raises(UnusableData, match="images of 28 × 28 are needed"):
        drawn(Mnist(**FEW))
    (folder / "train-images-idx3-ubyte").write_bytes(b"\0\0\x08\x01\0\0\0\x05ab")
    with pytest.raises(UnusableData, match=r"says it has shape \(5,\), but has 2 values"):
        drawn(Mnist(**FEW))
    (folder / "train-images-idx3-ubyte").write_bytes(b"something else")
    with pytest.raises(UnusableData, match="not an IDX file"):
        drawn(Mnist(**FEW))
    (folder / "cifar-10-batches-bin" / "test_batch.bin").write_bytes(b"12345")
    with pytest.raises(UnusableData, match="5 bytes are not a whole number of records of 3073"):
        drawn(Cifar10(**FEW))


@pytest.mark.parametrize("name", ["../own.npz", "/etc/own.npz", "own.npy", ".own.npz", "a b.npz", ""])
def test_a_file_is_a_plain_name(name: str) -> None:
    with pytest.raises(ValidationError):
        OwnArrays(file=name)
    given = {
        "name": "a test",
        "task": {"name": "own_arrays", "file": name},
        "model": {"name": "mlp"},
        "optimizer": {"name": "adam"},
        "steps": 10,
    }
    with pytest.raises(InvalidSpec, match=r"task\.file"):
        admit(given, kept_catalogue())
