"""Captures: the bytes that were read, kept by their SHA-256."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

from sqlalchemy import Engine, select

from watcher.errors import StoreError
from watcher.store.engine import reading
from watcher.store.schema import captures
from watcher.store.troubles import place


@dataclass(frozen=True, slots=True)
class Captures:
    """The raw documents behind the entries."""

    _engine: Engine

    def read(self, sha256: str) -> bytes | None:
        """The bytes with that digest, or None when they are not kept. Raises StoreError when they are damaged."""
        with reading(self._engine) as connection:
            deflated = connection.scalar(select(captures.c.deflated).where(captures.c.sha256 == sha256))
        if deflated is None:
            return None
        try:
            body = zlib.decompress(deflated)
        except zlib.error:
            body = b""
        if hashlib.sha256(body).hexdigest() != sha256:
            where = place(self._engine.url)
            raise StoreError(f"{where}: the capture {sha256} is damaged; restore it from a backup (watcher db restore)")
        return body
