"""OPML and CSV: what other programs wrote is read, and what we write is read again."""

from __future__ import annotations

import pytest

from tests.material import material
from watcher.errors import ParseError, ProblemClass
from watcher.extract import charset
from watcher.models.catalog import Catalog, Publisher, Source
from watcher.models.words import PublisherType
from watcher.sources import subscriptions

_CATALOG = Catalog(
    publishers=(
        Publisher("kind", "Kids & <Need>", PublisherType.NGO, "US"),
        Publisher("dhs", "=Homeland", PublisherType.EXECUTIVE),
    ),
    hosts=(),
    sources=(
        Source("kind-news", "kind", "feed", "https://supportkind.org/feed/?a=1&b=2", name="News", language="en"),
        Source("dhs-news", "dhs", "listing", "https://dhs.gov/news", options={"entry": "li"}, note="a, b\nc"),
    ),
    recipients=(),
    rules=(),
)


def test_opml_that_we_write_is_read_again() -> None:
    (wanted,) = subscriptions.read(subscriptions.write_opml(_CATALOG), name="x.opml")
    assert (wanted.url, wanted.name, wanted.kind) == (
        "https://supportkind.org/feed/?a=1&b=2",
        "Kids & <Need>: News",
        "feed",
    )


def test_csv_that_we_write_is_read_again() -> None:
    text = subscriptions.write_csv(_CATALOG)
    first, second = subscriptions.read(text, name="x.csv")
    assert (first.id, first.publisher, first.publisher_type, first.country) == ("kind-news", "kind", "ngo", "US")
    assert (second.kind, second.publisher_name, second.note) == ("listing", "=Homeland", "a, b\nc")
    assert ",'=Homeland," in text, "no spreadsheet takes it for a formula"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_others_needs_only_addresses(delimiter: str) -> None:
    text = f"\ufeffTitle{delimiter}xmlUrl\nUNHCR{delimiter}https://unhcr.org/rss\nno address{delimiter}ftp://x\n"
    (wanted,) = subscriptions.read(text, name="x.csv")
    assert (wanted.name, wanted.url) == ("UNHCR", "https://unhcr.org/rss")


def test_an_address_counts_once() -> None:
    text = "url\nhttps://e.org/feed/\nhttp://www.e.org/feed\nhttps://e.org/other\n"
    assert len(subscriptions.read(text, name="x.csv")) == 2


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "<html><body>x</body></html>", "<opml><body/></opml>", "url\n"])
def test_what_names_no_address_is_refused_with_advice(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        subscriptions.read(text, name="x.txt")
    assert caught.value.problem.kind is ProblemClass.UNEXPECTED
    assert "x.txt" in caught.value.problem.message
    assert "OPML" in caught.value.problem.advice


def test_a_text_that_begins_like_an_address_is_not_fetched() -> None:
    with pytest.raises(ParseError):
        subscriptions.read("http://127.0.0.1/opml", name="x")


def test_recorded_lists_are_read() -> None:
    counts = {}
    for path in sorted(material("files", "opml").glob("*.opml")):
        wanted = subscriptions.read(charset.decode(path.read_bytes()), name=path.name)
        assert all(each.url.startswith("http") for each in wanted)
        counts[path.stem] = len(wanted)
    assert counts["Mexico"] == 15
    assert min(counts.values()) >= 5
