"""What a worker says of its shard, as outbox messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phasescope.core.wire import Block, RunEnd, ShardEnd
from phasescope.worker.outbox import Message, Outbox


@dataclass(frozen=True)
class Post:
    """The outbox on behalf of one attempt at one shard."""

    outbox: Outbox
    worker: int
    shard: int
    attempt: int

    def block(self, block: Block) -> None:
        """Values of some checkpoints."""
        self._put("PUT", "blocks", block.to_bytes(), self._owner())

    def arrays(self, data: bytes) -> None:
        """What measures keep of some runs at a checkpoint."""
        self._put("PUT", "arrays", data, self._owner())

    def snapshot(self, step: int, data: bytes) -> None:
        """State from which another worker could go on."""
        self._put("PUT", "snapshot", data, {**self._owner(), "step": str(step)})

    def ends(self, ends: Sequence[RunEnd]) -> None:
        """How some of the runs ended."""
        if ends:
            self._finish(ends)

    def give_back(self) -> None:
        """Leave the shard in good order: another worker may go on from its snapshot at once."""
        self._finish(())

    def lost(self) -> bool:
        """Is the shard another worker's now?"""
        return self.outbox.lost(self.shard, self.attempt)

    def _finish(self, ends: Sequence[RunEnd]) -> None:
        body = ShardEnd(worker=self.worker, attempt=self.attempt, runs=tuple(ends))
        self._put("POST", "finish", body.model_dump_json().encode(), {})

    def _owner(self) -> dict[str, str]:
        return {"worker": str(self.worker), "attempt": str(self.attempt)}

    def _put(self, method: str, what: str, body: bytes, parameters: dict[str, str]) -> None:
        path = f"/api/worker/shards/{self.shard}/{what}"
        self.outbox.put(Message(self.shard, self.attempt, method, path, parameters, body))
