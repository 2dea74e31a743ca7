"""Figures are drawn once, kept within bounds, and not lost when drawing fails."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from phasescope.server.memory import Memory


def figures(largest: int = 1000) -> Memory[str, bytes]:
    """As the server keeps what it has drawn."""
    return Memory(largest, len)


def test_a_figure_is_drawn_once() -> None:
    cache, drawn = figures(), iter([b"figure"])  # a second drawing would find nothing left
    for _ in range(3):
        assert cache.get("a", lambda: next(drawn)) == b"figure"
    assert list(drawn) == []


def test_the_least_recently_used_goes_first() -> None:
    cache = figures(largest=20)
    cache.get("a", lambda: b"a" * 10)
    cache.get("b", lambda: b"b" * 10)
    cache.get("a", pytest.fail)
    cache.get("c", lambda: b"c" * 10)
    cache.get("a", pytest.fail)
    assert cache.get("b", lambda: b"again") == b"again"


def test_what_is_larger_than_all_room_is_answered_and_not_kept() -> None:
    cache = figures(largest=5)
    assert cache.get("a", lambda: b"a" * 10) == b"a" * 10
    assert cache.get("a", lambda: b"new") == b"new"


def test_a_drawing_that_fails_is_tried_again() -> None:
    cache = figures()
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: bytes([1 // 0]))
    assert cache.get("a", lambda: b"fine") == b"fine"


def test_many_who_ask_at_once_wait_for_one_drawing() -> None:
    cache, drawn, together = figures(), [], threading.Barrier(8)

    def draw() -> bytes:
        drawn.append(1)
        time.sleep(0.1)
        return b"figure"

    def ask(_: int) -> bytes:
        together.wait()
        return cache.get("a", draw)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {b"figure"}
    assert len(drawn) == 1


def test_what_a_key_replaces_makes_room() -> None:
    memory: Memory[tuple[str, int], bytes] = Memory(20, len, lambda new, old: new[0] == old[0])
    memory.get(("a", 1), lambda: b"a" * 10)
    memory.get(("b", 1), lambda: b"b" * 10)
    memory.get(("a", 2), lambda: b"A" * 10)
    memory.get(("b", 1), pytest.fail)
    assert memory.get(("a", 1), lambda: b"again") == b"again"
