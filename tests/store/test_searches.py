"""Saved searches: whose they are, who sees them."""

from __future__ import annotations

from tests.store.building import NOW
from watcher.store import Store


def test_a_search_is_seen_by_its_owner_and_when_shared_by_all(store: Store) -> None:
    mine = store.searches.save("Mine", "policy=mpp", owner="ann", shared=False, now=NOW)
    ours = store.searches.save("ours", "q=%22title+42%22", owner="ann", shared=True, now=NOW)
    assert store.searches.listing("ann") == [mine, ours]
    assert store.searches.listing("bob") == [ours]
    assert store.searches.show(mine.id) == mine
    assert store.searches.show("none") is None


def test_only_its_owner_drops_a_search(store: Store) -> None:
    ours = store.searches.save("ours", "policy=mpp", owner="ann", shared=True, now=NOW)
    store.searches.forget(ours.id, owner="bob")
    assert store.searches.listing("bob") == [ours]
    store.searches.forget(ours.id, owner="ann")
    assert store.searches.listing("ann") == []
