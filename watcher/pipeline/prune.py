"""Pruning: once a day, in small steps with pauses between, so that no check waits for it longer than one step takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from watcher.models.catalog import Retention
from watcher.models.keeping import Done, Pruned, Step

EVERY = timedelta(hours=24)
PAUSE = 0.2
"""Seconds between two steps in the daemon, for those who want to write."""


class Takes(Protocol):
    def would_take(self, texts_before: datetime, captures_before: datetime) -> Pruned: ...

    def texts(self, before: datetime, *, after: int = 0) -> Step: ...

    def captures(self, before: datetime, *, after: int = 0) -> Step: ...


def is_due(last: Done | None, now: datetime) -> bool:
    """Whether a day has gone by since the last run that came to its end; a clock that went back does not stop it."""
    return last is None or not timedelta(0) <= now - last.at < EVERY


def would_take(store: Takes, retention: Retention, now: datetime) -> Pruned:
    """What a run would take away now."""
    return store.would_take(now - retention.text, now - retention.captures)


def steps(store: Takes, retention: Retention, now: datetime) -> Iterator[Pruned]:
    """Take away what has had its time; each step is one small transaction, done when it is asked for. Blocks.

    Captures go first: they are what fills the disk.
    """
    for take, before in ((store.captures, now - retention.captures), (store.texts, now - retention.text)):
        after: int | None = 0
        while after is not None:
            step = take(before, after=after)
            yield step.pruned
            after = step.after
