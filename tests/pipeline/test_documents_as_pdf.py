"""Entries whose page is a PDF, watched PDFs and scans, through a whole check."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from tests.extract.pdfs import pdf, scan
from tests.pipeline.world import FEED, World, document, feed, item
from watcher.models.catalog import Interval
from watcher.models.checks import CheckOutcome, TextState
from watcher.models.documents import Document
from watcher.pipeline.check import check_source
from watcher.pipeline.tools import KindTraits
from watcher.sandbox import Sandbox

_PAGE = "https://news.example/order"


def _pdf(url: str, body: bytes) -> Document:
    plain = document(url, "", "application/pdf")
    return replace(plain, body=body, sha256=hashlib.sha256(body).hexdigest(), charset=None)


async def test_an_entry_that_links_to_a_pdf_gets_its_text() -> None:
    world = World(
        web={
            FEED: document(FEED, feed(item("order", "The order is out."))),
            _PAGE: _pdf(_PAGE, pdf([["MPP was ended."]])),
        }
    )
    record = await check_source(world.claimed(), world.tools())
    (entry,) = record.entries
    assert entry.text_state is TextState.PAGE
    assert "MPP was ended." in entry.text
    assert entry.classification.matches


async def test_a_scan_is_stored_as_an_unread_scan_and_not_asked_for_again() -> None:
    world = World(web={FEED: document(FEED, feed(item("order", "The order is out."))), _PAGE: _pdf(_PAGE, scan(3))})
    record = await check_source(world.claimed(), world.tools())
    (entry,) = record.entries
    assert entry.text_state is TextState.SCAN
    assert entry.text == "The order is out."
    assert entry.page is not None
    assert entry.page_due_at is None


async def test_a_watched_pdf_is_read_inside_the_walls() -> None:
    world = World(web={_PAGE: _pdf(_PAGE, pdf([["MPP was ended."], ["More."]]))})
    sandbox = Sandbox(workers=1)
    traits = KindTraits("application/pdf", Interval(timedelta(hours=1), timedelta(hours=6)))
    try:
        tools = world.tools(kinds={"pdf": traits}, sandbox=sandbox.run)
        claimed = world.claimed()
        claimed = replace(claimed, source=replace(claimed.source, kind="pdf", url=_PAGE))
        record = await check_source(claimed, tools)
    finally:
        await sandbox.aclose()
    assert record.outcome is CheckOutcome.READ
    (entry,) = record.entries
    assert entry.text == "MPP was ended.\n\n[page 2]\n\nMore."
    assert entry.text_state is TextState.SOURCE
