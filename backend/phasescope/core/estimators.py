"""How two representations on the same examples may be compared: the names that views, routes and analyses use."""

from __future__ import annotations

from typing import Literal

Estimator = Literal[
    "cka",
    "biased_cka",
    "canonical_correlation",
    "projection_weighted_correlation",
    "procrustes",
    "orthogonal_procrustes",
    "dissimilarity_correlation",
    "neighbour_overlap",
]
