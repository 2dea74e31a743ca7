"""What was made before and is asked for again: bounded, the least recently used forgotten first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """Values by key, whose sizes by `size_of` are at most `largest` together. Who asks for what is being made waits.

    With `replaces(new, old)`, a key drops those that will be asked for no more.
    """

    def __init__(
        self,
        largest: int,
        size_of: Callable[[Value], int],
        replaces: Callable[[Key, Key], bool] | None = None,
    ) -> None:
        self.largest = largest
        self._size_of, self._replaces = size_of, replaces
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._size = 0
        self._being_made: dict[Key, threading.Lock] = {}

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """What is kept, or what `make` gives."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            turn = self._being_made.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                value = make()
                self._keep(key, value)
            finally:
                with self._lock:
                    self._being_made.pop(key, None)
        return value

    def _keep(self, key: Key, value: Value) -> None:
        """What is larger than all the room is answered and not kept."""
        size = self._size_of(value)
        with self._lock:
            if self._replaces is not None:
                for old in [known for known in self._kept if self._replaces(key, known)]:
                    self._size -= self._size_of(self._kept.pop(old))
            if size > self.largest:
                return
            self._kept[key] = value
            self._size += size
            while self._size > self.largest:
                _, oldest = self._kept.popitem(last=False)
                self._size -= self._size_of(oldest)
