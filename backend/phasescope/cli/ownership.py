"""One server owns a data folder: a lock that the operating system gives back when the process ends, however it ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from phasescope.core.errors import Conflict, InvalidSpec, Problem


def ready(home: Path) -> None:
    """Make the data folder and see that it can be written to; raises InvalidSpec."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / ".writable").open("w"):
            pass
        (home / ".writable").unlink()
    except OSError as error:
        sentence = f"PHASESCOPE_HOME: {home} cannot be used as the data folder ({error.strerror}); give another."
        raise InvalidSpec([Problem("home", sentence)]) from error


@contextmanager
def owned(home: Path) -> Iterator[IO[str]]:
    """Own the folder while inside. Yields a file to write the address into; raises Conflict when it is owned."""
    path = home / "server.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            address = path.read_text().strip()
            where = f" at {address}: open that" if address else ""
            raise Conflict(
                f"Another server is using {home}{where}, or give this one a folder of its own (PHASESCOPE_HOME)."
            ) from error
        file.truncate(0)
        yield file
        file.truncate(0)
