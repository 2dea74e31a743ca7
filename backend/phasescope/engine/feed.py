"""What each run is trained on at a step: its own examples, and what interventions on data make of them."""

from __future__ import annotations

from phasescope.engine.agenda import Agenda
from phasescope.engine.batch_sizes import BatchSizes
from phasescope.engine.data_layers import DataLayer, InputLayer
from phasescope.engine.examples import Split
from phasescope.engine.shard import Shard
from phasescope.engine.sources import NewExamples, is_fresh, of_table
from phasescope.interventions.data_change import DataChange, InputChange


class Feed:
    """The training examples of a shard, step by step. Nothing is carried along: any step can be asked for."""

    def __init__(self, shard: Shard, agenda: Agenda) -> None:
        examples, first = shard.examples, shard.interventions[0] if shard.interventions else ()
        sizes = BatchSizes(shard, agenda)
        self._source = (
            NewExamples(shard, shard.tasks, examples.extras, sizes)
            if is_fresh(shard.tasks[0])
            else of_table(shard, examples.train, sizes)
        )
        changes = [number for number, one in enumerate(first) if isinstance(one, DataChange)]
        self._layers: list[DataLayer | InputLayer] = [
            DataLayer(shard, agenda, changes[: place + 1], sizes) for place in range(len(changes))
        ]
        self._layers += [InputLayer(shard, agenda, n) for n, one in enumerate(first) if isinstance(one, InputChange)]

    def at(self, step: int) -> Split:
        """What the training step after `step` others sees."""
        split = self._source.at(step)
        for layer in self._layers:
            split = layer.over(split, step)
        return split
