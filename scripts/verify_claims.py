"""Train the small size of every recipe, judge its claims, and write docs/claims.md; exits with 1 when one fails.

    python scripts/verify_claims.py [--only RECIPE …] [--workers N]

Results are kept in PHASESCOPE_HOME (default here: .cache/claims): what was interrupted goes on, and what is trained is
not trained again. Recipes that were not verified are named as such in the page, never left out.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from phasescope.cli.verify import table, verified
from phasescope.core.recipe import Verification
from phasescope.recipes import RECIPES
from phasescope.server.settings import read_settings
from phasescope.store import open_store, verifications

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/claims.md"
HEAD = """# Claims, verified

Every recipe states what training must bear out, with a number and a bound. This page is written by `make claims`,
which trains the small size of each and judges it; a claim that does not hold says so. Values are medians over seeds
with the smallest and the largest; a bound must be kept in every seed unless it says otherwise. Seconds are those of
processors, all processes together, on the machine that is named.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="*", default=[], help="only these recipes")
    parser.add_argument("--workers", type=int, help="at most so many local workers")
    parser.add_argument("--no-training", action="store_true", help="only write the page from what is kept")
    given = parser.parse_args()
    os.environ.setdefault("PHASESCOPE_HOME", str(ROOT / ".cache/claims"))
    for recipe in RECIPES.values():
        if not given.no_training and (not given.only or recipe.name in given.only):
            verification = verified(recipe, "small", seeds=None, workers=given.workers, quiet=False)
            sys.stdout.write(f"{table(verification)}\n\n")
            sys.stdout.flush()
    settings = read_settings()
    store = open_store(settings.store_url, settings.home)
    with store.read() as session:
        made = {name: found for (name, size), found in verifications.newest(session).items() if size == "small"}
    store.close()
    PAGE.write_text(page(made), encoding="utf-8")
    return 0 if all(name in made and made[name].holds for name in RECIPES) else 1


def page(made: dict[str, Verification]) -> str:
    """One section a recipe."""
    total = sum(each.processor_seconds or 0.0 for each in made.values())
    held = [verdict.holds for each in made.values() for verdict in each.verdicts]
    missing = [name for name in RECIPES if name not in made]
    rest = f" **Not verified yet: {', '.join(missing)}.**" if missing else ""
    lines = [HEAD, f"{sum(held)} of {len(held)} claims hold, in {total / 60:.0f} processor minutes.{rest}", ""]
    for recipe in RECIPES.values():
        lines += [f"## {recipe.title}", "", f"`{recipe.name}`: {recipe.reference}", ""]
        verification = made.get(recipe.name)
        if verification is None:
            lines += ["**Not verified yet.**", ""]
            continue
        lines += ["| | claim | measured | value | criterion |", "|---|---|---|---|---|"]
        for verdict in verification.verdicts:
            holds = "holds" if verdict.holds else "**fails**"
            lines.append(
                f"| {holds} | {verdict.statement} | {verdict.measured} | {verdict.found} | {verdict.criterion} |"
            )
        seconds = "" if verification.processor_seconds is None else f"{verification.processor_seconds:,.0f} seconds, "
        lines += ["", f"{seconds}{verification.machine}, {verification.made_at:%Y-%m-%d}.", ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
