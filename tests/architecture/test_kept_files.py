"""What is kept in git works anywhere: no address of a package registry, no path of one machine, no large file."""

from __future__ import annotations

import re
from pathlib import Path

# Written so that this file does not contain what it forbids.
REGISTRIES = re.compile(r"pyp[i][.]org|pythonhoste[d][.]|registr[y][.]npmjs|debia[n][.]org/debian|downloa[d][.]pytorch")
MACHINE_PATHS = re.compile(r"(?<![\w.~/:>}-])/(?:root|work|home/[a-z]\w*|Users/[A-Za-z]\w*|opt/wheels)(?=/|\b(?!-))")
LARGEST = 2_000_000  # bytes


def text_of(file: Path) -> str:
    data = file.read_bytes()
    return "" if b"\0" in data[:4096] else data.decode("utf-8", errors="replace")


def places(files: list[Path], pattern: re.Pattern[str]) -> list[str]:
    return [f"{file}: {found[0]}" for file in files for found in [pattern.search(text_of(file))] if found]


def test_no_file_names_a_package_registry(kept_files: list[Path]) -> None:
    assert places(kept_files, REGISTRIES) == []


def test_no_file_names_a_path_of_one_machine(kept_files: list[Path]) -> None:
    assert places(kept_files, MACHINE_PATHS) == []


def test_files_are_small(kept_files: list[Path]) -> None:
    assert [str(file) for file in kept_files if file.stat().st_size > LARGEST] == []


def test_addresses_and_paths_are_found(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(f"index = https://{'pypi'}.org/simple and data in /{'home'}/ada/data")
    assert len(places([file], REGISTRIES)) == 1
    assert len(places([file], MACHINE_PATHS)) == 1
