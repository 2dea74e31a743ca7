"""Edges of cells on each kind of axis."""

from __future__ import annotations

import pytest

from phasescope.analyses.cells import GridAxis, Scale
from phasescope.figures.cell_axes import places


def test_linear() -> None:
    found = places(GridAxis("a", (1.0, 2.0, 4.0), "linear"), "a")
    assert found.edges.tolist() == [0.5, 1.5, 3, 5]
    assert found.axis["title"]["text"] == "a"


def test_log_edges_are_geometric_middles() -> None:
    found = places(GridAxis("a", (1.0, 10.0, 1000.0), "log"), "a")
    assert found.edges.tolist() == pytest.approx([10**-0.5, 10**0.5, 100, 10**4])
    assert found.axis["dtick"] == 1


def test_names_stand_in_a_row() -> None:
    found = places(GridAxis("a", ("tanh", "relu"), "category"), "a")
    assert found.edges.tolist() == [-0.5, 0.5, 1.5]
    assert found.axis["ticktext"] == ["tanh", "relu"]
    many = places(GridAxis("a", tuple(map(str, range(100))), "category"), "a")
    assert len(many.axis["tickvals"]) <= 12


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_lone_value_has_a_width(scale: Scale) -> None:
    found = places(GridAxis("a", (3.0,), scale), "a")
    assert found.edges[0] < 3 < found.edges[1]


def test_no_axis() -> None:
    found = places(None, "")
    assert (found.edges.tolist(), found.axis["visible"]) == ([0, 1], False)
