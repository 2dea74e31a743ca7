"""A group of runs that does not fit into memory is trained as smaller ones, and nothing is lost or said twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from phasescope.core.spec import RunSpec
from phasescope.core.wire import Block, Lease, LeasedRun, ShardEnd
from phasescope.engine.memory import OutOfMemory
from phasescope.worker import shard
from phasescope.worker.post import Post
from phasescope.worker.shard import train_shard

from .receiving import GoOn, Kept

RUNS, STEPS = 9, (0, 40, 80, 120, 160)


class SmallMemory(TorchDispatchMode):
    """An allocator that fails as a GPU's does: once armed, a product over more than so many runs is too large."""

    def __init__(self, most: int, *, after: int) -> None:
        super().__init__()
        self.most, self.left, self.failed = most, after, 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.ops.aten.bmm.default and args[0].shape[0] > self.most:
            self.left -= 1
            if self.left < 0:
                self.failed += 1
                raise torch.OutOfMemoryError("out of memory. Tried to allocate 20.00 GiB")
        return func(*args, **(kwargs or {}))


def lease() -> Lease:
    def spec(seed: int) -> RunSpec:
        return RunSpec(
            task={"name": "toy_addition", "symbols": 5, "train_examples": 10},
            model={"name": "embedding_decoder", "width": 8},
            optimizer={
                "name": "sgd",
                "learning_rate": 1000.0 if seed == 2 else 0.05,
                "weight_decay": 1.0,
            },  # it diverges
            seed=seed,
            precision="float64",
        )

    return Lease(
        shard=1, attempt=1, experiment=1, until=datetime.now(UTC), steps=STEPS, measures=("loss", "weight_norm"),
        stop=None, snapshot_step=None, runs=tuple(LeasedRun(run=run, spec=spec(run)) for run in range(1, RUNS + 1)),
    )  # fmt: skip


@contextmanager
def memory(mode: SmallMemory | None) -> Iterator[None]:
    if mode is None:
        yield
    else:
        with mode:
            yield


def trained(mode: SmallMemory | None) -> tuple[dict[int, list[tuple[int, list[float]]]], dict[int, str]]:
    """run -> [(step, values)] in the order sent, and run -> how it ended; nothing may be said twice."""
    outbox = Kept()
    with memory(mode):
        train_shard(lease(), post=Post(outbox, 1, 1, 1), orders=GoOn(), device=torch.device("cpu"))
    values: dict[int, list[tuple[int, list[float]]]] = {}
    ends: dict[int, str] = {}
    for message in outbox.messages:
        if message.path.endswith("blocks"):
            block = Block.from_bytes(message.body)
            for row, run in enumerate(block.runs.tolist()):
                for column in range(int(block.counts[row])):
                    values.setdefault(run, []).append((int(block.steps[column]), block.values[row, column].tolist()))
        elif message.path.endswith("finish"):
            for end in ShardEnd.model_validate_json(message.body).runs:
                assert end.run not in ends
                ends[end.run] = end.state
    return values, ends


@pytest.mark.parametrize("after", [0, 400, 1300])
def test_halved_and_gone_on(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard, "UPLOAD_SECONDS", 0.0)  # every checkpoint goes out at once
    expected, ends = trained(None)
    small = SmallMemory(3, after=after)
    values, halved_ends = trained(small)
    assert small.failed >= 2  # nine, then the five that are left of a half
    assert halved_ends == ends
    assert ends[2] == "diverged"
    assert values.keys() == expected.keys()
    for run, pairs in expected.items():
        assert [step for step, _ in values[run]] == [step for step, _ in pairs]
        np.testing.assert_allclose([v for _, v in values[run]], [v for _, v in pairs], rtol=1e-9)


def test_a_single_run_that_does_not_fit_is_reported() -> None:
    with pytest.raises(OutOfMemory, match="A single run does not fit"):
        trained(SmallMemory(0, after=100))
