"""The catalogue: every task, model, optimizer, intervention and measure with its settings, as data.

The laboratory makes it from its registries, and a copy is kept in `catalogue.json` beside this file, so that a
server without torch can check and explain an experiment before any worker has registered. Workers with plug-ins
post theirs; `merged` adds them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from phasescope.core.errors import NotFound
from phasescope.core.record import Record, setting

Kind = Literal["task", "model", "optimizer", "intervention", "measure"]
Choices = dict[str, tuple[str | bool, ...]]
KEPT = Path(__file__).with_name("catalogue.json")


class Entry(Record):
    """One registered thing. `settings` is a JSON schema; `x-per-run`, `x-unit` and `x-rules` are ours."""

    kind: Kind
    name: str
    label: str = setting("", "Name for people.")
    summary: str = setting("", "One sentence.")
    source: str = setting("", "Paper and equation.")
    settings: dict[str, Any] = setting({}, "JSON schema.")
    inputs: str = setting("", "Of a task: tokens, vectors, images, token_sequences or sequences.")
    accepts: tuple[str, ...] = setting((), "Of a model or an intervention: kinds of inputs it can read.")
    groups: tuple[str, ...] = setting(
        (),
        "Of a model: names of its weights and layers; `hidden_{hidden_layers}` is hidden_1 up to that setting. Empty: "
        "not known.",
    )
    activations: tuple[str, ...] = setting((), "Of a model: names of its activations, written like its groups.")
    shapes: dict[str, tuple[str, ...]] = setting(
        {}, "Of a model: sizes of its activations behind the examples, as expressions over settings and task sizes."
    )
    conditions: dict[str, dict[str, tuple[Choices, ...]]] = setting(
        {},
        "Of a model, of its groups and of its activations: the settings that each name needs which not all such models "
        "have. One of the alternatives must hold, and in it, "
        "of every setting, one of the values; `task.inputs` and `task.readout` are the task's.",
    )
    dimensions: dict[str, str] = setting({}, "Of a task: sizes of its inputs and outputs, as expressions.")
    series: tuple[str, ...] = setting((), "Of a measure: the series it gives; `name.*` stands for one per layer.")
    unit: str = setting("", "Of a measure.")
    range: tuple[float | None, float | None] = setting((None, None), "Of a measure: least and greatest value.")
    needs: tuple[str, ...] = setting((), "Of a measure or an intervention: what task or model must offer.")
    offers: tuple[str, ...] = setting((), "Of a task or a model: what measures may ask of it.")
    cost: str = setting("", "Of a measure: cheap, moderate or dear.")
    every: int = setting(1, "Of a measure: it is taken at every so many-th checkpoint, unless an experiment says when.")
    arrays: tuple[str, ...] = setting((), "Of a measure: the arrays it keeps; `name.*` stands for one per layer.")
    caps: tuple[str, ...] = setting((), "Of a measure: what its schedule may limit: examples, features.")
    undefined: str = setting("", "Of a measure: why a value is missing, where one is.")
    version: int = setting(1, "Raised when the definition changes; old values stay and stay labelled.")


class Catalogue(Record):
    """All entries; a kind and a name are unique."""

    entries: tuple[Entry, ...] = ()

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of one kind, in the order of their registry."""
        return tuple(entry.name for entry in self.entries if entry.kind == kind)

    def entry(self, kind: str, name: str) -> Entry:
        """Raises NotFound, naming what there is."""
        for candidate in self.entries:
            if candidate.kind == kind and candidate.name == name:
                return candidate
        raise NotFound(kind, name, self.names(kind))

    def merged(self, others: Iterable[Catalogue]) -> Catalogue:
        """This catalogue and what the others add; an entry that is here already is kept."""
        found = {(entry.kind, entry.name): entry for entry in self.entries}
        for other in others:
            for entry in other.entries:
                found.setdefault((entry.kind, entry.name), entry)
        return Catalogue(entries=tuple(found.values()))


def kept_catalogue() -> Catalogue:
    """The built-in catalogue, as generated; `make generate` renews it and `make check` fails when it is stale."""
    return Catalogue.model_validate(json.loads(KEPT.read_text(encoding="utf-8")))
