"""What every benchmark prints: one JSON object, or a table of the same numbers."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Case:
    """Ours against another's, measured in the same run; `ratio` is how many times better ours is."""

    case: str
    ours: float
    other: float
    unit: str
    ratio: float


def machine() -> str:
    """The machine in words."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}"


def main(name: str, description: str, measure: Callable[[bool], list[Case]]) -> None:
    """Parse --quick and --json, measure, print."""
    parser = argparse.ArgumentParser(prog=name, description=description)
    parser.add_argument("--quick", action="store_true", help="a shorter, rougher measurement")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    where = machine()
    cases = measure(given.quick)
    if given.json:
        print(json.dumps({"benchmark": name, "machine": where, "cases": [asdict(case) for case in cases]}))
        return
    print(f"{name} on {where}")
    for case in cases:
        print(f"  {case.case:<52} {case.ours:>12,.1f} against {case.other:>10,.1f} {case.unit:<14} {case.ratio:6.1f} ×")
