"""The verdict on a claim: its number for each seed, set against its bound."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from phasescope.claims import QUANTITIES
from phasescope.claims.quantity import Evidence
from phasescope.core.recipe import Claim, Verdict
from phasescope.core.record import Record


def settings_of(claim: Claim) -> tuple[str, Record]:
    """The kind of quantity, and its checked settings; raises NotFound or a validation error."""
    given = dict(claim.quantity)
    kind = str(given.pop("name"))
    return kind, QUANTITIES[kind].settings.model_validate(given)


def series_of(claim: Claim) -> tuple[str, ...]:
    """Series that the claim needs."""
    kind, settings = settings_of(claim)
    return QUANTITIES[kind].series(settings)


def judge(claim: Claim, evidence: Evidence) -> Verdict:
    """It holds when every seed (or the stated share of them) keeps the bound. A claim without its series does not."""
    kind, settings = settings_of(claim)
    quantity = QUANTITIES[kind]
    measured = {name for name, table in evidence.curves.values.items() if np.isfinite(table).any()}
    lacking = tuple(name for name in quantity.series(settings) if name not in measured)
    values = {} if lacking else quantity.measure(settings, evidence)
    kept = sum(claim.kept_by(value) for value in values.values())
    return Verdict(
        claim=claim.name,
        statement=claim.statement,
        measured=claim.measured,
        criterion=claim.criterion(),
        values=tuple(value if math.isfinite(value) else None for value in values.values()),
        found=_lacks(lacking) if lacking else in_words(values),
        holds=bool(values) and kept >= claim.in_share * len(values) - 1e-9,
        lacking=lacking,
    )


def _lacks(lacking: tuple[str, ...]) -> str:
    return f"cannot be judged: {', '.join(lacking)} was not measured"


def in_words(values: Mapping[int, float]) -> str:
    """`19.1 (13 to 25, 3 seeds)`: the median, and the smallest and largest."""
    numbers = [value for value in values.values() if not math.isnan(value)]
    undefined = len(values) - len(numbers)
    tail = f", undefined in {undefined} of {len(values)} seeds" if undefined else ""
    if not numbers:
        return "undefined" if values else "no runs"
    low, high = min(numbers), max(numbers)
    # the lower of the two in the middle: half of infinity and a number is not a number that was measured
    middle = sorted(numbers)[(len(numbers) - 1) // 2]
    if len(values) == 1:
        return shown(middle)
    return f"{shown(middle)} ({shown(low)} to {shown(high)}, {len(values)} seeds{tail})"


def shown(value: float) -> str:
    """Three digits; what has not happened is `never`."""
    if math.isinf(value):
        return "never"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
