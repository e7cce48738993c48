"""What the usual round costs: a thousand sources claimed, a thousand found unchanged (CPU, not waiting)."""

from __future__ import annotations

import time
from datetime import timedelta

from tests.store.building import LEASE, NOW, publish, source, unchanged
from watcher.store import Store

BUDGET = 0.06
"""Seconds of CPU for each of the two; measured here 0.023 and 0.030 on SQLite."""
SLACK = 2
"""For a machine that is busy with other things, and for PostgreSQL's protocol."""


def test_a_thousand_unchanged_sources_are_claimed_and_recorded_cheaply(store: Store) -> None:
    publish(store, *(source(f"source-{number}", options={"entry": "li.news"}) for number in range(1000)))
    claiming: list[float] = []
    recording: list[float] = []
    for hour in range(5):
        now = NOW + timedelta(hours=hour)
        start = time.process_time()
        claims = store.sources.claim_due(now, lease=LEASE, limit=1000)
        claiming.append(time.process_time() - start)
        records = [unchanged(claimed, now) for claimed in claims]
        start = time.process_time()
        assert len(store.checks.record(records)) == 1000
        recording.append(time.process_time() - start)
    assert min(claiming) < BUDGET * SLACK
    assert min(recording) < BUDGET * SLACK
