"""What runs in the child: a document becomes entries, or a readable text, as values that are safe to store and show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, cast

from watcher.extract import charset as charsets
from watcher.extract import clean
from watcher.models.documents import Extracted
from watcher.models.entries import Entry, RawEntry, RawReading, Reading
from watcher.sources.base import Kind
from watcher.sources.dates import believable

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
) -> Reading:
    """The entries of a source, cleaned, newest first; at most `limit`, the rest counted in `left_over`.

    `kind` is the name of a source kind, `options` its validated options as plain data, `now` an ISO moment with its
    zone. When there are more than `limit`, entries whose key is in `known` give way to those that are not: with the
    stored keys as `known`, one check after the other takes what the cap left over. Raises ParseError.
    """
    reader = cast(Kind, import_module(f"watcher.sources.{kind}").KIND)
    if reader.decoded:
        body, charset = charsets.decode(body, charset).encode("utf-8", "replace"), "utf-8"
    raw = reader.reader()(body, url=url, media_type=media_type, charset=charset, options=reader.options(**options))
    moment = datetime.fromisoformat(now).astimezone(UTC)
    believed = [replace(entry, published=believable(entry.published, moment)) for entry in raw.entries]
    kept = capped(newest_first(believed), limit, frozenset(known))
    return Reading(
        entries=tuple(_entry(entry, raw) for entry in kept),
        title=clean.markup_to_line(raw.title),
        language=raw.language,
        left_over=len(believed) - len(kept),
        ttl=raw.ttl,
    )


def read_page(*, body: bytes, url: str, media_type: str, charset: str | None) -> Extracted:
    """The readable main text of a fetched page. Raises ParseError."""
    from watcher.extract import html

    return html.extract(body, url=url, media_type=media_type, charset=charset)


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
        title=clean.markup_to_line(raw.title) or _headline(text) or clean.clean_line(raw.url or "") or _NO_TITLE,
        text=text,
        teaser=raw.teaser and url is not None,
        published=raw.published,
        published_raw=clean.clean_line(raw.published_raw, clean.RAW_DATE),
        language=raw.language or reading.language,
    )


def _headline(text: str) -> str:
    """For an entry without title: its first line, as long as a headline may be."""
    return clean.clean(text.partition("\n")[0], 120)
