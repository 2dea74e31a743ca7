"""Figures that were drawn already, as the bytes that were sent: the least recently used go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

LARGEST_BYTES = 128 * 1024 * 1024


class FigureCache:
    """Bytes by key, bounded in size. Two who ask for the same figure at once wait for one drawing."""

    def __init__(self, largest_bytes: int = LARGEST_BYTES) -> None:
        self.largest_bytes = largest_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._drawing: dict[str, threading.Lock] = {}

    def get(self, key: str, draw: Callable[[], bytes]) -> bytes:
        """The kept bytes, or those that `draw` makes."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            turn = self._drawing.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                data = draw()
                self._keep(key, data)
            finally:
                with self._lock:
                    self._drawing.pop(key, None)
        return data

    def _keep(self, key: str, data: bytes) -> None:
        if len(data) > self.largest_bytes:
            return
        with self._lock:
            self._kept[key] = data
            self._size += len(data)
            while self._size > self.largest_bytes:
                _, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest)
