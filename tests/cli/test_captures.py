"""Captures for evidence: the very bytes, as a file or as WARC with the headers as they came."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.cli.conftest import Desk, site
from tests.cli.test_db import FEED, TEXT, age

BODY = FEED.format(text=TEXT)


@pytest.fixture
def watched(desk: Desk) -> Iterator[Desk]:
    with site(desk, {"/feed": ("application/rss+xml", BODY)}) as server:
        address = f"http://{desk.environment['WATCHER_ALLOW_FETCH'].split('/')[0]}:{server.port}/feed"
        desk.config.write_text(desk.text.replace("https://agency.example/feed", address), encoding="utf-8")
        desk.run("check", "--all")
        yield desk


def sql(desk: Desk, query: str) -> list[tuple[str]]:
    with closing(sqlite3.connect(desk.folder / "data" / "watcher.db")) as database, database:
        return database.execute(query).fetchall()


def entry(desk: Desk) -> str:
    return sql(desk, "SELECT id FROM entries")[0][0]


def test_the_bytes_come_out_as_they_came(watched: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert watched.run("captures", "export", entry(watched), "-o", str(out)).exception is None
    assert out.read_bytes() == BODY.encode()
    again = watched.run("captures", "export", entry(watched), "-o", str(out))
    assert "cannot be written" in str(again.exception)


def test_a_warc_has_address_status_headers_and_digest(watched: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out.warc.gz"
    watched.run("captures", "export", entry(watched), "--warc", "-o", str(out))
    with out.open("rb") as file:
        info, record = (
            (each.rec_type, each.rec_headers, each.http_headers, each.content_stream().read())
            for each in ArchiveIterator(file)
        )
    kind, about, headers, body = record
    assert (info[0], kind, body) == ("warcinfo", "response", BODY.encode())
    assert about.get_header("WARC-Target-URI").endswith("/feed")
    assert about.get_header("WARC-Payload-Digest") == f"sha256:{hashlib.sha256(BODY.encode()).hexdigest()}"
    assert headers.statusline.startswith("200")
    assert headers.get_header("content-type") == "application/rss+xml"
    assert headers.get_header("content-length") == str(len(BODY))


def test_a_damaged_capture_is_found_and_never_given_out(watched: Desk) -> None:
    assert "1 capture read, 0 damaged" in watched.run("captures", "verify").output
    sql(watched, "UPDATE captures SET deflated = x'00'")
    assert "1 damaged" in watched.run("captures", "verify").output
    assert "is damaged" in str(watched.run("captures", "export", entry(watched)).exception)


def test_what_was_pruned_is_said_to_be_gone(watched: Desk) -> None:
    age(watched)
    watched.run("db", "prune")
    assert "not kept any more" in str(watched.run("captures", "export", entry(watched)).exception)
    assert "no entry of this id" in str(watched.run("captures", "export", "nothing").exception)
