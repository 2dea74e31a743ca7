"""`phasescope catalogue`: write (or check) the built-in catalogue, and the pages that are made from what there is."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from phasescope.cli.recipes_page import page_of_recipes
from phasescope.cli.reference_page import page_of_measures
from phasescope.core.catalogue import KEPT
from phasescope.worker.catalogue import laboratory_catalogue


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 when --check finds the kept file stale."""
    parser = argparse.ArgumentParser(prog="phasescope catalogue", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the kept file is stale")
    parser.add_argument("--json", action="store_true", help="print the catalogue instead of writing it")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="also the reference page of measures, in this file")
    parser.add_argument("--recipes", type=Path, metavar="FILE", help="also the gallery of recipes, in this file")
    given = parser.parse_args(arguments)
    catalogue = laboratory_catalogue()
    text = json.dumps(catalogue.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    if given.json:
        sys.stdout.write(text)
        return 0
    files = {KEPT: text} | ({given.docs: page_of_measures(catalogue)} if given.docs else {})
    if given.recipes:
        files[given.recipes] = page_of_recipes()
    if given.check:
        return max(_checked(file, wanted) for file, wanted in files.items())
    for file, wanted in files.items():
        file.write_text(wanted, encoding="utf-8")
        sys.stdout.write(f"Wrote {file.name}.\n")
    return 0


def _checked(file: Path, wanted: str) -> int:
    if not file.exists() or file.read_text(encoding="utf-8") != wanted:
        sys.stderr.write(f"{file.name} is stale: `make generate` renews it.\n")
        return 1
    sys.stdout.write(f"{file.name} is up to date.\n")
    return 0
