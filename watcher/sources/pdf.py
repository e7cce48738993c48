"""PDF documents watched as sources: each new state of the document is an entry, with its text."""

from __future__ import annotations

import hashlib
import html
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from watcher.models.catalog import Interval
from watcher.models.entries import RawEntry, RawReading
from watcher.sources import base, dates, keys


@dataclass(frozen=True, slots=True)
class Options:
    """What cannot be seen in the document."""

    title: str = ""
    """What its entries are called; default: the document's own title, else its first line."""


KIND = base.Kind(
    name="pdf",
    options=Options,
    every=Interval(timedelta(hours=1), timedelta(hours=24)),
    accept="application/pdf, */*;q=0.1",
    read="watcher.sources.pdf:read",
    extracted="pdf",
)


def read(body: bytes, *, url: str, media_type: str, charset: str | None, options: Options) -> RawReading:
    """One entry: the document as it is now.

    `body` is what can be read in it, as JSON (see `Kind.extracted`). A state is known by its words: a server that
    makes the same file anew for every request brings nothing new, a document that returns to an older state neither.
    A scan has no words; it is known by its bytes. Raises ParseError: UNREADABLE, UNEXPECTED (it is none).
    """
    said = _said(body, url)
    text = str(said.get("text") or "")
    scan = said.get("scan") is True
    state = str(said.get("sha256")) if scan else " ".join(text.casefold().split())
    entry = RawEntry(
        key=f"{keys.canonical_url(url)} {hashlib.sha256(state.encode('utf-8', 'replace')).hexdigest()[:16]}",
        url=base.web_address(url, url),
        title=html.escape(options.title or str(said.get("title") or "")),
        content=_markup(text),
        teaser=False,
        published=dates.read_date(str(said.get("dated") or "")),
        published_raw=str(said.get("dated") or ""),
        language=base.primary_language(said.get("language")),
        scan=scan,
    )
    return RawReading((entry,), title=entry.title, language=entry.language)


def _said(body: bytes, url: str) -> dict[str, Any]:
    advice = "Open the address: if it is a page with links to documents, use `kind: listing`."
    if not body.strip():
        raise base.unreadable(f"{url} answered with an empty document.", "It is tried again at the next check.")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise base.unexpected(f"{url} is no PDF.", advice, body) from error
    if not isinstance(said, dict) or "sha256" not in said:
        raise base.unexpected(f"{url} is no PDF.", advice, body)
    return said


def _markup(text: str) -> str:
    """Plain text as markup, paragraph by paragraph."""
    paragraphs = html.escape(text, quote=False).split("\n\n")
    return "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs)
