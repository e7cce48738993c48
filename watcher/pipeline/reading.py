"""What runs in the child: a document becomes entries, or a readable text, as values that are safe to store and show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, cast

from watcher.errors import ParseError, Problem, ProblemClass
from watcher.extract import charset as charsets
from watcher.extract import clean, links
from watcher.models.documents import Extracted
from watcher.models.entries import Entry, RawEntry, RawReading, Reading
from watcher.pipeline.titles import title_of
from watcher.sources.base import Kind
from watcher.sources.dates import believable
from watcher.vocabulary.noticepages import who_blocks

_NO_TITLE = "(no title)"


def read_source(
    *,
    kind: str,
    body: bytes,
    url: str,
    media_type: str,
    charset: str | None,
    options: Mapping[str, Any],
    limit: int,
    now: str,
    known: Sequence[str] = (),
    memory: str | None = None,
) -> Reading:
    """The entries of a source, cleaned, newest first; at most `limit`, the rest counted (`left_over`, `still_new`).

    `kind` is the name of a source kind, `options` its validated options as plain data, `now` an ISO moment with its
    zone. When there are more than `limit`, entries whose key is in `known` give way to those that are not: with the
    stored keys as `known`, one check after the other takes what the cap left over. `memory` is what a kind that
    remembers said in its last reading. Raises ParseError.
    """
    _refuse_block_page(body, url)
    reader = cast(Kind, import_module(f"watcher.sources.{kind}").KIND)
    if reader.extracted == "html":
        body = _extracted_page(body, url, media_type, charset, options)
    elif reader.extracted:
        body = _extracted_pdf(body, url)
    elif reader.decoded:
        body, charset = charsets.decode(body, charset).encode("utf-8", "replace"), "utf-8"
    moment = datetime.fromisoformat(now).astimezone(UTC)
    told: dict[str, Any] = {"memory": memory} if reader.remembers else {}
    told |= {"now": moment} if reader.timed else {}
    raw = reader.reader()(
        body, url=url, media_type=media_type, charset=charset, options=reader.options(**options), **told
    )
    believed = [replace(entry, published=believable(entry.published, moment)) for entry in raw.entries]
    stored = frozenset(known)
    kept = capped(newest_first(believed), limit, stored)
    new, taken = (sum(entry.key not in stored for entry in some) for some in (believed, kept))
    return Reading(
        entries=tuple(_entry(entry, raw) for entry in kept),
        title=clean.markup_to_line(raw.title),
        language=raw.language,
        left_over=len(believed) - len(kept) + raw.left_over,
        still_new=new - taken + raw.left_over,
        ttl=raw.ttl,
        memory=raw.memory,
        more=raw.more,
        again=raw.again,
        note=clean.clean_line(raw.note),
    )


def read_page(*, body: bytes, url: str, media_type: str, charset: str | None, selector: str = "") -> Extracted:
    """The readable main text of a fetched page or PDF. Raises ParseError.

    `selector` (CSS) says where a page has its main text; where it finds nothing, the text is looked for as without it.
    """
    from watcher.extract import html, pdf

    _refuse_block_page(body, url)
    if pdf.is_pdf(body, media_type):
        return pdf.extract(body, url=url)
    return html.extract(body, url=url, media_type=media_type, charset=charset, selector=selector)


def _refuse_block_page(body: bytes, url: str) -> None:
    """Raises ParseError (blocked) for a page that says, with status 200, that programs are not welcome."""
    if who := who_blocks(body):
        raise ParseError(
            Problem(
                ProblemClass.BLOCKED,
                f"{url} answers with a page of {who} that only a person in a browser gets past",
                "The server does not want to be read by programs: ask the publisher for access, or look for another "
                "address of the same source (feed, API, newsletter).",
            ),
            sample=clean.markup_to_text(body[:4096].decode("utf-8", "replace"))[:500],
        )


def _extracted_pdf(body: bytes, url: str) -> bytes:
    """What a kind for PDFs is handed (see `sources.base.Kind.extracted`)."""
    from watcher.extract import pdf

    extracted = pdf.extract(body, url=url)
    return json.dumps({**asdict(extracted), "sha256": hashlib.sha256(body).hexdigest()}).encode()


def _extracted_page(body: bytes, url: str, media_type: str, charset: str | None, options: Mapping[str, Any]) -> bytes:
    """What a kind for the text of a page is handed (see `sources.base.Kind.extracted`)."""
    from watcher.extract import html

    extracted, is_the_text = html.watched(
        body,
        url=url,
        media_type=media_type,
        charset=charset,
        selector=options.get("text", ""),
        ignore=options.get("ignore", ()),
    )
    digest = hashlib.sha256(body).hexdigest()
    return json.dumps({**asdict(extracted), "sha256": digest, "is_the_text": is_the_text}).encode()


def newest_first(entries: Sequence[RawEntry]) -> list[RawEntry]:
    """Sorted by date of publication; an entry without one stays behind the entry that it followed in the document."""
    newest = datetime.max.replace(tzinfo=UTC)
    moments: list[datetime] = []
    for entry in entries:
        moments.append(entry.published or (moments[-1] if moments else newest))
    order = sorted(range(len(entries)), key=lambda i: moments[i], reverse=True)
    return [entries[i] for i in order]


def capped(entries: Sequence[RawEntry], limit: int, known: frozenset[str]) -> Sequence[RawEntry]:
    """At most `limit` of the entries in the same order: the first that are not known, then the first of the others."""
    if len(entries) <= limit:
        return entries
    fresh_first = sorted(range(len(entries)), key=lambda i: entries[i].key in known)
    return [entries[i] for i in sorted(fresh_first[:limit])]


def _entry(raw: RawEntry, reading: RawReading) -> Entry:
    url = raw.url and clean.clean_line(raw.url, clean.LINK)
    text = clean.markup_to_text(raw.content)
    return Entry(
        key=raw.key,
        url=url if url == raw.url else None,
        title=clean.markup_to_line(raw.title) or _headline(text) or _from_address(raw.url or "") or _NO_TITLE,
        text=text,
        teaser=raw.teaser and url is not None,
        published=raw.published,
        published_raw=clean.clean_line(raw.published_raw, clean.RAW_DATE),
        language=raw.language or reading.language,
        scan=raw.scan,
        authentication=clean.clean_line(raw.authentication),
        links=_addresses(links.of_markup(raw.content, raw.url or "")),
        versions=_addresses(raw.versions),
    )


def _addresses(found: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in found if each == clean.clean_line(each, clean.LINK))


def _from_address(url: str) -> str:
    return clean.clean_line(title_of(url))


def _headline(text: str) -> str:
    """For an entry without title: its first line, as long as a headline may be."""
    return clean.clean(text.partition("\n")[0], 120)
