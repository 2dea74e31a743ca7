"""Recipes: one file is one paper. To add one, write the file and add its line here."""

from phasescope.core.recipe import Recipe
from phasescope.core.registry import Registry
from phasescope.recipes.effective_theory import EFFECTIVE_THEORY

RECIPES: Registry[Recipe] = Registry("recipe", [EFFECTIVE_THEORY])
