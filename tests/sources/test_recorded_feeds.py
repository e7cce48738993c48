"""Recorded feeds: what another parser's authors expect of 550, and one newsroom at 164 moments of four years."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.material import material
from watcher.errors import ParseError
from watcher.extract.clean import markup_to_line
from watcher.models.entries import Entry
from watcher.pipeline.reading import read_source
from watcher.sources import keys

_NOW = "2026-11-24T12:00:00+00:00"

_DIFFERENT: dict[str, str] = yaml.safe_load(Path(__file__).with_name("differences.yaml").read_text(encoding="utf-8"))
"""Feeds where we differ from what is expected, and why."""


def _entries(path: Path) -> tuple[Entry, ...]:
    return read_source(
        kind="feed",
        body=path.read_bytes(),
        url="",
        media_type="application/xml",
        charset=None,
        options={},
        limit=2000,
        now=_NOW,
    ).entries


def _expectations(root: Path) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    for expected in sorted(root.rglob("*.json")):
        plain, named = (
            expected.with_suffix(".xml"),
            expected.with_name(expected.name.replace("_expected.json", ".json")),
        )
        feed = plain if plain.exists() else named
        if feed != expected and feed.exists():
            values = json.loads(expected.read_text())
            yield feed, values.get("items") or values.get("entries") or []


def _differences(entry: Entry, expected: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """The fields that are expected, and whether ours is another."""
    if title := expected.get("title"):
        yield "title", entry.title not in (title, markup_to_line(title))
    if link := _expected_link(expected):
        yield "link", link != entry.url
    if own_id := _expected_id(expected):
        yield "id", entry.key != keys.assign([keys.Marks(own_id, "", "")])[0]
    if moment := _expected_date(expected):
        yield "date", datetime.fromisoformat(moment).astimezone(UTC) != entry.published


def _expected_link(expected: dict[str, Any]) -> str | None:
    """The address of an entry; an Atom entry's is that of its alternate link (RFC 4287, section 4.2.7.2)."""
    links = [each for each in expected.get("links") or () if isinstance(each, dict) and each.get("href")]
    alternate = next((each["href"] for each in links if each.get("rel") == "alternate"), None)
    return expected.get("link") or expected.get("url") or alternate


def _expected_id(expected: dict[str, Any]) -> str | None:
    own_id = expected.get("guid") or expected.get("id")
    return own_id.get("value") if isinstance(own_id, dict) else own_id


def _expected_date(expected: dict[str, Any]) -> str | None:
    """The date of publication, else that of the last change."""
    names = ("publishedParsed", "pubDateParsed", "date_published", "updatedParsed", "date_modified")
    return next((expected[name] for name in names if expected.get(name)), None)


def _compared(root: Path) -> Iterator[tuple[str, list[str]]]:
    """For each entry of which title, link, id or date is expected: its feed, and the fields that are others."""
    for path, expected in _expectations(root):
        name = str(path.relative_to(root))
        entries = _entries(path) if expected else ()
        assert len(entries) == len(expected), name
        for entry, wanted in zip(entries, expected, strict=True):
            fields = list(_differences(entry, wanted))
            if fields:
                yield name, [field for field, differs in fields if differs]


def test_the_expectations_of_another_parser_are_met() -> None:
    compared = list(_compared(material("feeds", "gofeed")))
    different = {name: fields for name, fields in compared if fields}
    assert different.keys() == _DIFFERENT.keys(), different
    agreeing = sum(not fields for _name, fields in compared)
    assert len(compared) > 80
    assert agreeing >= 0.97 * len(compared)


def _refusal(path: Path) -> ParseError | None:
    try:
        _entries(path)
    except ParseError as error:
        return error
    return None


def test_the_test_feeds_of_another_parser_are_read_unless_they_are_empty_or_no_feeds() -> None:
    root = material("feeds", "gofeed")
    refused = {path.stem for path in sorted(root.rglob("*.xml")) if _refusal(path)}
    assert refused == {"empty_feed", "unknown_feed"}


def test_four_years_of_one_newsroom_have_one_key_for_each_announcement() -> None:
    titles: dict[str, str] = {}
    for path in sorted(material("feeds", "whitehouse-history").glob("*.xml")):
        entries = _entries(path)
        assert len({entry.key for entry in entries}) == len(entries)
        for entry in entries:
            assert entry.published is not None
            assert entry.url is not None
            titles.setdefault(entry.key, entry.url)
    assert len(set(titles.values())) == len(titles)


@pytest.mark.parametrize("court", ["ca10", "cadc", "nyed_1", "wvsd"])
def test_every_entry_of_a_court_docket_is_kept_though_dockets_share_links(court: str) -> None:
    path = material("feeds", "court-dockets", f"{court}.xml")
    items = re.findall(rb"<item>.*?</item>", path.read_bytes(), re.DOTALL)
    assert len(_entries(path)) == len(set(items))
