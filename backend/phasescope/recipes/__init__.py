"""Recipes: one file is one paper. To add one, write the file and add its line here."""

from pathlib import Path

from phasescope.core.errors import NotFound
from phasescope.core.recipe import Recipe
from phasescope.core.registry import Registry
from phasescope.recipes.causal_structure import CAUSAL_STRUCTURE
from phasescope.recipes.early_and_late_bias import EARLY_AND_LATE_BIAS
from phasescope.recipes.effective_theory import EFFECTIVE_THEORY
from phasescope.recipes.lazy_to_rich import LAZY_TO_RICH
from phasescope.recipes.loss_plateau import LOSS_PLATEAU
from phasescope.recipes.modular_addition import MODULAR_ADDITION
from phasescope.recipes.noise_and_laziness import NOISE_AND_LAZINESS
from phasescope.recipes.rank_and_laziness import RANK_AND_LAZINESS

RECIPES: Registry[Recipe] = Registry(
    "recipe",
    [
        EFFECTIVE_THEORY,
        MODULAR_ADDITION,
        LAZY_TO_RICH,
        EARLY_AND_LATE_BIAS,
        NOISE_AND_LAZINESS,
        RANK_AND_LAZINESS,
        LOSS_PLATEAU,
        CAUSAL_STRUCTURE,
    ],
)

PICTURES = Path(__file__).with_name("pictures")


def has_picture(recipe: Recipe) -> bool:
    """Has it been drawn?"""
    return (PICTURES / f"{recipe.name}.svg").is_file()


def picture(recipe: Recipe) -> bytes:
    """Its picture (SVG), drawn from a verified run; raises NotFound."""
    if not has_picture(recipe):
        raise NotFound("picture", recipe.name)
    return (PICTURES / f"{recipe.name}.svg").read_bytes()
