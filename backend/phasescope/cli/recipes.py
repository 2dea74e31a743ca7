"""`phasescope recipes`: what can be started with one word."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from phasescope.client import Client
from phasescope.core.spec import ExperimentSpec
from phasescope.recipes import RECIPES


def main(arguments: Sequence[str]) -> int:
    """List the recipes, or start one on a running server."""
    parser = argparse.ArgumentParser(prog="phasescope recipes", description="List the recipes, or start one.")
    parser.add_argument("--start", metavar="NAME", help="start this recipe on the running server")
    parser.add_argument("--size", default="small", help="which size to start (default: small)")
    parser.add_argument("--server", default=None, help="address of the server (PHASESCOPE_URL)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    if given.start:
        recipe = RECIPES[given.start]
        with Client(given.server) as client:
            experiment = client.start_recipe(recipe.name, given.size)
            address = f"{client.url}/experiments/{experiment.id}"
        about = {"experiment": experiment.id, "runs": experiment.progress.runs, "address": address}
        sys.stdout.write(f"{json.dumps(about)}\n" if given.json else f"{experiment.name}: {address}\n")
        return 0
    listed = [_about(name) for name in RECIPES]
    sys.stdout.write(f"{json.dumps({'recipes': listed})}\n" if given.json else _table(listed))
    return 0


def _about(name: str) -> dict[str, object]:
    recipe = RECIPES[name]
    sizes = [(size, ExperimentSpec.model_validate(size.experiment)) for size in recipe.sizes]
    return {
        "name": recipe.name,
        "title": recipe.title,
        "reference": recipe.reference,
        "sizes": [{"name": s.name, "runs": spec.count(), "steps": spec.steps, "note": s.note} for s, spec in sizes],
    }


def _table(listed: list[dict[str, object]]) -> str:
    lines = []
    for recipe in listed:
        lines += [f"{recipe['name']}: {recipe['title']}", f"  {recipe['reference']}"]
        sizes = recipe["sizes"]
        assert isinstance(sizes, list)  # as made above
        lines += [f"  --size {s['name']:<6} {s['runs']} runs of {s['steps']:,} steps. {s['note']}" for s in sizes]
    return "\n".join(lines) + "\n"
