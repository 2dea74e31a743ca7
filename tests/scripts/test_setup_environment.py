"""The environment: made once, made anew when it was moved, with a build of torch that fits the machine."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import setup_environment
import steps


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty clone, in a folder with a space, that the script takes for its own."""
    clone = tmp_path / "a clone"
    clone.mkdir()
    at(clone, monkeypatch)
    return clone


def at(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "CACHE", clone / ".cache")
    monkeypatch.setattr(setup_environment, "ROOT", clone)
    monkeypatch.setattr(setup_environment, "VENV", clone / ".venv")
    monkeypatch.setattr(setup_environment, "PYTHON", clone / ".venv/bin/python")
    monkeypatch.setattr(setup_environment, "MEMORY", steps.Memory(clone / ".venv/phasescope-setup.json"))


def pip_of(clone: Path) -> str:
    answer = subprocess.run([clone / ".venv/bin/pip", "--version"], check=True, capture_output=True, text=True)
    return answer.stdout


def test_an_environment_is_made_once_and_again_when_the_folder_was_moved(
    clone: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert setup_environment.ensure_environment()
    assert str(clone) in pip_of(clone)
    assert not setup_environment.ensure_environment()
    moved = clone.rename(tmp_path / "moved")
    at(moved, monkeypatch)
    assert setup_environment.ensure_environment()
    assert str(moved) in pip_of(moved)


def test_an_environment_that_works_is_kept_and_a_broken_one_is_not(clone: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", clone / ".venv"], check=True)
    (clone / ".venv/mine").touch()
    assert setup_environment.ensure_environment()  # no pip in it: broken
    assert not (clone / ".venv/mine").exists()
    (clone / ".venv/mine").touch()
    (clone / ".venv/phasescope-setup.json").unlink()
    assert setup_environment.ensure_environment()  # works, but was made by somebody else
    assert (clone / ".venv/mine").exists()


@pytest.mark.parametrize(
    ("policy", "system", "nvidia", "build"),
    [
        ("auto", "Linux", False, "cpu"),
        ("auto", "Linux", True, "default"),
        ("auto", "Darwin", False, "default"),
        ("cpu", "Linux", True, "cpu"),
        ("default", "Linux", False, "default"),
    ],
)
def test_the_build_of_torch_fits_the_machine(policy: str, system: str, nvidia: bool, build: str) -> None:
    assert setup_environment.torch_build(policy, system=system, nvidia=nvidia) == build


@pytest.mark.parametrize(
    ("version", "requires", "small"),
    [
        ("2.13.0+cpu", ["sympy", "networkx"], True),
        ("2.13.0", ["sympy", 'nvidia-cublas==13.1; platform_system == "Linux"'], False),
        ("2.13.0", ["sympy", "triton==3.7; platform_system == 'Linux'"], False),
        ("2.13.0", ["sympy"], True),
    ],
)
def test_a_build_that_brings_cuda_is_not_taken_for_a_small_one(version: str, requires: list[str], small: bool) -> None:
    report = json.dumps({"install": [{"metadata": {"version": version, "requires_dist": requires}}]})
    assert setup_environment.resolved_build(report) == (version, small)


def test_an_unknown_policy_is_refused_by_name() -> None:
    with pytest.raises(steps.Trouble, match="PHASESCOPE_TORCH is 'gpu'; allowed: auto, cpu, default"):
        setup_environment.ensure_torch("gpu")


def test_a_build_that_was_chosen_once_stays_until_another_is_named(clone: Path) -> None:
    setup_environment.MEMORY.keep("torch", {"pin": steps.pinned("torch"), "policy": "default"})
    assert not setup_environment.ensure_torch(None)
    assert not setup_environment.ensure_torch("default")


def test_the_fingerprint_follows_dependencies_and_not_other_settings(clone: Path) -> None:
    settings = '[build-system]\nrequires = ["setuptools"]\n[project]\ndependencies = ["numpy"]\n'
    (clone / "pyproject.toml").write_text(settings)
    before = setup_environment.dependencies()
    (clone / "pyproject.toml").write_text(f"{settings}[tool.ruff]\nline-length = 100\n")
    assert setup_environment.dependencies() == before
    (clone / "pyproject.toml").write_text(settings.replace("numpy", "numpy>=2"))
    assert setup_environment.dependencies() != before


def test_every_dependency_is_pinned(scripts: Path) -> None:
    """What pyproject.toml names has a line in constraints.txt: an install takes what was tried."""
    table = tomllib.loads((scripts.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*table["dependencies"], *(line for extra in table["optional-dependencies"].values() for line in extra)]
    packages = {line.partition(">")[0].partition("[")[0].strip() for line in named}
    assert {package for package in packages if "==" not in steps.pinned(package)} == set()


def test_the_version_of_what_is_installed_has_no_local_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_environment, "PYTHON", Path(sys.executable))
    assert setup_environment.installed_version("torch") == steps.pinned("torch").partition("==")[2]
    assert setup_environment.installed_version("nonesuch") is None
