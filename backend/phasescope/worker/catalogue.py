"""The laboratory's registries as data: what a worker tells the server that it can train and measure."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from phasescope.core.catalogue import Catalogue, Entry, Kind
from phasescope.core.record import Record
from phasescope.core.shape import Shape
from phasescope.interventions import INTERVENTIONS
from phasescope.measures import MEASURES
from phasescope.measures.measure import Measure
from phasescope.models import MODELS
from phasescope.models.model import Model
from phasescope.optimizers import OPTIMIZERS
from phasescope.tasks import TASKS

SMALL_SHAPE: dict[str, Any] = {"outputs": 4, "positions": 4, "vocabulary": 4, "features": 64}


def laboratory_catalogue() -> Catalogue:
    """Every registered thing of the laboratory."""
    entries: list[Entry] = []
    entries += (_entry("task", thing, inputs=thing.inputs, offers=thing.offers) for thing in TASKS.values())
    entries += (
        _entry("model", thing, accepts=thing.accepts, offers=thing.offers, groups=_groups(thing))
        for thing in MODELS.values()
    )
    entries += (_entry("optimizer", thing) for thing in OPTIMIZERS.values())
    entries += (_entry("intervention", thing) for thing in INTERVENTIONS.values())
    return Catalogue(entries=(*entries, *_measures(MEASURES.values())))


def _entry(kind: Kind, thing: Any, **more: Any) -> Entry:
    record: type[Record] = thing
    schema = record.schema_with_rules()
    schema.pop("title", None)
    schema.pop("description", None)
    summary = " ".join((inspect.getdoc(record) or "").split())
    return Entry(kind=kind, name=thing.name, label=thing.label, summary=summary, source=thing.source,
                 settings=schema, **more)  # fmt: skip


def _groups(model: type[Model]) -> tuple[str, ...]:
    """Patterns of the names of a model's layers and parameters: `hidden_1.weight` gives hidden_* and hidden_*.weight.

    They are read off a small network of the default settings; empty where such a network cannot be made.
    """
    names: dict[str, None] = {}
    for kind in model.accepts:
        try:
            made = model().initial(Shape(**SMALL_SHAPE | {"inputs": kind}), np.random.default_rng(0))
        except ValueError:
            return ()
        for name in made:
            layers = name.split(".")
            names |= {re.sub(r"\d+", "*", ".".join(layers[: depth + 1])): None for depth in range(len(layers))}
    return tuple(names)


def _measures(measures: Iterable[Measure]) -> Iterable[Entry]:
    shared = ("name", "label", "summary", "source", "series", "unit", "range", "needs", "cost", "every",
              "undefined", "version")  # fmt: skip
    for measure in measures:
        yield Entry(kind="measure", **{field: getattr(measure, field) for field in shared})
