"""What an entry takes on disk, with and without the capture of the document that brought it.

python -m benchmarks.storage [SOURCES]
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.newsroom import ENTRIES
from benchmarks.origin import address
from benchmarks.peers import watcher
from benchmarks.processes import cost, origin, publish

PUBLISHED = 5


def measure(sources: int = 20) -> dict[str, float]:
    """Bytes per entry: of a backlog (30 entries in one document), and of entries that come one by one."""
    with origin() as port, tempfile.TemporaryDirectory() as folder:
        place = watcher.here(Path(folder))
        watcher.configure(place, [address(number, port) for number in range(sources)])
        variables = watcher.variables(place)
        cost(watcher.command(place), variables)
        backlog = _size(place.folder / "data")
        for _ in range(PUBLISHED):
            for number in range(sources):
                publish(number, port)
            cost(watcher.command(place), variables)
        after = _size(place.folder / "data")
    old, new = sources * ENTRIES, sources * PUBLISHED
    return {
        "sources": sources,
        "backlog_bytes_per_entry": round(backlog.all / old),
        "backlog_captures_of_them": round(backlog.captures / old),
        "one_by_one_bytes_per_entry": round((after.all - backlog.all) / new),
        "one_by_one_captures_of_them": round((after.captures - backlog.captures) / new),
    }


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of the database file, and those of them that are captures."""

    all: int
    captures: int


def _size(data: Path) -> Size:
    (file,) = data.glob("*.db")
    with closing(sqlite3.connect(file)) as database:
        (captures,) = database.execute("SELECT sum(length(deflated)) FROM captures").fetchone()
    return Size(sum(path.stat().st_size for path in data.glob(f"{file.name}*")), captures)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20), indent=2))
