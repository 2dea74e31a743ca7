"""Every registered analysis is described, and says which series it reads."""

from __future__ import annotations

import pytest

from phasescope.analyses import ANALYSES
from phasescope.core.catalogue import kept_catalogue
from phasescope.core.errors import NotFound


@pytest.mark.parametrize("name", ANALYSES)
def test_described(name: str) -> None:
    analysis = ANALYSES[name]
    assert analysis.title
    assert analysis.description.endswith(".")
    stored = {series for entry in kept_catalogue().entries for series in entry.series}
    assert set(analysis.series) <= stored


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    with pytest.raises(NotFound, match="phases"):
        ANALYSES["phase"]
