"""What it costs to find the entries that may report the same: CPU of a look-up beside many stored entries (SQLite).

python -m benchmarks.events [ENTRIES]
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.events import take_print
from watcher.models.alerts import Announcement
from watcher.models.events import Print
from watcher.models.matches import Match, Mention, Span
from watcher.models.words import Action, ActorType, Modality, PublisherType
from watcher.store import migrate
from watcher.store.engine import make_engine, reading
from watcher.store.events import _dumped, _packed, candidates

START = datetime(2021, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=365 * 5)
LOOKUPS = 300
OWN_MARKS = 8
"""Of each stored entry, beside one of its act and one that is in every fiftieth (a standing last paragraph)."""
_STANDING = 7


def measure(entries: int = 1_000_000) -> dict[str, object]:
    """Milliseconds of CPU for a look-up, its candidates loaded: the middle one and the slowest of a hundred."""
    with tempfile.TemporaryDirectory(prefix="watcher-events-") as folder:
        path = Path(folder) / "watcher.db"
        migrate.upgrade(f"sqlite:///{path}")
        chance = random.Random(20261124)
        sample = _sample()
        _fill(path, entries, chance, sample)
        spent = sorted(_look_up(path, entries, chance, sample))
    return {
        "entries": entries,
        "cpu_ms_median": round(spent[len(spent) // 2], 2),
        "cpu_ms_p99": round(spent[int(len(spent) * 0.99)], 2),
    }


def _look_up(path: Path, entries: int, chance: random.Random, sample: Print) -> Iterator[float]:
    engine = make_engine(f"sqlite:///{path}")
    for _ in range(LOOKUPS):
        number = chance.randrange(entries)
        new = replace(
            sample,
            at=_at(number, entries),
            marks=(*_own(number), _STANDING, *_own(entries + number)),
            act_marks=(_act(number),),
        )
        with reading(engine) as connection:
            start = time.process_time()
            found = candidates(connection, new, entries + 1)
            yield (time.process_time() - start) * 1000
        assert found
    engine.dispose()


def _fill(path: Path, entries: int, chance: random.Random, sample: Print) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.execute("INSERT INTO events (id, lead, first_at, last_at) VALUES ('e', 'e', '2021-01-01', '2021-01-01')")
    said, sketch = _dumped(sample), _packed(sample.sketch)
    rows = ((number, f"entry{number}", "e", said, sketch) for number in range(entries))
    statement = "INSERT INTO event_entries (entry_seq, entry_id, event_id, print, sketch, near, why)"
    connection.executemany(f"{statement} VALUES (?, ?, ?, ?, ?, '', '')", rows)
    marks = sorted(_marks(entries))
    connection.executemany("INSERT OR IGNORE INTO event_marks (mark, at, entry_seq) VALUES (?, ?, ?)", marks)
    connection.execute("COMMIT")
    connection.close()


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
