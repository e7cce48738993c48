"""watcher sources try on saved files: a page, a feed, an answer, a PDF, a sitemap, as somebody kept them."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Desk
from tests.material import material
from watcher.errors import ConfigError


@pytest.mark.parametrize(
    ("parts", "kind", "least"),
    [
        (("pages", "government-listings", "fema-news.html"), "listing", 3),
        (("pages", "courts", "cit_example_2.html"), "listing", 90),
        (("feeds", "whitehouse-history", "2023-01-04T103217_0000.xml"), "feed", 30),
        (("feeds", "court-dockets", "cadc.xml"), "feed", 1),
        (("api", "federal-register", "federal_register.json"), "api", 5),
        (("api", "other", "courtlistener_search.json"), "api", 20),
        (("api", "other", "sitla_posts.json"), "api", 10),
        (("api", "other", "regulations_docs.json"), "api", 1),
        (("files", "pdf", "2 District Court Complaint.pdf"), "pdf", 1),
        (("files", "sitemaps", "jaypol-news-sitemap.xml"), "sitemap", 1),
    ],
)
def test_a_saved_file_is_read_as_what_it_is(desk: Desk, parts: tuple[str, ...], kind: str, least: int) -> None:
    result = desk.run("sources", "try", str(material(*parts)), "--json")
    said = json.loads(result.output)
    assert said["kind"] == kind
    assert len(said["entries"]) >= least
    assert all(entry["title"] for entry in said["entries"])
    assert not (desk.folder / "data").exists(), "nothing is stored"


def test_what_is_neither_source_nor_address_nor_file_is_said(desk: Desk) -> None:
    result = desk.run("sources", "try", "nobody")
    assert isinstance(result.exception, ConfigError)
    assert "saved file" in str(result.exception)
