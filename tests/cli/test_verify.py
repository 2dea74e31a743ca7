"""What `phasescope verify` prints, and how processor seconds are counted."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phasescope.cli.own_server import TERMINATED, processor_seconds, some_server
from phasescope.cli.ownership import owned
from phasescope.cli.verify import table
from phasescope.core.errors import Unreachable
from phasescope.core.recipe import Verdict, Verification


def verdict(name: str, *, holds: bool) -> Verdict:
    return Verdict(claim=name, statement=f"{name} is so.", measured="a share", criterion="at least 1", values=(1.0,),
                   found="1", holds=holds, lacking=())  # fmt: skip


def test_the_table_tells_what_holds_and_what_it_cost() -> None:
    made = Verification(
        recipe="made_up", size="small", seeds=2, holds=False, experiments={"main": 1}, made_at=datetime.now(UTC),
        verdicts=(verdict("one", holds=True), verdict("two", holds=False)), machine="here", processor_seconds=61.0,
    )  # fmt: skip
    head, one, two, last = table(made).splitlines()
    assert head.split() == ["measured", "criterion", "claim"]
    assert one.startswith("holds")
    assert two.startswith("FAILS")
    assert "two is so. [a share]" in two
    assert last == "made_up, small: 1 of 2 claims hold, 61 processor seconds."


def test_processor_seconds_count_a_process_and_its_children() -> None:
    """One that starts another, which works for two seconds of processor time."""
    work = "import time\nwhile time.process_time() < 2.2: pass\nprint('done', flush=True)\ninput()"
    program = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {work!r}], check=True)"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        assert started.stdin is not None
        assert started.stdout.readline() == "done\n"
        assert processor_seconds(started.pid) >= 2
        started.stdin.write("\n")
        started.stdin.close()
        started.wait(30)


def test_a_server_that_does_not_start_is_a_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The store of the data folder is no store."""
    (tmp_path / "phasescope.sqlite").write_bytes(b"nothing that a database would write" * 100)
    with pytest.raises(Unreachable, match="did not start"), some_server(tmp_path, workers=1):
        pass
    assert "is not an SQLite database" in capfd.readouterr().err


def test_a_command_that_is_told_to_end_ends_its_server_too(tmp_path: Path) -> None:
    program = (
        "import pathlib, time\nfrom phasescope.cli.own_server import some_server\n"
        f"with some_server(pathlib.Path({str(tmp_path)!r}), workers=1) as found:\n"
        "    print(found[0], flush=True)\n    time.sleep(100)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        assert command.stdout.readline().startswith("http")
        command.send_signal(signal.SIGTERM)
        assert command.wait(30) == TERMINATED
    with owned(tmp_path):  # raises where a server still has the folder
        pass
