"""`phasescope catalogue`: write (or check) the built-in catalogue that a server without torch reads."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from phasescope.core.catalogue import KEPT
from phasescope.worker.catalogue import laboratory_catalogue


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 when --check finds the kept file stale."""
    parser = argparse.ArgumentParser(prog="phasescope catalogue", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the kept file is stale")
    parser.add_argument("--json", action="store_true", help="print the catalogue instead of writing it")
    given = parser.parse_args(arguments)
    text = json.dumps(laboratory_catalogue().model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    if given.json:
        sys.stdout.write(text)
    elif given.check:
        if not KEPT.exists() or KEPT.read_text(encoding="utf-8") != text:
            sys.stderr.write(f"{KEPT.name} is stale: `make generate` renews it.\n")
            return 1
        sys.stdout.write(f"{KEPT.name} is up to date.\n")
    else:
        KEPT.write_text(text, encoding="utf-8")
        sys.stdout.write(f"Wrote {KEPT.name}.\n")
    return 0
