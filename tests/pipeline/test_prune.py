"""Pruning in its order: when it is due, and what it takes away with the retention of a catalog."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.building import NOW
from tests.store.keeping_world import DAY, LATER, fill
from watcher.models.catalog import Retention
from watcher.models.keeping import Done, Pruned
from watcher.pipeline.prune import is_due, steps, would_take
from watcher.store import Store


@pytest.mark.parametrize(
    ("ago", "due"), [(timedelta(hours=23), False), (DAY, True), (timedelta(0), False), (timedelta(hours=-1), True)]
)
def test_it_is_due_once_a_day_and_when_the_clock_went_back(ago: timedelta, due: bool) -> None:
    assert is_due(Done(NOW - ago, {}), NOW) is due


def test_it_is_due_when_it_was_never_done() -> None:
    assert is_due(None, NOW)


@pytest.mark.parametrize(
    ("retention", "expected"),
    [
        (Retention(), (3, 1)),
        (Retention(text=500 * DAY), (0, 1)),
        (Retention(captures=500 * DAY), (3, 0)),
        (Retention(500 * DAY, 500 * DAY), (0, 0)),
    ],
)
def test_each_is_kept_for_as_long_as_the_catalog_says(
    store: Store, retention: Retention, expected: tuple[int, int]
) -> None:
    fill(store)
    would = would_take(store.pruning, retention, LATER)
    done = sum(steps(store.pruning, retention, LATER), Pruned())
    assert (done.texts, done.captures) == expected
    assert done == would
