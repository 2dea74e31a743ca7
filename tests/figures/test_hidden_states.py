"""The graph of states says what the analysis found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phasescope.figures.made_up import made_up
from phasescope.figures.material import Material

Drawn = Callable[[str, Material], dict[str, Any]]
SEEDS = tuple(range(25, 49))


def seeds(count: int = 24, **view: Any) -> Material:
    """Seeds of the cell that generalises, and of the one that does not."""
    cell = tuple(range(25, 25 + count))
    return made_up(columns=2, rows=2, seeds=24, checkpoints=80, runs=(*cell, *range(49, 49 + count)), **view)


def test_states_edges_and_paths_agree(drawn: Drawn) -> None:
    figure = drawn("hidden_states", seeds())
    meta = figure["layout"]["meta"]
    assert meta["states"] >= 2
    assert meta["refused"] == ""
    assert [one["states"] for one in meta["criteria"]] == list(range(1, 7))
    assert min(meta["criteria"], key=lambda one: one["bic"])["states"] == meta["states"]
    nodes = next(trace for trace in figure["data"] if trace.get("name") == "states")
    paths = next(trace for trace in figure["data"] if trace["type"] == "heatmap")
    assert len(nodes["x"]) == meta["states"]
    assert len(paths["z"]) == 48
    shown = {value for row in paths["z"] for value in row if value == value}
    assert shown <= set(range(1, meta["states"] + 1))
    edges = [trace for trace in figure["data"] if "lines" in trace.get("mode", "")]
    assert len(edges) == len(meta["edges"])
    assert all(sum(one["runs"] for one in meta["edges"] if one["source"] == state) <= 48 * 2 for state in range(6))


def test_few_runs_are_told_what_is_missing(drawn: Drawn) -> None:
    teaching = drawn("hidden_states", made_up(runs=(1, 2, 3)))["layout"]["annotations"][0]["text"]
    assert "At least 6 are needed, 20 to tell detours" in teaching
    few = drawn("hidden_states", seeds(4))["layout"]["annotations"]
    assert "too few to tell detours" in few[0]["text"]
