"""Recorded press pages of five American agencies, read with the selectors that a person would write first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.material import material
from watcher.models.entries import Entry
from watcher.pipeline.reading import read_source


def _entries(name: str, **options: str) -> tuple[Entry, ...]:
    arguments: dict[str, Any] = {
        "body": material("pages", "government-listings", f"{name}.html").read_bytes(),
        "url": "https://www.agency.example.org/newsroom",
        "media_type": "text/html",
        "charset": None,
        "limit": 2000,
        "now": "2026-11-24T12:00:00+00:00",
    }
    return read_source(kind="listing", options=options, **arguments).entries


@pytest.mark.parametrize(
    ("name", "options", "count"),
    [
        ("dhs-newsroom", {"entry": "li.usa-collection__item"}, 2),
        ("fema-news", {"entry": ".views-listing", "summary": ".views-field-body"}, 3),
        ("cftc-press", {"entry": "tbody tr"}, 2),
        ("ofac-recent-actions", {"entry": ".search-result", "date": ".font-sans-2xs"}, 3),
    ],
)
def test_each_row_gives_title_link_and_date(name: str, options: dict[str, str], count: int) -> None:
    entries = _entries(name, **options)
    assert len(entries) >= count
    for entry in entries:
        assert len(entry.title) > 15
        assert entry.url is not None
        assert entry.url.startswith("https://www.agency.example.org/")
        assert entry.published is not None
        assert entry.teaser
    days = [entry.published for entry in entries if entry.published]
    assert days == sorted(days, reverse=True)


def test_a_summary_comes_with_its_entry() -> None:
    first = _entries("fema-news", entry=".views-listing", summary=".views-field-body")[0]
    assert first.title == "One Month Left to Apply for FEMA Assistance after Tropical Storm Arthur"
    assert first.text.startswith("BATON ROUGE, La.")


@pytest.mark.parametrize("court", ["scotusoyez_example", "txctapp12_example", "prapp_example", "iowa_example"])
def test_pages_of_courts_are_read_whatever_they_are_made_of(court: str) -> None:
    body = material("pages", "courts", f"{court}.html").read_bytes()
    reading = read_source(
        kind="listing",
        body=body,
        url="https://court.example.org/opinions",
        media_type="text/html",
        charset=None,
        options={"entry": "a[href]"},
        limit=2000,
        now="2026-11-24T12:00:00+00:00",
    )
    assert reading.entries
    assert len({entry.key for entry in reading.entries}) == len(reading.entries)
