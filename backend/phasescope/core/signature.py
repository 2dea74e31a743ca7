"""The shape signature of a run: runs with the same signature can be trained together in one shard."""

from __future__ import annotations

from phasescope.core.catalogue import Catalogue
from phasescope.core.spec import RunSpec, digest_of


def signature(spec: RunSpec, catalogue: Catalogue) -> str:
    """Digest of everything in the spec that is not a number over the run axis (`x-per-run`) and not the seed."""
    kept = spec.model_dump(mode="json", exclude={"seed"})
    for kind in ("task", "model", "optimizer"):
        properties = catalogue.entry(kind, str(kept[kind]["name"])).settings.get("properties", {})
        per_run = {name for name, schema in properties.items() if schema.get("x-per-run")}
        kept[kind] = {name: value for name, value in kept[kind].items() if name not in per_run}
    return digest_of(kept)[:16]
