"""Blobs: files named by what they hold (SHA-256), for arrays that are no series."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from phasescope.core.errors import NotFound, UnreadableStore

DIGEST = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """A folder of blobs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keep these bytes; the digest under which they are found. Durable when it returns."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)  # whole or not at all, also when the power goes
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes; raises NotFound, or UnreadableStore when the file was damaged."""
        if not DIGEST.fullmatch(digest):  # never a path that somebody made up
            raise NotFound("blob", digest)
        path = self._path(digest)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise NotFound("blob", digest) from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise UnreadableStore(
                f"The blob {path} is damaged: its bytes are not those of its name. Restore it from a copy."
            )
        return data

    def part(self, digest: str, start: int, size: int) -> bytes:
        """Some bytes of a blob; raises NotFound. They are not checked here: whoever put them knows their digest."""
        if not DIGEST.fullmatch(digest):
            raise NotFound("blob", digest)
        try:
            with self._path(digest).open("rb") as file:
                file.seek(start)
                return file.read(size)
        except FileNotFoundError:
            raise NotFound("blob", digest) from None

    def remove(self, digest: str) -> None:
        """Forget the blob; nothing happens when it is gone already."""
        if DIGEST.fullmatch(digest):
            self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too; a folder can be synced on POSIX only."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
