"""Captures: the bytes come back as they were, or not at all."""

from __future__ import annotations

import zlib

import pytest
from sqlalchemy import Engine, update

from tests.store.building import document, entry_record, found
from watcher.errors import StoreError
from watcher.store import Store
from watcher.store.engine import writing
from watcher.store.schema import captures


def test_an_unknown_capture_is_none(store: Store) -> None:
    assert store.captures.read("0" * 64) is None


def test_an_empty_document_is_kept(store: Store) -> None:
    from dataclasses import replace

    found(store, replace(entry_record(), page=document(b"")))
    assert store.captures.read(document(b"").sha256) == b""


@pytest.mark.parametrize("damage", [b"no zlib", zlib.compress(b"other bytes")])
def test_damaged_bytes_are_never_given_out(store: Store, engine: Engine, damage: bytes) -> None:
    found(store, entry_record())
    with writing(engine) as connection:
        connection.execute(update(captures).values(deflated=damage))
    with pytest.raises(StoreError, match="is damaged; restore it from a backup"):
        store.captures.read(document().sha256)
