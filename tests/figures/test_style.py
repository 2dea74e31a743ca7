"""Colours can be told apart: by the colour-blind, in grey, and from a light and a dark page."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasescope.figures import style

LIGHT, DARK = "#ffffff", "#1a1b1e"
SIGHTS = {  # Machado, Oliveira & Fernandes 2009, complete loss of one kind of cone
    "all three cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = matrix @ np.clip(rgb, 0, 1) / np.array([0.9505, 1, 1.089])
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) + 0.05 for c in (one, other)), reverse=True)
    return bright / dim


@pytest.mark.parametrize("sight", SIGHTS)
def test_phases_differ_to_every_eye(sight: str) -> None:
    seen = [lab(np.asarray(SIGHTS[sight]) @ linear(colour)) for colour in style.PHASE_COLOURS.values()]
    assert min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)) > 20


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize(("phases", "apart"), [(4, 25), (8, 20), (12, 16)])
def test_phases_of_ones_own_differ_to_every_eye(sight: str, phases: int, apart: float) -> None:
    colours = style.phase_colours([*(f"phase {number}" for number in range(phases)), "unclassified"])
    seen = [lab(np.asarray(SIGHTS[sight]) @ linear(colour)) for colour in colours]
    assert min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)) > apart


def test_phases_that_the_paper_has_keep_their_colour() -> None:
    colours = style.phase_colours(["grokking", "another"])
    assert colours[0] == style.PHASE_COLOURS["grokking"]
    assert style.phase_colours(["grokking"], lines=True) == [style.PHASE_LINES["grokking"]]


def test_phases_differ_in_grey() -> None:
    grey = sorted(lab(linear(colour))[0] for colour in style.PHASE_COLOURS.values())
    assert min(np.diff(grey)) > 11


def test_viridis_grows_lighter_evenly() -> None:
    grey = [lab(linear(colour))[0] for colour in style.SEQUENTIAL]
    assert min(np.diff(grey)) > 5


@pytest.mark.parametrize("background", [LIGHT, DARK])
def test_lines_are_seen_on_both_pages(background: str) -> None:
    lines = [*style.PHASE_LINES.values(), style.NEUTRAL, *style.run_colours(range(12)), *style.layer_colours(6)]
    assert min(contrast(line, background) for line in lines) > 2.7


@given(st.lists(st.integers(1, 10**6), unique=True, min_size=1, max_size=40))
def test_a_further_run_changes_no_colour(runs: list[int]) -> None:
    colours = style.run_colours(runs)
    assert colours[:-1] == style.run_colours(runs[:-1])
    assert len(set(colours[:12])) == min(len(runs), 12)


def test_colours_are_made_from_the_number() -> None:
    assert style.run_colours([7]) == style.run_colours([7])
    assert len({style.run_colours([run])[0] for run in range(40)}) > 8


def test_layers_run_from_blue_to_orange() -> None:
    colours = style.layer_colours(4)
    assert len(set(colours)) == 4
    assert style.layer_colours(1) == colours[:1]
    assert style.layer_colours(0) == []


def test_oklch_gives_the_greys() -> None:
    assert style.oklch(1, 0, 0) == "#ffffff"
    assert style.oklch(0, 0, 0) == "#000000"
