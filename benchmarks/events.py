"""What it costs to find the entries that may report the same: a look-up beside many stored entries, on each database.

python -m benchmarks.events [ENTRIES]
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from benchmarks.delivery import databases
from watcher.events import take_print
from watcher.models.alerts import Announcement
from watcher.models.events import Print
from watcher.models.matches import Match, Mention, Span
from watcher.models.words import Action, ActorType, Modality, PublisherType
from watcher.store.candidates import candidates
from watcher.store.engine import make_engine, reading
from watcher.store.eventrows import dumped, packed

START = datetime(2021, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=365 * 5)
LOOKUPS = 300
OWN_MARKS = 8
"""Of each stored entry, beside one of its act and one that is in every fiftieth (a standing last paragraph)."""
_STANDING = 7
Table: TypeAlias = "tuple[str, tuple[str, ...], Iterator[tuple[Any, ...]]]"
"""Name, columns and rows."""


def measure(entries: int = 1_000_000) -> dict[str, object]:
    """Of each database: milliseconds for a look-up with its candidates loaded, the middle one and the slowest of a
    hundred. `cpu` is this process's (with SQLite that is all of it), `wall` holds the server's part, too."""
    with databases() as urls:
        return {name: _measured(entries, url) for name, url in urls}


def _measured(entries: int, url: str) -> dict[str, float]:
    chance, sample = random.Random(20261124), _sample()
    _fill(url, entries, sample)
    spent = list(_look_up(url, entries, chance, sample))
    cpu, wall = (sorted(each[part] for each in spent) for part in (0, 1))
    return {
        "cpu_ms_median": _at_share(cpu, 0.5),
        "cpu_ms_p99": _at_share(cpu, 0.99),
        "wall_ms_median": _at_share(wall, 0.5),
        "wall_ms_p99": _at_share(wall, 0.99),
    }


def _at_share(ordered: list[float], share: float) -> float:
    return round(ordered[int(len(ordered) * share)], 2)


def _look_up(url: str, entries: int, chance: random.Random, sample: Print) -> Iterator[tuple[float, float]]:
    engine = make_engine(url)
    for _ in range(LOOKUPS):
        number = chance.randrange(entries)
        new = replace(
            sample,
            at=_at(number, entries),
            marks=(*_own(number), _STANDING, *_own(entries + number)),
            act_marks=(_act(number),),
        )
        with reading(engine) as connection:
            cpu, wall = time.process_time(), time.perf_counter()
            found = candidates(connection, new, entries + 1)
            yield (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
        assert found
    engine.dispose()


_ENTRY = ("entry_seq", "entry_id", "event_id", "print", "sketch", "near", "why")
_MARK = ("mark", "at", "entry_seq")
_EVENT = "INSERT INTO events (id, lead, first_at, last_at) VALUES ('e', 'e', '2021-01-01', '2021-01-01')"


def _fill(url: str, entries: int, sample: Print) -> None:
    """Rows of the events alone: keys of other tables are not looked at."""
    said, sketch = dumped(sample), packed(sample.sketch)
    rows = ((number, f"entry{number}", "e", said, sketch, "", "") for number in range(entries))
    tables = (("event_entries", _ENTRY, rows), ("event_marks", _MARK, iter(sorted(set(_marks(entries))))))
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        _fill_sqlite(str(where.database), tables)
    else:
        _fill_postgresql(where.set(drivername="postgresql").render_as_string(hide_password=False), tables)


def _fill_sqlite(path: str, tables: Sequence[Table]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        connection.execute(_EVENT)
        for name, columns, rows in tables:
            places = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})", rows)
        connection.execute("COMMIT")


def _fill_postgresql(url: str, tables: Sequence[Table]) -> None:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_EVENT)
        for name, columns, rows in tables:
            columns_said = SQL(", ").join(map(Identifier, columns))
            with cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(Identifier(name), columns_said)) as copy:
                for row in rows:
                    copy.write_row(row)
        cursor.execute("ANALYZE event_entries, event_marks")


def _marks(entries: int) -> Iterator[tuple[int, int, int]]:
    for number in range(entries):
        at = int(_at(number, entries).timestamp())
        yield from ((mark, at, number) for mark in _own(number))
        yield _act(number), at, number
        if number % 50 == 0:
            yield _STANDING, at, number


def _own(number: int) -> list[int]:
    """Every fourth entry copies the one before it."""
    base = number - 1 if number % 4 == 1 else number
    return [(base * OWN_MARKS + each) * 0x9E3779B97F4A7C15 % 2**63 for each in range(OWN_MARKS)]


def _act(number: int) -> int:
    return number % 52 + 100


def _at(number: int, entries: int) -> datetime:
    return START + YEARS * (number / entries)


def _sample() -> Print:
    text = " ".join(f"word{number}" for number in range(120)) + ". It takes effect on June 21, 2026 in Haiti."
    match = Match(
        policy="mpp",
        action=Action.TERMINATE,
        modality=Modality.ACTUAL,
        target_action=None,
        target_polarity=None,
        actor_type=ActorType.EXECUTIVE,
        score=0.9,
        reasons=(),
        evidence=Span("text", 0, 5, "word0"),
        mentions=(Mention("text", 0, 5, "word0", "en"),),
    )
    announcement = Announcement(
        entry_id="new",
        revision=1,
        source_id="source",
        publisher_id="publisher",
        publisher_name="Publisher",
        publisher_type=PublisherType.MEDIA,
        url="https://publisher.example/news/1",
        title="A title of the usual length for an announcement",
        text=text,
        language="en",
        published=START,
        first_seen=START,
        announcement_kind=None,
        matches=(match,),
    )
    taken = take_print(announcement)
    assert taken
    return taken


def main() -> None:
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000), indent=2))


if __name__ == "__main__":
    main()
