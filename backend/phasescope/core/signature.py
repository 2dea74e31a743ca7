"""The shape signature of a run: runs with the same signature can be trained together in one shard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phasescope.core.catalogue import Catalogue
from phasescope.core.spec import ExperimentSpec, RunSpec, digest_of


def signature(spec: RunSpec, catalogue: Catalogue) -> str:
    """Digest of everything in the spec that is not a number over the run axis (`x-per-run`) and not the seed.

    The size of batches is such a number; whether there are batches at all is not.
    """
    kept = spec.model_dump(mode="json", exclude={"seed"})
    kept["batch_size"] = None if spec.batch_size is None else "a number"
    for kind in ("task", "model", "optimizer"):
        kept[kind] = _structure(kind, kept[kind], catalogue)
    kept["interventions"] = [_structure("intervention", choice, catalogue) for choice in kept["interventions"]]
    return digest_of(kept)[:16]


def _structure(kind: str, choice: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A choice without its numbers over the run axis."""
    properties = catalogue.entry(kind, str(choice["name"])).settings.get("properties", {})
    return {name: value for name, value in choice.items() if not properties.get(name, {}).get("x-per-run")}


def is_per_run(path: str, spec: ExperimentSpec, catalogue: Catalogue) -> bool:
    """Do runs that differ only in the field at this path share a signature?"""
    kind, _, name = path.partition(".")
    if not name:
        axes = [axis for part in spec.parts() for axis in part.axes if axis.path == path]
        return path == "batch_size" and all(None not in axis.points() for axis in axes)
    choice: Any = getattr(spec, kind)
    if kind == "interventions":
        number, _, name = name.partition(".")
        kind, choice = "intervention", choice[int(number)]
    entry = catalogue.entry(kind, str(choice["name"]))
    return bool(entry.settings["properties"][name].get("x-per-run"))
