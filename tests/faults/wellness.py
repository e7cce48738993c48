"""What the sources of each kind answer when all faults have ended."""

from __future__ import annotations

from collections.abc import Mapping

from tests.faults.behaviour import page
from tests.faults.bombs import HTML, list_page
from tests.faults.feeds import titled
from tests.faults.pdfs import TYPE, one_page
from tests.fetch.server import Handler

SITEMAP = (
    b"<?xml version='1.0' encoding='utf-8'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    b"<url><loc>https://news.example/well-again</loc></url></urlset>"
)
WELL_AGAIN: Mapping[str, Handler] = {
    "feed": page(titled(["Well again"])),
    "listing": page(list_page(), HTML),
    "sitemap": page(SITEMAP, "Content-Type: application/xml"),
    "pdf": page(one_page(), TYPE),
}
