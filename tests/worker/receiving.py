"""The other end of a worker's letter box, for tests: what it sends is kept, and nothing is ordered."""

from __future__ import annotations

from phasescope.worker.outbox import Message, Outbox


class Kept(Outbox):
    """An outbox that keeps what is put into it."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def put(self, message: Message) -> None:
        self.messages.append(message)

    def lost(self, shard: int, attempt: int) -> bool:
        return False


class GoOn:
    """No orders."""

    def leave(self) -> bool:
        return False

    def report(self, run_steps: int) -> None:
        pass

    def between(self) -> None:
        pass
