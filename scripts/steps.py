"""What the set-up scripts share: a step says itself in one line, its output goes to a log, a failure is a sentence."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
CONSTRAINTS = ROOT / "constraints.txt"
LINES_SHOWN = 15  # of a failed program's output; the rest is in the log


class Trouble(Exception):
    """Set-up cannot go on; the message says what to do."""


def say(text: str) -> None:
    """One line for the person who waits, whole even when two steps speak at the same time."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(
    command: Sequence[str | Path], *, advice: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> str:
    """The output of a program. When it fails: its last lines, and the advice, as Trouble."""
    words = [str(word) for word in command]
    try:
        ended = subprocess.run(
            words,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise Trouble(f"{words[0]} could not be started ({error.strerror}).\n{advice}") from error
    _log(words, ended.stdout + ended.stderr)
    if ended.returncode:
        shown = f"{ended.stdout}\n{ended.stderr}".strip().splitlines()[-LINES_SHOWN:]
        indented = "\n".join(f"    {line}" for line in shown)
        name = " ".join([Path(words[0]).name, *words[1:4]])
        raise Trouble(f"{name} … failed:\n{indented}\n{advice}\n(All of it: .cache/setup.log)")
    return ended.stdout


def _log(words: Sequence[str], output: str) -> None:
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.log").open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(words)}\n{output}\n")


class Memory:
    """What was done already, in a small JSON file that is only written after a step has succeeded."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def recall(self, step: str) -> Any:
        """What was remembered of a step; None when it is new or the file cannot be read."""
        try:
            return json.loads(self.file.read_text(encoding="utf-8")).get(step)
        except (OSError, ValueError, AttributeError):
            return None

    def keep(self, step: str, value: Any) -> None:
        """Remember a step that has succeeded."""
        try:
            known = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps({**known, step: value}, indent=1), encoding="utf-8")
        new.replace(self.file)


@contextmanager
def locked(name: str) -> Iterator[None]:
    """One at a time in this folder: `make run` and `make test` may be started side by side."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Waiting for another set-up step that is running in this folder …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(files: Iterable[Path]) -> str:
    """One fingerprint of the names and contents of some files; it does not depend on their dates."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(str(file.relative_to(ROOT)).encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def pinned(package: str) -> str:
    """`package==version` as it stands in constraints.txt."""
    for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines():
        if line.lower().startswith(f"{package.lower()}=="):
            return line.strip()
    raise Trouble(f"constraints.txt has no line for {package}. Restore it: git checkout constraints.txt")


def exit_code(work: Callable[[], None]) -> int:
    """Do the work of a script; Trouble is told as a sentence, without a traceback."""
    try:
        work()
    except Trouble as trouble:
        sys.stderr.write(f"\n{trouble}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Run the same command again: it goes on where it was.\n")
        return 130
    return 0
