"""Names for new sources and publishers."""

from __future__ import annotations

import pytest

from watcher.models.words import PublisherType
from watcher.sources import naming


@pytest.mark.parametrize(
    ("url", "name", "of_type"),
    [
        ("https://www.supportkind.org/feed/", "supportkind", PublisherType.NGO),
        ("https://www.uscis.gov/newsroom/all-news", "uscis", PublisherType.EXECUTIVE),
        ("https://www.gob.mx/segob/prensa", "gob", PublisherType.EXECUTIVE),
        ("https://news.un.org/en/news", "un", PublisherType.INTERNATIONAL_ORGANISATION),
        ("https://www.ca9.uscourts.gov/opinions/", "uscourts", PublisherType.COURT),
        ("https://www.refugeecouncil.org.uk/latest/", "refugeecouncil", PublisherType.NGO),
        ("https://www.judiciary.senate.gov/press", "senate", PublisherType.LEGISLATURE),
        ("https://law.stanford.edu/news", "stanford", PublisherType.RESEARCH),
        ("http://127.0.0.3:8080/x", "127-0-0-3", PublisherType.OTHER),
        ("https://[::1]/x", "1", PublisherType.OTHER),
        ("https://example.com/", "example", PublisherType.OTHER),
    ],
)
def test_a_publisher_is_named_after_its_host(url: str, name: str, of_type: PublisherType) -> None:
    from urllib.parse import urlsplit

    assert naming.publisher_id(url) == name
    assert naming.publisher_type(urlsplit(url).hostname or "") is of_type


def test_a_source_is_named_after_the_part_of_its_address_that_says_most() -> None:
    assert naming.source_id("https://uscis.gov/newsroom/all-news", "uscis", "listing", ()) == "uscis-all-news"
    assert naming.source_id("https://x.org/press/feed/", "x", "feed", ()) == "x-press"
    assert naming.source_id("https://x.org/feed/", "x", "feed", ()) == "x-feed"


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert naming.source_id("https://x.org/press/", "x", "feed", {"x-press", "x-press-2"}) == "x-press-3"
    assert naming.unique("un", {"un"}) == "un-2"


def test_ids_are_plain() -> None:
    assert naming.slug("  Comisión Española (CEAR) ") == "comision-espanola-cear"
