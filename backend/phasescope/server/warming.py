"""What the first page would wait for is done while nobody waits: Plotly's first drawing, which takes four tenths of a
second more than any other, and then the first look at the largest of the newest experiments."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache

from plotly.io.json import to_json_plotly
from sqlalchemy.exc import OperationalError

from phasescope.core.errors import PhasescopeError
from phasescope.core.view import View
from phasescope.figures import FIGURES
from phasescope.figures.made_up import made_up
from phasescope.server.context import Context
from phasescope.server.drawing import answer_figure, answer_film, code_version
from phasescope.store import experiments

WARMED = ("phase_diagram", "curves")  # what a page asks for first
NEWEST = 12  # experiments: as many as the gallery lists at once
MOST = 3  # of them that are looked at
LARGE = 500  # runs; smaller ones are drawn as quickly as a page is loaded


class Warming:
    """A thread beside whatever the server does meanwhile; `stop` waits for the look under way."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="warm-up", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon."""
        self._stopping.set()
        self.finish()

    def finish(self) -> None:
        """Wait until everything was looked at."""
        self._thread.join()

    def _work(self) -> None:
        warm_up()
        for experiment in largest(self.context):
            for look in (_diagram, _film):
                if self._stopping.is_set():
                    return
                with suppress(PhasescopeError, OperationalError):  # who asks for it is told
                    look(self.context, View(experiment=experiment))


def _diagram(context: Context, view: View) -> None:
    answer_figure(context, "phase_diagram", view, None)


def _film(context: Context, view: View) -> None:
    answer_film(context, view, None)


def largest(context: Context) -> list[int]:
    """The largest of the newest experiments, the largest first; small ones need no warming."""
    with context.store.read() as session:
        listed = experiments.listed(session, limit=NEWEST, before=None)
    large = [one for one in listed if one.progress.runs >= LARGE]
    return [one.id for one in sorted(large, key=lambda one: -one.progress.runs)[:MOST]]


@cache
def warm_up() -> int:
    """Plotly's validators, the JSON writer and the digest of the code; gives the bytes drawn. Once per process."""
    material = made_up(columns=2, rows=2, checkpoints=12, runs=(1, 4))
    texts = [to_json_plotly(FIGURES[name].draw(material).to_plotly_json(), engine="orjson") for name in WARMED]
    return len(code_version()) + sum(map(len, texts))
