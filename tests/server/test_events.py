"""News reach every open page, merged, at a bearable pace, from any thread."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections.abc import AsyncGenerator

from sse_starlette import ServerSentEvent

from phasescope.server.events import PAUSE_SECONDS, Broker, Event


def told(news: ServerSentEvent) -> tuple[str | None, dict[str, int]]:
    return news.event, json.loads(news.data or "{}")


async def opened(broker: Broker) -> AsyncGenerator[ServerSentEvent, None]:
    stream = broker.stream()
    assert (await anext(stream)).comment == "open"
    return stream


def test_an_event_reaches_every_open_stream() -> None:
    async def play() -> None:
        broker = Broker()
        streams = [await opened(broker), await opened(broker)]
        broker.publish(Event("experiment", 3, 17))
        broker.publish(Event("worker", 1))
        for stream in streams:
            assert told(await anext(stream)) == ("experiment", {"id": 3, "version": 17})
            assert told(await anext(stream)) == ("worker", {"id": 1})

    asyncio.run(play())


def test_many_changes_of_one_experiment_become_about_four_a_second_and_the_last_is_told() -> None:
    async def play() -> list[tuple[int, float]]:
        broker = Broker()
        heard: list[tuple[int, float]] = []
        stream = await opened(broker)

        def write() -> None:
            for version in range(1, 201):
                broker.publish(Event("experiment", 1, version))
                time.sleep(0.005)

        writer = threading.Thread(target=write)
        writer.start()
        while not heard or heard[-1][0] < 200:
            heard.append((told(await anext(stream))[1]["version"], time.monotonic()))
        writer.join()
        return heard

    heard = asyncio.run(play())
    assert 3 <= len(heard) <= 12
    assert [version for version, _ in heard] == sorted({version for version, _ in heard})
    assert all(later - earlier >= PAUSE_SECONDS * 0.9 for (_, earlier), (_, later) in itertools.pairwise(heard))


def test_one_busy_experiment_does_not_hide_another() -> None:
    async def play() -> None:
        broker = Broker()
        stream = await opened(broker)
        for version in range(50):
            broker.publish(Event("experiment", 1, version))
        broker.publish(Event("experiment", 2, 1))
        assert [told(await anext(stream))[1]["id"] for _ in range(2)] == [1, 2]

    asyncio.run(play())


def test_a_page_that_leaves_is_forgotten() -> None:
    async def play() -> None:
        broker = Broker()
        stream = await opened(broker)
        assert broker.open_streams == 1
        await stream.aclose()
        assert broker.open_streams == 0
        broker.publish(Event("experiment", 1, 1))

    asyncio.run(play())


def test_closing_ends_every_stream_at_once() -> None:
    async def play() -> float:
        broker = Broker()
        stream = await opened(broker)
        threading.Timer(0.05, broker.close).start()
        began = time.monotonic()
        assert [news async for news in stream] == []
        return time.monotonic() - began

    assert asyncio.run(play()) < 1
