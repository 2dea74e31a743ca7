"""The recipes' claims, verified by training: the three quickest always, on one seed; the rest is slow."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phasescope.recipes import RECIPES
from phasescope.store import experiments, open_store

QUICKEST = ("causal_structure", "early_and_late_bias", "lazy_to_rich")


def command(home: Path, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PHASESCOPE_HOME": str(home)}
    line = [sys.executable, "-m", "phasescope.cli", "verify", *words]
    return subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=3000)
    return process.returncode, out, err


def failures(out: str) -> list[str]:
    found = json.loads(out)
    return [f"{each['claim']}: {each['found']}, {each['criterion']}" for each in found["verdicts"] if not each["holds"]]


@pytest.fixture(scope="module")
def home(serve_all: Callable[..., Any]) -> Path:
    """A data folder with a server, which the commands use."""
    served = serve_all("--no-demo", "--workers", "1")
    return Path(served.home)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", QUICKEST[1:])
def test_the_quickest_hold_on_one_seed(name: str, home: Path) -> None:
    code, out, err = ended(command(home, name, "--seeds", "1", "--json"))
    assert out, err
    assert failures(out) == []
    assert code == 0


@pytest.mark.timeout(600)
def test_an_interrupted_verification_goes_on_where_it_was(tmp_path: Path) -> None:
    first = command(tmp_path, QUICKEST[0], "--seeds", "1")
    address = None
    until = time.monotonic() + 120
    while not address and time.monotonic() < until and first.poll() is None:
        lock = tmp_path / "server.lock"
        address = lock.read_text() if lock.exists() else None
        time.sleep(0.2)
    time.sleep(3)
    first.send_signal(signal.SIGINT)
    ended(first)
    code, out, err = ended(command(tmp_path, QUICKEST[0], "--seeds", "1", "--json"))
    assert out, err
    assert (code, failures(out)) == (0, [])
    store = open_store(f"sqlite:///{tmp_path / 'phasescope.sqlite'}", tmp_path)
    with store.read() as session:
        assert experiments.count(session) == 1  # the same experiment, not a second one
    store.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", [name for name in RECIPES if name not in QUICKEST])
def test_the_others_hold(name: str, tmp_path: Path) -> None:
    code, out, err = ended(command(tmp_path, name, "--json"))
    assert out, err
    assert failures(out) == []
    assert code == 0


def test_a_recipe_or_size_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    code, _, err = ended(command(tmp_path, "lazy_to_ritch"))
    assert code == 2
    assert "Did you mean 'lazy_to_rich'?" in err
    code, _, err = ended(command(tmp_path, "lazy_to_rich", "--size", "large"))
    assert (code, "Available: paper, small." in err) == (2, True)
    assert not (tmp_path / "phasescope.sqlite").exists()
