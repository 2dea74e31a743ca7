"""Bodies are bounded, address by address, whether or not they say how long they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from phasescope.server.limits import LARGEST_JSON, MEBIBYTE, largest_body


@pytest.mark.parametrize(
    ("path", "mebibytes"),
    [
        ("/api/experiments", 1),
        ("/api/worker/shards/3/blocks", 64),
        ("/api/worker/shards/3/snapshot", 256),
        ("/api/worker/shards/3/finish", 1),
        ("/api/worker/shards/3/blocks/more", 1),
    ],
)
def test_only_values_and_snapshots_may_be_large(path: str, mebibytes: int) -> None:
    assert largest_body(path) == mebibytes * MEBIBYTE


def test_a_body_that_says_it_is_too_large_is_not_read(client: TestClient) -> None:
    answer = client.post("/api/experiments", content=b" " * (LARGEST_JSON + 1))
    assert answer.status_code == 413
    assert answer.json()["error"]["message"].endswith("allowed at this address: at most 1,048,576 bytes.")
    assert "Content-Security-Policy" in answer.headers


def test_a_body_that_does_not_say_so_is_refused_while_it_is_read(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * (LARGEST_JSON // 10)

    answer = client.post("/api/experiments", content=pieces(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["error"]["kind"] == "invalid"
