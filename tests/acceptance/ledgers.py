"""The receivers' own ledgers against ours: what was published is stored, what was to be sent has arrived."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime

from tests.acceptance.daemon import running, until
from watcher.demo.stage import Stage
from watcher.errors import StoreError
from watcher.models.alerts import DeliveryState
from watcher.models.views import MatchQuery
from watcher.store import Store, open_store


def now() -> datetime:
    return datetime.now(UTC)


async def kill_and_go_on(stage: Stage, environment: dict[str, str], *, kills: int) -> None:
    """kill -9 the daemon at random moments while news come in, then let it finish, and compare the ledgers."""
    moments = random.Random(20210121)
    store = open_store(environment["WATCHER_DATABASE_URL"])
    async with running(environment, "--no-web") as daemon:  # what comes after the first check of a source rings
        await until(lambda: _knows_all(store, stage), 60, lambda: daemon.text)
    for _ in range(kills):
        async with running(environment, "--no-web") as daemon:
            await daemon.says("watching")
            for _ in range(3):
                stage.newsroom.publish_next(now())
            await asyncio.sleep(moments.uniform(0.05, 2.5))
    async with running(environment, "--no-web") as daemon:
        await daemon.says("watching")
        stage.newsroom.publish_all(now())
        await until(lambda: stored(store) == len(stage.newsroom.published()), 60, lambda: daemon.text)
        await until(lambda: all_delivered(store), 30, lambda: daemon.text)
        assert await daemon.stop() == 0
    assert_received(stage, store)
    store.close()


def _knows_all(store: Store, stage: Stage) -> bool:
    with suppress(StoreError):  # no tables yet
        return stored(store) == len(stage.newsroom.published())
    return False


def stored(store: Store) -> int:
    return store.counts(now()).entries


def all_delivered(store: Store) -> bool:
    states = store.counts(now()).deliveries
    held = sum(row.due_at is None for row in store.deliveries.listing(state=DeliveryState.HELD, limit=500))
    return sum(states.values()) - held == states.get(DeliveryState.DELIVERED, 0) > 0


def assert_received(stage: Stage, store: Store) -> None:
    """The receivers' own ledgers against ours: every alert arrived, and copies of one have one id.

    Many alerts that were due together for one mail address are one message, whose id all of them know as their batch.
    """
    assert Counter(row.entry_id for row in store.matches.each(MatchQuery()))
    rows = [row for row in store.deliveries.listing(limit=500) if row.state is not DeliveryState.HELD]
    hooks, mails = ({row.batch or row.id for row in rows if row.channel == channel} for channel in ("webhook", "email"))
    assert {hook.id for hook in stage.receiver.hooks} == hooks
    ids = {mail.header("Message-ID").strip("<>").split("@")[0] for mail in stage.mailbox.mails}
    assert ids == mails
    assert len({(row.channel, row.address, row.entry_id) for row in rows}) == len(rows), "one alert per announcement"
