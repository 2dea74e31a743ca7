"""Write the description of the API, from which the page's types are generated.

python -m phasescope.server.openapi [--output FILE] [--check FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from phasescope.server.app import create_app
from phasescope.server.settings import Settings


def description() -> str:
    """Canonical JSON: the same program gives the same bytes on every machine, whatever its environment says."""
    settings = Settings(home=Path("/"), host="127.0.0.1", port=8787, database_url=None, page=None)
    return json.dumps(create_app(settings).openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Exit 1 when the file that was checked is stale."""
    parser = argparse.ArgumentParser(prog="python -m phasescope.server.openapi", description="Describe the HTTP API.")
    parser.add_argument("--output", type=Path, help="write to this file instead of the terminal")
    parser.add_argument("--check", type=Path, help="write nothing; fail when this file is not up to date")
    chosen = parser.parse_args(arguments)
    text = description()
    if chosen.check is not None:
        if chosen.check.is_file() and chosen.check.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write(f"{chosen.check} is not up to date; renew it with `make generate`.\n")
        return 1
    if chosen.output is not None:
        chosen.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
