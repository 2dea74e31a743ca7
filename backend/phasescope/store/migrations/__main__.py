"""Write the next migration: what tables.py says and the migrations so far do not. Read it before keeping it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from phasescope.store.opening import alembic_config, open_store


def main(message: str) -> None:
    """Compare with an empty store brought up to date."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/empty.sqlite", Path(folder))
        with store.engine.begin() as connection:
            command.revision(alembic_config(connection), message=message, autogenerate=True)
        store.close()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
