"""One thing, one file, one name: what is registered has a file of that name, and every file is registered."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

# Room -> the files in it that are not things: what a thing is, and what several things share.
ROOMS = {
    "tasks": {
        "task",
        "class_odds",
        "class_task",
        "data_files",
        "fresh",
        "image_task",
        "losses",
        "number_sequence",
        "parted_digits",
        "randomness",
        "sequence",
    },
    "models": {"model", "weights", "hooks"},
    "optimizers": {"optimizer"},
    "interventions": {"intervention", "alteration", "data_change"},
    "measures": {"measure", "geometry", "symbol_pairs", "curvature", "attention", "kept_arrays"},
    "analyses": {
        "analysis",
        "timelines",
        "smooth_trends",
        "step_models",
        "corrected",
        "run_numbers",
        "gaussian_hmm",
        "curve_families",
        "representation_embeddings",
        "open_places",
        "scaling",
    },
    "figures": {
        "material",
        "examples",
        "made_up",
        "style",
        "words",
        "lines",
        "colour_scale",
        "cell_axes",
        "cell_hover",
        "cell_values",
        "cell_film",
        "own_drop",
        "value_axis",
        "kept_arrays",
        "made_up_arrays",
        "picture",
        "boundary_lines",
        "filmed",
        "estimator_axis",
        "layer_similarity",
        "cell_maps",
        "final_drift",
        "band_lines",
    },
    "claims": {"quantity", "judge"},
    "figures/comparisons": {"compared", "event_spread"},
    "recipes": set[str](),
}

REGISTRIES = {"claims": "QUANTITIES"}  # a claim is data in a recipe; what it is about is a quantity


@pytest.mark.parametrize("room", ROOMS)
def test_every_thing_has_a_file_of_its_name_and_every_file_is_registered(room: str, root: Path) -> None:
    module = importlib.import_module(f"phasescope.{room.replace('/', '.')}")
    registry = getattr(module, REGISTRIES.get(room, room.rpartition("/")[2].upper()))
    files = {file.stem for file in (root / "backend/phasescope" / room).glob("*.py")} - {"__init__"} - ROOMS[room]
    assert set(registry) == files


@pytest.mark.parametrize("room", ROOMS)
def test_the_files_that_are_not_things_exist(room: str, root: Path) -> None:
    missing = {name for name in ROOMS[room] if not (root / f"backend/phasescope/{room}/{name}.py").exists()}
    assert not missing, "take these off the list above"
