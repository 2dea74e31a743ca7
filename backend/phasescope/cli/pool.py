"""The local workers: one process per device, started again when one dies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

RESTART_SECONDS = 2.0
GRACE_SECONDS = 15.0


def devices() -> list[str]:
    """One name per CUDA device, or the processor. Asked of the driver, so that this process needs no torch."""
    asked = shutil.which("nvidia-smi")
    if asked:
        listed = subprocess.run([asked, "-L"], capture_output=True, text=True, check=False, timeout=30)
        count = sum(line.startswith("GPU ") for line in listed.stdout.splitlines()) if listed.returncode == 0 else 0
        if count:
            return [f"cuda:{number}" for number in range(count)]
    return ["cpu"]


class Pool:
    """Worker processes that live as long as this one."""

    def __init__(self, url: str, names: Sequence[str], environment: Mapping[str, str]) -> None:
        self._url, self._environment = url, {**os.environ, **environment}
        self._closing = threading.Event()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._threads = [threading.Thread(target=self._keep, args=(name,), daemon=True) for name in names]

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

    def _keep(self, device: str) -> None:
        command = [sys.executable, "-m", "phasescope.worker", "--server", self._url, "--device", device]
        command += ["--with-parent", str(os.getpid())]
        while not self._closing.is_set():
            process = subprocess.Popen(command, env=self._environment, start_new_session=True)
            self._processes[device] = process
            code = process.wait()
            if self._closing.wait(RESTART_SECONDS):
                return
            sys.stderr.write(f"The worker on {device} ended (exit code {code}); starting it again.\n")
