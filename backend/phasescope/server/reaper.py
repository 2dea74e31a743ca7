"""The reaper: on the server's own timer, shards of silent workers are queued again, and old deletions purged."""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import OperationalError

from phasescope.core.wire import LOST_AFTER_SECONDS
from phasescope.server.context import Context, now
from phasescope.store import purging, shards

PERIOD_SECONDS = LOST_AFTER_SECONDS / 6

logger = logging.getLogger(__name__)


class Reaper:
    """A thread with a timer; `stop` waits for it."""

    def __init__(self, context: Context, period_seconds: float = PERIOD_SECONDS) -> None:
        self.context = context
        self.period_seconds = period_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="reaper", daemon=True)

    def start(self) -> None:
        """Begin; the first look is after one period, so that workers of a restarted server can speak first."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the look under way."""
        self._stopping.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopping.wait(self.period_seconds):
            try:
                self.reap()
            except OperationalError:  # the database is busy or away: the next look may find it
                logger.exception("The store could not be looked through; trying again.")

    def reap(self) -> None:
        """One look."""
        with self.context.writing() as change:
            shards.reap(change.session, now())
            purging.purge(change.session, now())  # one at a time: what is due can wait for the next look
