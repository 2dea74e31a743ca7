"""The store: experiments, runs, their series and who works on them, in SQLite or PostgreSQL; the only room with SQL."""

from phasescope.store import deletion_table, verification_table  # a table is known once its module was read
from phasescope.store.blobs import Blobs
from phasescope.store.database import Store
from phasescope.store.opening import open_store

__all__ = ["Blobs", "Store", "deletion_table", "open_store", "verification_table"]
