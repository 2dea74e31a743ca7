"""`phasescope verify NAME`: train a recipe, judge its claims, and exit with 0 only if all of them hold."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Sequence

from phasescope.cli.own_server import processor_seconds, some_server
from phasescope.client import Client
from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit
from phasescope.core.errors import NotFound
from phasescope.core.recipe import MAIN, Recipe, Verification
from phasescope.core.records import Experiment
from phasescope.recipes import RECIPES
from phasescope.server.settings import read_settings

POLL_SECONDS = 0.5
OVER = ("finished", "failed", "cancelled")


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when every claim holds, 1 when one does not, 2 when there is no such recipe or size."""
    parser = argparse.ArgumentParser(prog="phasescope verify", description=__doc__)
    parser.add_argument("name", help="which recipe: `phasescope recipes` lists them")
    parser.add_argument("--size", default="small", help="which size (default: small)")
    parser.add_argument("--seeds", type=_count, help="seeds of each cell (default: what the recipe says)")
    parser.add_argument("--workers", type=_count, help="at most so many local workers (default: one per device)")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    given = parser.parse_args(arguments)
    recipe = RECIPES[given.name]
    if recipe.size(given.size) is None:
        raise NotFound("size", given.size, [size.name for size in recipe.sizes])
    verification = verified(recipe, given.size, seeds=given.seeds, workers=given.workers, quiet=given.json)
    sys.stdout.write(f"{verification.model_dump_json()}\n" if given.json else f"{table(verification)}\n")
    return 0 if verification.holds else 1


def verified(recipe: Recipe, size: str, *, seeds: int | None, workers: int | None, quiet: bool) -> Verification:
    """Train what is not trained yet, in the data folder, and have the claims judged."""
    settings = read_settings()
    with some_server(settings.home, workers=workers) as (address, process), Client(address) as client:
        chosen = recipe.size(size)
        names = list(chosen.experiments()) if chosen else []
        begun = {name: _begun(client, recipe, size, name, seeds) for name in names}
        trained = any(experiment.state not in OVER for experiment in begun.values())
        for experiment in begun.values():
            _follow(client, experiment, quiet=quiet)
        used = 0.0 if not trained else None if process is None else processor_seconds(process)
        numbers = {name: experiment.id for name, experiment in begun.items()}
        return client.verify_recipe(recipe.name, size, numbers, machine=machine(), processor_seconds=used)


def _begun(client: Client, recipe: Recipe, size: str, name: str, seeds: int | None) -> Experiment:
    """The same experiment, where it was started before; or a new one, which shares all runs that exist."""
    chosen = recipe.size(size)
    raw = chosen.experiments()[name] if chosen else {}
    meant = admit(raw if seeds is None else {**raw, "seeds": seeds}, kept_catalogue())
    for listed in client.experiments():
        if listed.recipe == recipe.name and listed.state not in ("failed", "cancelled"):
            experiment = client.experiment(listed.id)
            if experiment.spec == meant:
                return experiment
    return client.start_recipe(recipe.name, size, companion=None if name == MAIN else name, seeds=seeds)


def _follow(client: Client, experiment: Experiment, *, quiet: bool) -> None:
    """Wait until it is over."""
    while experiment.state not in OVER:
        time.sleep(POLL_SECONDS)
        experiment = client.experiment(experiment.id)
        if not quiet and sys.stdout.isatty():
            done = experiment.progress.run_steps_done / max(1, experiment.progress.run_steps_total)
            sys.stdout.write(f"\r{done:6.1%} of {experiment.progress.runs:,} runs   ")
            sys.stdout.flush()
    if not quiet and sys.stdout.isatty():
        sys.stdout.write("\r\033[K")


def machine() -> str:
    """This machine in words: system, processor, cores."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def table(verification: Verification) -> str:
    """One claim a line: whether it holds, what was found, the bound, and the statement."""
    rows = [("", "measured", "criterion", "claim")]
    for verdict in verification.verdicts:
        about = f"{verdict.statement} [{verdict.measured}]"
        rows.append(("holds" if verdict.holds else "FAILS", verdict.found, verdict.criterion, about))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join([*(part.ljust(w) for part, w in zip(row, widths, strict=False)), row[3]]) for row in rows]
    held = sum(verdict.holds for verdict in verification.verdicts)
    used = verification.processor_seconds
    cost = "" if used is None else f", {used:,.0f} processor seconds"
    lines.append(
        f"{verification.recipe}, {verification.size}: {held} of {len(verification.verdicts)} claims hold{cost}."
    )
    return "\n".join(lines)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} was given; allowed: 1 or more")
    return number
