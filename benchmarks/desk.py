"""The review desk over a big database: how long its pages take, how heavy they are, what memory they need.

python -m benchmarks.desk [ENTRIES] [DATABASE-URL]

Every tenth entry has a match, and between two pages somebody reviews one. On a new SQLite file (TMPDIR) and a new
PostgreSQL database (WATCHER_TEST_DATABASE_URL, or the bundled one) unless told.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import httpx
from sqlalchemy import insert, text

from benchmarks.delivery import databases
from benchmarks.processes import peak_mib
from watcher.bootstrap import Knowledge
from watcher.models.identity import entry_id, match_id
from watcher.models.importance import weight
from watcher.models.matches import Classification, Match, Mention, Reason, Span
from watcher.models.reviews import Change
from watcher.models.views import MatchQuery
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, Verdict
from watcher.store import Store, migrate, open_store, words
from watcher.store.codec import CLASSIFICATION, MATCH
from watcher.store.engine import make_engine
from watcher.store.schema import entries, matches, publishers, revisions, sources

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIZE = 1_000_000
SOURCES, CHUNK, ROUNDS = 300, 20_000, 5
KINDS = ("executive", "court", "ngo", "media", "legislature")
WORDS = [f"word{n}" for n in range(30_000)]
COMMON = ("asylum", "border", "protección", "expulsion", "court", "shelter")
SEED = 20260601
POLICIES = sorted(Knowledge(None).policies)


def measure(size: int = SIZE, url: str = "") -> dict[str, object]:
    """Of each database; see `_measured`."""
    if url:
        return _measured(size, url)
    with databases() as urls:
        return {name: _measured(size, each) for name, each in urls}


def _measured(size: int, url: str) -> dict[str, object]:
    """Milliseconds (median, 95th percentile, that of CPU time: on a busy machine the fair one), kilobytes and MiB."""
    started = time.monotonic()
    fill(url, size)
    filled = time.monotonic() - started
    asked = [sys.executable, "-m", "benchmarks.desk", "--ask", url]
    answer = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    return {"entries": size, "matches": size // 10, "filled_s": round(filled), **json.loads(answer)}


# --- filling -------------------------------------------------------------------------------------------------------


def fill(url: str, size: int) -> None:
    """Entries by the thousands, straight into the tables: recording checks would take an hour."""
    migrate.upgrade(url)
    engine = make_engine(url)
    rng = random.Random(SEED)
    with engine.begin() as connection:
        connection.execute(insert(publishers), list(_publishers()))
        connection.execute(insert(sources), list(_sources()))
    for start in range(1, size + 1, CHUNK):
        rows = [_entry(rng, seq) for seq in range(start, min(start + CHUNK, size + 1))]
        with engine.begin() as connection:
            connection.execute(insert(entries), [row["entry"] for row in rows])
            found = [row for row in rows if row["match"]]
            connection.execute(insert(revisions), [row["revision"] for row in found])
            connection.execute(insert(matches), [row["match"] for row in found])
            words.index(connection, [(row["entry"]["seq"], row["folded"]) for row in rows])
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _publishers() -> Iterator[dict[str, Any]]:
    for n in range(SOURCES // 3):
        yield {"id": f"p{n}", "name": f"Publisher {n}", "type": KINDS[n % len(KINDS)], "country": "US"}


def _sources() -> Iterator[dict[str, Any]]:
    for n in range(SOURCES):
        config = json.dumps({"id": f"s{n}", "publisher": f"p{n // 3}", "kind": "feed", "url": "https://example.org/"})
        nothing = {"fence": 0, "failures": 0, "problem_kind": "", "problem": "", "advice": "", "next_check_at": NOW}
        yield {"id": f"s{n}", "publisher_id": f"p{n // 3}", "config": config, "enabled": True, **nothing}


def _entry(rng: random.Random, seq: int) -> dict[str, Any]:
    """Every tenth has a match; a third speaks of asylum, fewer of each further word."""
    source, at = f"s{rng.randrange(SOURCES)}", NOW - timedelta(minutes=1_200_000 - seq)
    policy = POLICIES[min(int(rng.expovariate(0.2)), len(POLICIES) - 1)]
    said = [WORDS[min(int(rng.paretovariate(0.6)), len(WORDS)) - 1] for _ in range(40)]
    said += [word for place, word in enumerate(COMMON) if rng.random() < 1 / (3 + 4 * place)]
    body = f"The agency ended {policy} today. {' '.join(said)}"
    id_ = entry_id(source, str(seq))
    entry = {
        "seq": seq,
        "id": id_,
        "source_id": source,
        "key": str(seq),
        "revision": 1,
        "content_sha256": str(seq),
        "url": f"https://example.org/{seq}",
        "title": f"Statement {seq}",
        "language": rng.choice(["en", "en", "es"]),
        "published": at,
        "published_raw": "",
        "text_state": "source",
        "page_error": "",
        "page_attempts": 0,
        "backfill": False,
        "first_seen": at,
        "changed_at": at,
    }
    match = _match(rng, policy, body) if seq % 10 == 0 else None
    made: dict[str, Any] = {"entry": entry, "folded": words.fold(f"Statement {seq} {body}"), "match": match}
    if match is None:
        return made
    classified = Classification(("en",), AnnouncementKind.OFFICIAL_ACTION, None, (match,), (), "bench")
    made["revision"] = {
        "entry_seq": seq,
        "number": 1,
        "title": entry["title"],
        "text": body,
        "teaser": False,
        "recorded_at": at,
        "content_sha256": str(seq),
        "text_state": "source",
        "vocabulary_version": "bench",
        "classification": CLASSIFICATION.dump(classified),
    }
    made["match"] = {
        "id": match_id(id_, match),
        "entry_seq": seq,
        "source_id": source,
        "revision": 1,
        "current": True,
        "position": 0,
        "main": True,
        "policy": policy,
        "action": match.action,
        "modality": match.modality,
        "actor_type": match.actor_type,
        "score": match.score,
        "document": MATCH.dump(match),
        "backfill": False,
        "vocabulary_version": "bench",
        "verdict": rng.choice(["new"] * 8 + ["confirmed", "dismissed"]),
        "first_seen": at,
        "language": entry["language"],
        "weight": weight(match.action, match.modality, match.score),
    }
    return made


def _match(rng: random.Random, policy: str, body: str) -> Match:
    start = body.index(policy)
    mention = Mention("text", start, start + len(policy), policy, "en")
    end = body.index(".") + 1
    return Match(
        policy,
        rng.choice(list(Action)),
        rng.choice(list(Modality)),
        None,
        None,
        ActorType.EXECUTIVE,
        round(rng.random(), 2),
        (Reason("named", 0.5),),
        Span("text", 0, end, body[:end]),
        (mention,),
    )


# --- asking --------------------------------------------------------------------------------------------------------

SEARCHES = (
    *("asylum", "shelter", "word500", '"ended mpp"', "protección court", "asylum NOT border", "policy:mpp expulsion"),
    *("shelter OR word900", '"asylum border"', "word29000"),
)
INBOX = (
    *("", "policy=mpp", "verdict=any", "order=important", "publisher_type=court&action=block", "language=es"),
    *("verdict=confirmed&modality=planned", "since=2026-05-01", "source=s7&verdict=any"),
    "policy=title-42&language=en",
)


async def ask(url: str) -> dict[str, object]:
    """The pages through the application itself, as a browser would get them."""
    from watcher.web.app import make_app
    from watcher.web.health import HealthReport

    store = open_store(url)
    store.users.ensure_admin(NOW)
    app = make_app(
        store,
        policies=Knowledge(None).policies,
        hosts=["desk.test"],
        secure_cookies=False,
        base_url="http://desk.test",
        clock=lambda: NOW,
        health=lambda: HealthReport(ticking=True, database_writable=True),
        metrics=lambda: b"",
    )
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.test", headers=headers) as client:
        token = store.users.new_login_token("admin", NOW, timedelta(hours=1))
        await client.post(f"/login/{token}")
        shown = store.matches.search(MatchQuery(), limit=10)
        pages = {
            "overview": ["/"],
            "inbox": [f"/inbox?{each}" for each in INBOX],
            "search": [str(httpx.URL("/inbox", params={"q": each, "verdict": "any"})) for each in SEARCHES],
            "entry": [f"/entries/{row.entry_id}" for row in shown.rows],
            "policy": ["/policies/mpp", "/policies/title-42"],
        }
        answer: dict[str, object] = {
            name: await _time(client, addresses, _reviewer(store)) for name, addresses in pages.items()
        }
    store.close()
    return {**answer, "memory_mib": peak_mib()}


def _reviewer(store: Store) -> Callable[[], None]:
    """What changes one match each time: between two pages somebody else reviews, so no answer is from before."""
    rows = cycle(store.matches.search(MatchQuery(), limit=100).rows)
    verdicts = cycle([Verdict.CONFIRMED, Verdict.NEW])

    def review() -> None:
        change = Change(next(rows).id, verdict=next(verdicts))
        store.reviews.make([change], reviewer="somebody", now=NOW)

    return review


async def _time(client: httpx.AsyncClient, addresses: list[str], change: Callable[[], None]) -> dict[str, object]:
    took: list[float] = []
    worked: list[float] = []
    slowest: dict[str, float] = {}
    heaviest = 0
    for number in range(ROUNDS + 1):
        for address in addresses:
            change()
            started, before = time.perf_counter(), time.process_time()
            response = await client.get(address)
            spent = (time.perf_counter() - started) * 1000
            assert response.status_code == 200, (address, response.status_code)
            heaviest = max(heaviest, len(response.content))
            if number:  # the first round reads the file into the system's memory
                took.append(spent)
                worked.append((time.process_time() - before) * 1000)
                slowest[address] = max(slowest.get(address, 0), round(spent))
    took.sort()
    worked.sort()
    worst = max(slowest, key=lambda address: slowest[address])
    return {
        "median_ms": round(took[len(took) // 2], 1),
        "p95_ms": round(took[int(len(took) * 0.95)], 1),
        "p95_cpu_ms": round(worked[int(len(worked) * 0.95)], 1),
        "slowest": f"{worst} {slowest[worst]:.0f} ms",
        "heaviest_kb": round(heaviest / 1000),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        print(json.dumps(asyncio.run(ask(sys.argv[2]))))
    else:
        print(json.dumps(measure(int(sys.argv[1]) if sys.argv[1:] else SIZE, *sys.argv[2:3]), indent=2))
