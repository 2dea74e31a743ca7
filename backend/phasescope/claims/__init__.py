"""Claims: one file is one kind of quantity that a claim states a bound for. To add one, add its line here."""

from typing import Any

from phasescope.claims.critical_fraction import CRITICAL_FRACTION
from phasescope.claims.exponent import EXPONENT
from phasescope.claims.phase_count import PHASE_COUNT
from phasescope.claims.quantity import Quantity
from phasescope.claims.rank_correlation import RANK_CORRELATION
from phasescope.claims.reading import READING
from phasescope.core.registry import Registry

QUANTITIES: Registry[Quantity[Any]] = Registry(
    "quantity", [READING, EXPONENT, RANK_CORRELATION, PHASE_COUNT, CRITICAL_FRACTION]
)
