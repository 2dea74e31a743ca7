"""The laboratory's registries as data: what a worker tells the server that it can train and measure."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from phasescope.core.catalogue import Catalogue, Entry, Kind
from phasescope.core.record import Record
from phasescope.interventions import INTERVENTIONS
from phasescope.measures import MEASURES
from phasescope.measures.measure import Measure
from phasescope.models import MODELS
from phasescope.models.model import Model
from phasescope.optimizers import OPTIMIZERS
from phasescope.tasks import TASKS
from phasescope.worker.model_parts import named_parts


def laboratory_catalogue() -> Catalogue:
    """Every registered thing of the laboratory."""
    entries: list[Entry] = []
    entries += (
        _entry("task", thing, inputs=thing.inputs, offers=thing.offers, dimensions=thing.dimensions)
        for thing in TASKS.values()
    )
    entries += (_model(thing) for thing in MODELS.values())
    entries += (_entry("optimizer", thing) for thing in OPTIMIZERS.values())
    entries += (
        _entry("intervention", thing, accepts=thing.accepts, needs=thing.needs) for thing in INTERVENTIONS.values()
    )
    return Catalogue(entries=(*entries, *_measures(MEASURES.values())))


def _entry(kind: Kind, thing: Any, **more: Any) -> Entry:
    record: type[Record] = thing
    schema = record.schema_with_rules()
    schema.pop("title", None)
    schema.pop("description", None)
    summary = " ".join((inspect.getdoc(record) or "").split())
    return Entry(kind=kind, name=thing.name, label=thing.label, summary=summary, source=thing.source,
                 settings=schema, **more)  # fmt: skip


def _model(model: type[Model]) -> Entry:
    parts = named_parts(model)
    return _entry("model", model, accepts=model.accepts, offers=model.offers, groups=parts.groups,
                  activations=parts.activations, conditions=parts.conditions, shapes=model.shapes)  # fmt: skip


def _measures(measures: Iterable[Measure]) -> Iterable[Entry]:
    shared = ("name", "label", "summary", "source", "series", "unit", "range", "needs", "cost", "every",
              "arrays", "caps", "undefined", "version")  # fmt: skip
    for measure in measures:
        yield Entry(kind="measure", **{field: getattr(measure, field) for field in shared})
