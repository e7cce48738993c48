"""Killed at any moment: what was being recorded is there whole or not at all, and the rest goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

from sqlalchemy import Engine, func, select, text

from tests.store.building import LEASE, NOW, claim, delivery, entry, entry_record, match, publish, record, source
from tests.store.killing import killed_at
from watcher.models.alerts import AttemptResult, DeliveryState
from watcher.models.documents import Validators
from watcher.models.identity import entry_id
from watcher.models.views import MatchQuery
from watcher.store import Store
from watcher.store.engine import reading
from watcher.store.schema import attempts, captures, checks, deliveries, entries, matches, revisions, sources, visits

WRITTEN = (captures, visits, checks, entries, revisions, matches, deliveries)

ENDLESS = """
import sys
from dataclasses import replace
from tests.store.building import NOW, claim, entry, entry_record, match, record
from watcher.models.documents import Validators
from watcher.store import open_store

store, number = open_store(sys.argv[1]), int(sys.argv[2])
while True:
    number += 1
    new = [entry_record(entry(f"{number}-{n}"), match(), addresses=("a@example.org",)) for n in range(5)]
    made = record(claim(store, "kind-news", now=NOW.replace(year=2027 + number)), *new)
    store.checks.record([replace(made, validators=Validators(str(number)))])
    print(number, flush=True)
"""


def test_a_kill_at_any_statement_of_a_record_leaves_nothing_of_it(store: Store, engine: Engine) -> None:
    publish(store)
    said = entry_record(entry(), match(), match("aca"), addresses=("a@example.org",))
    points = 0
    while killed_at(points + 1, store, lambda child: child.checks.record([record(claim(child), said)])):
        points += 1
        with reading(engine) as connection:
            assert [connection.scalar(select(func.count()).select_from(table)) for table in WRITTEN] == [0] * 7
            assert connection.scalar(text("SELECT count(*) FROM entry_words")) == 0
            assert connection.scalar(select(sources.c.etag)) is None
        _end_leases(engine)
    assert points > 12
    assert len(store.matches.search(MatchQuery(words="text of 1")).rows) == 2
    assert claim(store, now=NOW + LEASE).validators == Validators('"1"', "Sun, 01 Mar 2026 12:00:00 GMT")


def test_a_kill_at_any_statement_of_a_result_leaves_the_delivery_under_way(store: Store, engine: Engine) -> None:
    publish(store)
    told = delivery(entry_id("kind-news", "1"))
    store.checks.record([record(claim(store), entry_record(deliveries=(told,)))])
    (claimed,) = store.deliveries.claim_due(NOW, lease=LEASE, limit=1)
    done = AttemptResult(told.id, claimed.fence, DeliveryState.DELIVERED, NOW, "250 ok", None)
    points = 0
    while killed_at(points + 1, store, lambda child: child.deliveries.finish([done])):
        points += 1
        assert store.deliveries.listing()[0].state is DeliveryState.SENDING
    assert points >= 4
    assert store.deliveries.listing()[0].state is DeliveryState.DELIVERED
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(attempts)) == 1


def test_a_kill_between_two_records_loses_none_that_was_acknowledged(
    store: Store, database_url: str, engine: Engine
) -> None:
    publish(store)
    acknowledged = 0
    for seconds in (0.02, 0.05, 0.11):
        acknowledged = max(acknowledged, _run_and_kill(database_url, acknowledged, seconds))
        with reading(engine) as connection:
            stored = [connection.scalar(select(func.count()).select_from(t)) for t in WRITTEN[3:]]
            newest = int(connection.scalar(select(sources.c.etag)) or 0)
            if engine.dialect.name == "sqlite":
                assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        assert newest >= acknowledged > 0
        assert stored == [newest * 5] * 4
        acknowledged = newest
        _end_leases(engine)


def _end_leases(engine: Engine) -> None:
    """As time does."""
    with engine.begin() as connection:
        connection.execute(sources.update().values(lease_until=None))


def _run_and_kill(url: str, number: int, seconds: float) -> int:
    """The last number that the child said was recorded."""
    child = subprocess.Popen([sys.executable, "-c", ENDLESS, url, str(number)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    said = [child.stdout.readline()]
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    said += child.communicate()[0].splitlines()
    return int([line for line in said if line.strip()][-1])


def test_processes_that_claim_at_once_never_get_the_same_work(store: Store, database_url: str) -> None:
    publish(store, *(source(f"s{n}") for n in range(60)))
    new = [entry_record(entry(str(n)), source_id="s0", addresses=(f"{n}@example.org",)) for n in range(60)]
    store.checks.record([record(claim(store, "s0"), *new)])
    program = """
import sys
from tests.store.building import LEASE, NOW
from watcher.store import open_store
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
while found := store.sources.claim_due(NOW, lease=LEASE, limit=2, ignore_schedule=True):
    print(*(claimed.source.id for claimed in found), flush=True)
while found := store.deliveries.claim_due(NOW, lease=LEASE, limit=2):
    print(*(claimed.delivery.id for claimed in found), flush=True)
"""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    taken = [word for process in running for word in process.communicate()[0].split()]
    assert len(taken) == len(set(taken)) == 120
