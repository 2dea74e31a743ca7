"""The reference page of measures, made from the catalogue: what the code says of itself cannot go stale."""

from __future__ import annotations

import re

from phasescope.core.catalogue import Catalogue, Entry

HEAD = """# Measures

Made from the catalogue by `make generate`; change the measures, not this page. A measure is taken at every checkpoint
of an experiment that names it, a dear one at every fifth, one that keeps arrays at every eighth; the first and the last
are always among them. An entry such as `{name: drift, every: 3}` or `{name: drift, checkpoints: {log_spaced: 12}}` in
`measures` says otherwise. `name.*` stands for one series, or array, per layer, matrix or tensor. A value that cannot be
had is stored as undefined, with the reason. Cost is per checkpoint: *cheap* is of the order of a training step,
*moderate* of some, *dear* of tens of them (`make bench` measures it). A measure that needs something is refused where
task and model do not offer it.
"""


def page_of_measures(catalogue: Catalogue) -> str:
    """Markdown: an overview, then each measure."""
    measures = [entry for entry in catalogue.entries if entry.kind == "measure"]
    overview = ["| measure | is | cost | needs |", "|---|---|---|---|"]
    overview += [f"| [`{m.name}`](#{m.name}) | {m.label} | {m.cost} | {_words(m.needs)} |" for m in measures]
    return "\n".join([HEAD, *overview, "", "\n".join(_section(measure) for measure in measures)])


def _section(measure: Entry) -> str:
    low, high = ("−∞" if measure.range[0] is None else f"{measure.range[0]:g}",
                 "∞" if measure.range[1] is None else f"{measure.range[1]:g}")  # fmt: skip
    facts = {
        "series": _words(measure.series),
        "arrays": _words(measure.arrays),
        "limited by": _words(measure.caps),
        "unit": _plain(measure.unit),
        "range": f"{low} … {high}" if measure.series else "",
        "cost": measure.cost,
        "taken": "" if measure.every == 1 else f"at every {measure.every}th checkpoint",
        "needs": _words(measure.needs),
        "undefined when": _plain(measure.undefined),
        "source": _plain(measure.source),
        "version": str(measure.version),
    }
    lines = [f"- {name}: {value}" for name, value in facts.items() if value]
    return "\n".join([f"## {measure.name}", "", f"**{measure.label}.** {_plain(measure.summary)}", "", *lines, ""])


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _plain(text: str) -> str:
    """The same text in Markdown: what stands outside backticks means nothing but itself."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([\\*_<>\[\]])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)
