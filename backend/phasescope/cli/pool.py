"""The local workers: one process per device, started again when one dies.

A processor counts as one device per core. Several single-threaded workers share two busy cores fairly; one worker
with two threads waits for whichever thread the server or the browser has pushed aside, and was 17 times slower
beside one busy process (docs/performance.md).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

RESTART_SECONDS = 2.0
GRACE_SECONDS = 15.0
MOST_PROCESSES = 8  # each takes some 300 MB


def devices() -> list[str]:
    """One name per CUDA device, or per core. Asked of the driver, so that this process needs no torch."""
    asked = shutil.which("nvidia-smi")
    if asked:
        listed = subprocess.run([asked, "-L"], capture_output=True, text=True, check=False, timeout=30)
        count = sum(line.startswith("GPU ") for line in listed.stdout.splitlines()) if listed.returncode == 0 else 0
        if count:
            return [f"cuda:{number}" for number in range(count)]
    return ["cpu"] * min(os.cpu_count() or 1, MOST_PROCESSES)


class Pool:
    """Worker processes that live as long as this one."""

    def __init__(self, url: str, names: Sequence[str], environment: Mapping[str, str]) -> None:
        self._url, self._environment = url, {**os.environ, **environment}
        self._closing = threading.Event()
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._threads = [
            threading.Thread(target=self._keep, args=(number, device), daemon=True)
            for number, device in enumerate(names, start=1)
        ]

    def start(self) -> None:
        """Start one process per device."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End the workers; each first writes what it has measured to disk."""
        self._closing.set()
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def _keep(self, number: int, device: str) -> None:
        command = [sys.executable, "-m", "phasescope.worker", "--server", self._url, "--device", device]
        command += ["--with-parent", str(os.getpid()), "--name", f"{socket.gethostname()} {number}"]
        if device == "cpu":
            command += ["--threads", "1"]
        while not self._closing.is_set():
            process = subprocess.Popen(command, env=self._environment, start_new_session=True)
            self._processes[number] = process
            code = process.wait()
            if self._closing.wait(RESTART_SECONDS):
                return
            sys.stderr.write(f"The worker on {device} ended (exit code {code}); starting it again.\n")
