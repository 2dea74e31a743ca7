"""`phasescope doctor`: look at this installation and say what is missing."""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

from phasescope.cli.ownership import ready
from phasescope.cli.pool import devices
from phasescope.core.catalogue import KEPT
from phasescope.core.errors import PhasescopeError
from phasescope.server.serve import choose_port
from phasescope.server.settings import read_settings


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `ok` is False where something must be done."""

    what: str
    ok: bool
    said: str


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 when something must be done."""
    parser = argparse.ArgumentParser(prog="phasescope doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    findings = [_python(), _torch(), _devices(), _settings()]
    if findings[-1].ok:
        findings += [_page(), _port(), _store()]
    findings.append(_catalogue())
    if given.json:
        about = {"ok": all(f.ok for f in findings), "findings": [asdict(f) for f in findings]}
        sys.stdout.write(f"{json.dumps(about)}\n")
    else:
        lines = [f"{'ok ' if f.ok else 'NO '} {f.what:<10} {f.said}" for f in findings]
        sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(f.ok for f in findings) else 1


def _python() -> Finding:
    return Finding("python", sys.version_info >= (3, 11), f"{platform.python_version()} (3.11 or newer is needed)")


def _torch() -> Finding:
    if importlib.util.find_spec("torch") is None:
        said = "is not installed: this machine can serve but not train. `pip install phasescope[laboratory]`"
        return Finding("torch", False, said)
    try:
        return Finding("torch", True, version("torch"))
    except PackageNotFoundError:
        return Finding("torch", False, "is here but broken; run `make setup` again")


def _devices() -> Finding:
    names = devices()
    if set(names) == {"cpu"}:
        return Finding("devices", True, f"{len(names)} cores (no NVIDIA device answers)")
    code = "import torch; print(torch.cuda.device_count())"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    usable = seen.returncode == 0 and seen.stdout.strip() == str(len(names))
    said = ", ".join(names) if usable else f"{', '.join(names)}, but this torch cannot use them: install a CUDA build"
    return Finding("devices", usable, said)


def _settings() -> Finding:
    try:
        settings = read_settings()
    except PhasescopeError as error:
        return Finding("settings", False, str(error))
    return Finding("settings", True, f"data in {settings.home}")


def _page() -> Finding:
    folder = read_settings().page_folder
    built = (folder / "index.html").is_file()
    return Finding("page", built, "is built" if built else "is not built yet: `make page`")


def _port() -> Finding:
    settings = read_settings()
    _, note = choose_port(settings.host, settings.port)
    return Finding("port", True, note or f"{settings.port} is free")


def _store() -> Finding:
    """Looks and does not open: opening would bring an old store up to date."""
    settings = read_settings()
    if settings.database_url is not None:
        return Finding("store", True, "a database of your own (PHASESCOPE_DATABASE_URL), opened when the server starts")
    path = settings.home / "phasescope.sqlite"
    if path.is_file():
        with path.open("rb") as file:
            sound = file.read(16) == b"SQLite format 3\0"
        return Finding("store", sound, str(path) if sound else f"{path} is not an SQLite database; move it away")
    try:
        ready(settings.home)
    except PhasescopeError as error:
        return Finding("store", False, str(error))
    return Finding("store", True, f"will be made in {settings.home}")


def _catalogue() -> Finding:
    return Finding("catalogue", KEPT.exists(), "is there" if KEPT.exists() else "is missing: `make generate`")
