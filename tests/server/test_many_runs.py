"""Many runs: what a page asks for stays quick, and runs that were read once are not read again until they change."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from phasescope.core.records import Run
from phasescope.server.app import create_app
from phasescope.server.run_memory import run_memory
from phasescope.server.settings import Settings

from .toy_worker import ToyWorker

FILL = Path(__file__).parents[2] / "scripts" / "fill_store.py"
SIDE, OTHERS, EACH = 40, 1, 100


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A store of an experiment of 1,600 runs and one of 100; the tests of 20,000 are slow ones, in the browser."""
    home = tmp_path_factory.mktemp("many")
    size = [f"--large={SIDE**2}", f"--others={OTHERS}", f"--each={EACH}"]
    subprocess.run([sys.executable, str(FILL), str(home), *size], check=True, capture_output=True)
    settings = Settings(home=home, host="127.0.0.1", port=8787, database_url=None, page=None)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8787") as opened:
        opened.get("/api/experiments/2/figures/phase_diagram")  # what a process needs once
        yield opened


def seconds(act: Callable[[], object]) -> float:
    """Of the processor, whoever else uses the machine; the quickest of three."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        act()
        taken.append(time.process_time() - start)
    return min(taken)


def test_what_a_page_asks_for_stays_quick(many: TestClient) -> None:
    listed = many.get("/api/experiments").json()
    assert sorted(experiment["progress"]["runs"] for experiment in listed) == [*[EACH] * OTHERS, SIDE**2]
    table = "/api/experiments/1/table?columns=test_accuracy&columns=phase"
    found = many.get(table).json()
    assert len(found["runs"]) == SIDE**2
    assert None not in found["values"]["test_accuracy"]
    drawn = "/api/experiments/1/figures/phase_diagram"
    assert sum(many.get(drawn).json()["layout"]["meta"]["counts"].values()) == SIDE**2
    assert seconds(lambda: many.get(drawn)) < 0.05
    steps = iter((700, 800, 900))
    assert seconds(lambda: many.get(drawn, params={"step": next(steps)})) < 0.5
    assert seconds(lambda: many.get(table)) < 0.25
    assert seconds(lambda: many.get("/api/experiments")) < 0.1


def test_runs_that_change_are_read_again(client: TestClient, experiment: int) -> None:
    table = f"/api/experiments/{experiment}/table"
    assert client.get(table).json()["states"] == ["queued"] * 4
    worker = ToyWorker(client)
    lease = worker.lease()
    worker.put_block(lease, lease.steps)
    worker.finish(lease)
    assert client.get(table).json()["states"] == ["finished"] * 4
    client.post(f"/api/experiments/{experiment}/extensions", json=[{"first_seed": 1}]).raise_for_status()
    assert sorted(client.get(table).json()["states"]) == ["finished"] * 4 + ["queued"] * 4


def runs(count: int) -> tuple[Run, ...]:
    return tuple(
        Run(id=number, point={}, seed=0, state="queued", step=0, message=None, summary={}) for number in range(count)
    )


def test_who_asks_while_runs_are_read_waits_for_them() -> None:
    memory, read, answers = run_memory(), [], []
    begun, may_go_on = threading.Event(), threading.Event()

    def slowly() -> tuple[Run, ...]:
        read.append(1)
        begun.set()
        may_go_on.wait(10)
        return runs(3)

    askers = [threading.Thread(target=lambda: answers.append(memory.get((1, 5), slowly))) for _ in range(4)]
    for asker in askers:
        asker.start()
    assert begun.wait(10)
    may_go_on.set()
    for asker in askers:
        asker.join(10)
    assert len(read) == 1
    assert [len(answer) for answer in answers] == [3] * 4


def test_older_versions_and_what_is_too_much_are_forgotten() -> None:
    memory, read = run_memory(most_runs=10), []

    def ask(experiment: int, version: int, count: int) -> None:
        def reading() -> tuple[Run, ...]:
            read.append((experiment, version))
            return runs(count)

        memory.get((experiment, version), reading)

    ask(1, 1, 4)
    ask(1, 2, 4)
    ask(2, 1, 4)
    ask(1, 2, 4)
    assert read == [(1, 1), (1, 2), (2, 1)]
    ask(3, 1, 4)  # of the three the second was asked for longest ago
    ask(1, 2, 4)
    ask(2, 1, 4)
    assert read == [(1, 1), (1, 2), (2, 1), (3, 1), (2, 1)]


def test_a_reading_that_fails_is_tried_again() -> None:
    memory = run_memory()

    def failing() -> tuple[Run, ...]:
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        memory.get((1, 1), failing)
    assert len(memory.get((1, 1), lambda: runs(2))) == 2
