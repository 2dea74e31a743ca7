"""Settings over the run axis that interventions have changed at a step, other than those of the optimizer."""

from __future__ import annotations

from collections.abc import Sequence

from phasescope.engine.agenda import Agenda


class Changes:
    """One setting of every run, such as `model.dropout`, and what interventions make of it."""

    def __init__(self, agenda: Agenda, field: str, base: Sequence[float]) -> None:
        self._agenda, self._field, self._base = agenda, field, list(base)
        first = agenda.interventions[0] if agenda.interventions else ()
        self.numbers = [number for number, one in enumerate(first) if field in one.changed()]

    def at(self, step: int) -> list[float]:
        """For the training step after `step` others; of several interventions in force the last of the list counts."""
        values = list(self._base)
        for number in self.numbers:
            for run in self._agenda.holds(number, step).nonzero()[0].tolist():
                values[run] = float(self._agenda.interventions[run][number].changed()[self._field])
        return values
