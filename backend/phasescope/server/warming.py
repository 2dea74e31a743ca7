"""The first drawing of a process costs four tenths of a second more than any other: it is done while nobody waits."""

from __future__ import annotations

import threading
from functools import cache

from plotly.io.json import to_json_plotly

from phasescope.figures import FIGURES
from phasescope.figures.made_up import made_up
from phasescope.server.drawing import code_version

WARMED = ("phase_diagram", "curves")  # what a page asks for first


def warm_up_in_the_background() -> threading.Thread:
    """Draw once on made-up runs, beside whatever the server does meanwhile."""
    thread = threading.Thread(target=warm_up, name="warm-up", daemon=True)
    thread.start()
    return thread


@cache
def warm_up() -> int:
    """Plotly's validators, the JSON writer and the digest of the code; gives the bytes drawn. Once per process."""
    material = made_up(columns=2, rows=2, checkpoints=12, runs=(1, 4))
    texts = [to_json_plotly(FIGURES[name].draw(material).to_plotly_json(), engine="orjson") for name in WARMED]
    return len(code_version()) + sum(map(len, texts))
