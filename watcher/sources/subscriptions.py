"""Lists of sources that other programs read and write: OPML and CSV."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from watcher.models.catalog import Catalog, Source
from watcher.sources import base, keys

COLUMNS = ("id", "url", "kind", "name", "publisher", "publisher_name", "publisher_type", "country", "language", "note")
"""Of a CSV file; only `url` is needed, and any order is read."""

_OTHER_NAMES = {"address": "url", "link": "url", "xmlurl": "url", "feed": "url", "title": "name", "type": "kind"}
_MOST = 5000
_NAME = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_EXPORT_AGAIN = "Export it again, as OPML or as CSV with a line of column names (at least `url`)."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source as a list names it; everything but the address may be empty."""

    url: str
    id: str = ""
    kind: str = ""
    name: str = ""
    publisher: str = ""
    publisher_name: str = ""
    publisher_type: str = ""
    country: str = ""
    language: str = ""
    note: str = ""


def read(text: str, *, name: str) -> tuple[Wanted, ...]:
    """The sources of a list, in its order, each address once; `name` is the file's, for messages.

    Raises ParseError: it is neither OPML nor CSV with a column `url`, it names no web address, or too many.
    """
    wanted = _opml(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else _csv(text, name)
    found: dict[str, Wanted] = {}
    for each in wanted:
        found.setdefault(keys.canonical_url(each.url), each)
    if not found:
        raise base.unexpected(f"{name} names no address of a feed.", _EXPORT_AGAIN, text.encode("utf-8", "replace"))
    if len(found) > _MOST:
        raise base.unexpected(f"{name} names {len(found)} sources.", f"Import at most {_MOST} at a time.")
    return tuple(found.values())


def write_opml(catalog: Catalog) -> str:
    """The feeds as OPML 2.0 (https://opml.org/spec2.opml), one outline for each publisher."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "  <head>"]
    lines += ["    <title>Sources of watcher</title>", "  </head>", "  <body>"]
    for publisher in catalog.publishers:
        feeds = [each for each in catalog.sources if each.publisher == publisher.id and each.kind == "feed"]
        if feeds:
            lines.append(f"    <outline {_attributes(text=publisher.name, title=publisher.name)}>")
            lines += [f"      <outline {_outline(each, publisher.name)} />" for each in feeds]
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>"]) + "\n"


def write_csv(catalog: Catalog) -> str:
    """All sources with the columns that `read` understands; options of a kind are not in it."""
    publishers = {publisher.id: publisher for publisher in catalog.publishers}
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for source in catalog.sources:
        publisher = publishers[source.publisher]
        of_publisher = (publisher.id, publisher.name, publisher.type.value, publisher.country or "")
        row = (source.id, source.url, source.kind, source.name, *of_publisher, source.language or "", source.note)
        table.writerow([_cell(each) for each in row])
    return out.getvalue()


def _opml(text: str) -> Iterator[Wanted]:
    """listparser is given bytes: of a text that begins like an address it would fetch the address."""
    import listparser

    for feed in listparser.parse(text.encode("utf-8", "replace")).feeds:
        if address := base.web_address("", feed.url):
            yield Wanted(address, kind="feed", name=" ".join(feed.title.split())[:_NAME])


def _csv(text: str, name: str) -> Iterator[Wanted]:
    try:
        yield from _rows(text, name)
    except csv.Error as error:
        raise base.unreadable(f"{name} is not CSV ({error}).", _EXPORT_AGAIN, _start(text)) from error


def _rows(text: str, name: str) -> Iterator[Wanted]:
    first_line = text[:4096].partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    named = {column: _column(column) for column in rows.fieldnames or ()}
    if "url" not in named.values():
        raise base.unexpected(f"{name} has no column `url` in its first line.", _EXPORT_AGAIN, _start(text))
    known = {field.name for field in fields(Wanted)}
    for row in rows:
        values = {named[column]: (value or "").strip()[: 4 * _NAME] for column, value in _plain(row).items()}
        if address := base.web_address("", values.get("url")):
            yield Wanted(**{**{name: _uncelled(values[name]) for name in known & values.keys()}, "url": address})


def _start(text: str) -> bytes:
    return text[:300].encode("utf-8", "replace")


def _plain(row: Mapping[str | None, str | list[str] | None]) -> dict[str, str | None]:
    """Without the cells that a row has beyond the columns."""
    return {column: value for column, value in row.items() if column is not None and not isinstance(value, list)}


def _column(written: str) -> str:
    name = written.strip().lower().replace(" ", "_")
    return _OTHER_NAMES.get(name, name)


def _cell(value: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _uncelled(value: str) -> str:
    return value[1:] if value[:1] == "'" and value[1:].startswith(_FORMULA) else value


def _outline(source: Source, publisher: str) -> str:
    title = f"{publisher}: {source.name}" if source.name else publisher
    return _attributes(type="rss", text=title, title=title, xmlUrl=source.url)


def _attributes(**values: str) -> str:
    return " ".join(f'{name}="{html.escape(value)}"' for name, value in values.items())
