"""Makes .venv and installs Phasescope into it, with the versions of constraints.txt.

Only the standard library is used: this runs before anything is installed. Each step is skipped when it was done
before and nothing that it depends on has changed, so a second call takes a moment.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from steps import CONSTRAINTS, ROOT, VENV, Memory, Trouble, exit_code, locked, pinned, run, say

PYTHON = VENV / "bin" / "python"
MEMORY = Memory(VENV / "phasescope-setup.json")
EXTRAS = ("laboratory", "server")
POLICIES = ("auto", "cpu", "default")
NETWORK = "Is there a network connection? Run the same command again: what is done already is kept."
NO_CPU_BUILD = (
    "A build of torch for CPU could not be installed, and the normal build brings several gigabytes of CUDA with it.\n"
    "Take the normal build:    PHASESCOPE_TORCH=default make run\n"
    "or install {pin} into .venv yourself and run the same command again."
)


def main() -> int:
    """The command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also what tests and checks need")
    arguments = parser.parse_args()
    return exit_code(lambda: set_up(tests=arguments.tests))


def set_up(*, tests: bool) -> None:
    """Everything that Python needs; `tests` adds the developers' packages."""
    started = time.monotonic()
    with locked("setup"):
        steps = [ensure_environment(), ensure_torch(os.environ.get("PHASESCOPE_TORCH")), ensure_package(tests=tests)]
    if any(steps):
        say(f"The environment is ready ({time.monotonic() - started:.0f} s): .venv")


def ensure_environment() -> bool:
    """A virtual environment in .venv that works from where this folder is now; True when it had to be made."""
    if PYTHON.exists() and MEMORY.recall("environment") == str(ROOT):
        return False
    adopted = MEMORY.recall("environment") is None and _works(PYTHON)
    if not adopted:
        reason = " (this folder was moved, or the old one is broken)" if VENV.exists() else ""
        say(f"Making a Python {platform.python_version()} environment in .venv{reason}; a few seconds")
        # The interpreter below this one: this script may itself run on the environment that is made anew.
        base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
        maker = base if base.exists() else Path(sys.executable)
        run([maker, "-m", "venv", "--clear", VENV], advice="Is there room on the disk, and may you write here?")
    MEMORY.keep("environment", str(ROOT))
    return True


def _works(python: Path) -> bool:
    test = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return python.exists() and subprocess.run([python, "-c", test], check=False, capture_output=True).returncode == 0


def pip_install(*what: str | Path, advice: str = NETWORK) -> None:
    """Install with pip, within constraints.txt. Modules are compiled when first imported, not all of them now."""
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-compile"]
    run([PYTHON, "-m", "pip", "install", *quiet, "--constraint", CONSTRAINTS, *what], advice=advice)


def ensure_torch(policy: str | None) -> bool:
    """torch, in a build that fits this machine. Without a stated policy, what was installed before is kept."""
    pin = pinned("torch")
    if policy is not None and policy not in POLICIES:
        raise Trouble(f"PHASESCOPE_TORCH is {policy!r}; allowed: {', '.join(POLICIES)}.")
    kept = MEMORY.recall("torch") or {}
    if kept.get("pin") == pin and policy in (None, kept.get("policy")):
        return False
    wanted = policy or "auto"
    if kept and kept.get("policy") != wanted:  # pip takes 2.13.0 and 2.13.0+cpu for the same: the old one must go
        run([PYTHON, "-m", "pip", "uninstall", "--quiet", "--yes", "torch"], advice=NETWORK)
    if torch_build(wanted, system=platform.system(), nvidia=has_nvidia()) == "cpu":
        install_cpu_torch(pin)
    else:
        say(f"Installing {pin}, the normal build for this machine; with CUDA it is several gigabytes")
        pip_install(pin)
    MEMORY.keep("torch", {"pin": pin, "policy": wanted})
    return True


def torch_build(policy: str, *, system: str, nvidia: bool) -> str:
    """`cpu` or `default`: on Linux the normal build carries CUDA, which only a machine with an NVIDIA device needs."""
    if policy != "auto":
        return policy
    return "cpu" if system == "Linux" and not nvidia else "default"


def has_nvidia() -> bool:
    """Whether the NVIDIA driver answers."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return False
    try:
        return subprocess.run([command], check=False, capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install_cpu_torch(pin: str) -> None:
    """The CPU build, from pip when it finds one, otherwise by uv, which knows where they are kept."""
    if installed_version("torch") == pin.partition("==")[2]:
        return
    _renew_old_pip()
    query = ["--dry-run", "--no-deps", "--report", "-", "--quiet", "--disable-pip-version-check", "--no-input"]
    report = run([PYTHON, "-m", "pip", "install", *query, pin], advice=NETWORK)
    version, is_small = resolved_build(report)
    if is_small:
        say(f"Installing torch {version} for CPU; about 200 MB, usually under a minute")
        pip_install(f"torch=={version}")
        return
    say(f"Installing {pin} for CPU by uv; about 200 MB, usually under a minute")
    pip_install("uv")
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON), "--torch-backend=cpu"]
    run([*uv, "--constraint", str(CONSTRAINTS), pin], advice=NO_CPU_BUILD.format(pin=pin))


def _renew_old_pip() -> None:
    """pip before 23.2 downloads a whole wheel to learn its version: here, a gigabyte."""
    major, minor = (int(part) for part in (installed_version("pip") or "0.0").split(".")[:2])
    if (major, minor) < (23, 2):
        say("Renewing pip")
        pip_install("--upgrade", "pip>=23.2")


def resolved_build(report: str) -> tuple[str, bool]:
    """From pip's report: the version of torch that it would install, and whether that comes without CUDA."""
    metadata: dict[str, Any] = json.loads(report)["install"][0]["metadata"]
    requirements = [line.lower() for line in metadata.get("requires_dist", [])]
    heavy = any(line.startswith(("nvidia", "cuda", "triton", "pytorch-triton")) for line in requirements)
    version = str(metadata["version"])
    return version, version.endswith("+cpu") or not heavy


def installed_version(package: str) -> str | None:
    """The public version of a package in .venv, without a local part such as +cpu."""
    ask = f"import importlib.metadata as m; print(m.version({package!r}))"
    answer = subprocess.run([PYTHON, "-c", ask], check=False, capture_output=True, text=True)
    return answer.stdout.strip().partition("+")[0] if answer.returncode == 0 else None


def ensure_package(*, tests: bool) -> bool:
    """Phasescope itself, editable, with what it needs; True when something had to be installed."""
    step = "tests" if tests else "package"
    wanted = dependencies()
    if wanted in (MEMORY.recall(step), MEMORY.recall("tests")):
        return False
    extras = (*EXTRAS, "dev") if tests else EXTRAS
    what = "what its tests and checks need" if tests else "its server and command line"
    say(f"Installing Phasescope with {what}; usually under a minute")
    pip_install("--editable", f"{ROOT}[{','.join(extras)}]")
    MEMORY.keep(step, wanted)
    return True


def dependencies() -> str:
    """Fingerprint of what decides what is installed: the other settings in pyproject.toml may change freely."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    deciding = [settings["build-system"], settings["project"], CONSTRAINTS.read_text(encoding="utf-8")]
    return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
