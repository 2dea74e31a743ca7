"""What every intervention is: settings and one thing done to a run at a step."""

from __future__ import annotations

from typing import ClassVar

from phasescope.core.record import Record


class Intervention(Record):
    """Base of all interventions."""

    name: ClassVar[str]
    label: ClassVar[str]
    source: ClassVar[str]
