"""Values are sent soon after they were measured, however far away the next checkpoint is."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime

import pytest
import torch

from phasescope.core.spec import RunSpec
from phasescope.core.wire import Lease, LeasedRun
from phasescope.worker import shard
from phasescope.worker.post import Post
from phasescope.worker.shard import train_shard

from .receiving import GoOn, Kept

SECONDS = 60.0


class UntilSeen(GoOn):
    """Ends the shard once a second block has come, or when it has been waited for long enough."""

    def __init__(self, outbox: Kept) -> None:
        self._outbox, self._until, self.late = outbox, time.monotonic() + SECONDS, False

    def blocks(self) -> int:
        return sum(message.path.endswith("blocks") for message in self._outbox.messages)

    def leave(self) -> bool:
        self.late = self.late or time.monotonic() > self._until
        return self.blocks() > 1 or self.late


def test_values_do_not_wait_for_the_next_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard, "SNAPSHOT_SECONDS", math.inf)
    spec = RunSpec(task={"name": "modular_arithmetic", "modulus": 5}, model={"name": "mlp", "width": 8},
                   optimizer={"name": "adamw"})  # fmt: skip
    lease = Lease(
        shard=1, attempt=1, experiment=1, until=datetime.now(UTC), steps=(0, 1, 10**9), measures=("loss",), stop=None,
        snapshot_step=None, runs=(LeasedRun(run=1, spec=spec),),
    )  # fmt: skip
    outbox = Kept()
    orders = UntilSeen(outbox)
    train_shard(lease, post=Post(outbox, 1, 1, 1), orders=orders, device=torch.device("cpu"))
    assert not orders.late
