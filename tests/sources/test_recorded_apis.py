"""Recorded answers of public JSON interfaces, read with their presets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.material import material
from watcher.models.entries import Reading
from watcher.pipeline.reading import read_source


def _reading(
    *parts: str, body: bytes | None = None, url: str = "https://api.example.org/v1", **options: Any
) -> Reading:
    return read_source(
        kind="api",
        body=material("api", *parts).read_bytes() if body is None else body,
        url=url,
        media_type="application/json",
        charset=None,
        options=options,
        limit=2000,
        now="2026-11-24T12:00:00+00:00",
    )


def test_documents_of_the_federal_register() -> None:
    reading = _reading(
        "federal-register",
        "federal_register.json",
        preset="federal-register",
        url="https://www.federalregister.gov/api/v1/documents.json?order=newest",
    )
    assert len(reading.entries) == 5
    first = reading.entries[0]
    assert first.key == "2026-07755"
    assert first.title.startswith("Re-Establishment of the Hunting and Shooting Sports")
    assert first.text.startswith("Notice\nInterior Department, Fish and Wildlife Service\nThe U.S. Department")
    assert first.published == datetime(2026, 4, 21, tzinfo=UTC)
    assert first.url
    assert first.url.startswith("https://www.federalregister.gov/documents/2026/04/21/2026-07755/")
    assert first.teaser
    assert [address for address in reading.more if "page=2" in address]


def test_a_short_answer_of_the_federal_register() -> None:
    reading = _reading("federal-register", "federal_register_response.json", preset="federal-register")
    assert [entry.key for entry in reading.entries] == ["2026-13245", "2026-13100"]
    assert "Securities and Exchange Commission" in reading.entries[0].text
    assert reading.more == ()


def test_an_answer_without_documents_is_empty_and_not_broken() -> None:
    assert _reading(body=b'{"description": "Documents", "count": 0}', preset="federal-register").entries == ()


def test_documents_on_public_inspection() -> None:
    document = {
        "agencies": [
            {"raw_name": "DEPARTMENT OF HOMELAND SECURITY", "name": "Homeland Security Department", "id": 227}
        ],
        "document_number": "2026-20001",
        "filed_at": "2026-11-23T16:15:00.000-05:00",
        "filing_type": "special",
        "html_url": "https://www.federalregister.gov/public-inspection/2026-20001/asylum-eligibility",
        "pdf_url": "https://public-inspection.federalregister.gov/2026-20001.pdf",
        "publication_date": "2026-11-25",
        "title": None,
        "toc_doc": "Asylum Eligibility and Procedures",
        "toc_subject": None,
        "type": "Rule",
        "editorial_note": None,
    }
    answer = json.dumps({"count": 1, "results": [document]}).encode()
    (entry,) = _reading(body=answer, preset="federal-register-inspection").entries
    assert (entry.key, entry.title) == ("2026-20001", "Asylum Eligibility and Procedures")
    assert entry.published == datetime(2026, 11, 23, 21, 15, tzinfo=UTC)
    assert entry.text.startswith("Rule\nHomeland Security Department")
    where = "agencies[?id == `227`] && type == 'Rule'"
    assert len(_reading(body=answer, preset="federal-register-inspection", where=where).entries) == 1
    assert not _reading(body=answer, preset="federal-register-inspection", where="type == 'Notice'").entries


def test_posts_of_a_wordpress_site() -> None:
    url = "https://trustlands.example.org/wp-json/wp/v2/posts"
    reading = _reading("other", "sitla_posts.json", preset="wordpress", url=url)
    assert len(reading.entries) == 10
    first = reading.entries[0]
    assert (first.key, first.title) == ("41168", "Land Sale Auction – June 5-10, 2025")
    assert first.published == datetime(2025, 2, 17, 19, 25, 25, tzinfo=UTC)
    assert first.text.startswith("A land sale auction will be held online June 5-10, 2025.")
    assert not first.teaser
    assert reading.more == (f"{url}?page=2",)


def test_dockets_of_courtlistener() -> None:
    reading = _reading(
        "other",
        "courtlistener_search.json",
        preset="courtlistener",
        url="https://www.courtlistener.com/api/rest/v4/search/?type=r",
    )
    assert len(reading.entries) == 20
    first = reading.entries[0]
    assert (first.key, first.title) == ("72491415", "Joslin v. U.S. Department of the Interior")
    assert first.url == "https://www.courtlistener.com/docket/72491415/joslin-v-us-department-of-the-interior/"
    assert first.published == datetime(2026, 3, 13, tzinfo=UTC)
    assert first.text.startswith(
        "District Court, E.D. California\n440 Civil Rights: Other\n05:552 Right to Privacy Act"
    )
    assert reading.more[0].startswith("https://www.courtlistener.com/api/rest/v4/search/?cursor=")


@pytest.mark.parametrize("page", [1, 2])
def test_an_interface_without_preset_is_read_with_paths(page: int) -> None:
    url = "https://api.regulations.example.gov/v4/documents?page%5Bsize%5D=25"
    reading = _reading(
        "other",
        "regulations_docs.json",
        url=url if page == 1 else f"{url}&page%5Bnumber%5D=2",
        entries="data",
        title="attributes.title",
        text="[attributes.documentType, attributes.agencyId]",
        date="attributes.postedDate",
        next="meta.hasNextPage",
        next_parameter="page[number]",
    )
    assert len(reading.entries) == 25
    assert reading.entries[0].title.startswith("Record of Decision")
    assert all(entry.published for entry in reading.entries)
    assert reading.more == (f"{url}&page%5Bnumber%5D={page + 1}",)
