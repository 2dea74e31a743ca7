"""The gallery of recipes in the documentation, made from the recipes themselves."""

from __future__ import annotations

from phasescope.core.recipe import Recipe, Size
from phasescope.core.spec import ExperimentSpec
from phasescope.recipes import RECIPES, has_picture

HEAD = """# Recipes

Findings of papers, ready to train: each starts from the gallery of the page with one click, or with
`phasescope recipes --start NAME`. `phasescope verify NAME` trains one and judges its claims; what they came to is in
[Claims, verified](claims.md). This page is made by `make generate`.
"""


def page_of_recipes() -> str:
    """One section a recipe, in the order of the gallery."""
    return "\n".join([HEAD, *(_section(recipe) for recipe in RECIPES.values())]).rstrip() + "\n"


def _section(recipe: Recipe) -> str:
    lines = [f"## {recipe.title}", "", f"`{recipe.name}` · {recipe.reference}", "", f"*{recipe.question}*", ""]
    if has_picture(recipe):
        file = f"../backend/phasescope/recipes/pictures/{recipe.name}.svg"
        lines += [f"![{recipe.picture.caption}]({file})", ""]
    lines += [recipe.summary, "", "What to look at:", ""]
    lines += [f"- {sentence}" for sentence in recipe.look_for]
    lines += ["", "What to try next:", ""]
    lines += [f"- {sentence}" for sentence in recipe.try_next]
    lines += ["", "| size | runs × steps | |", "|---|---|---|"]
    lines += [row for size in recipe.sizes for row in _sizes(size)]
    lines += ["", "| claim | measured | criterion |", "|---|---|---|"]
    for claim in recipe.claims:
        only = f" (size {' and '.join(claim.sizes)})" if claim.sizes else ""
        lines.append(f"| {claim.statement}{only} | {claim.measured} | {claim.criterion()} |")
    return "\n".join([*lines, ""])


def _sizes(size: Size) -> list[str]:
    spec = ExperimentSpec.model_validate(size.experiment)
    rows = [f"| {size.name} | {spec.count()} × {spec.steps:,} | {size.note} |"]
    for each in size.companions:
        own = ExperimentSpec.model_validate(each.experiment)
        rows.append(f"| | {own.count()} × {own.steps:,} | {each.title} |")
    return rows
