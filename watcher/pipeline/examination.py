"""What runs in the child on a document that could not be read: what it says of itself, and selectors that would fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from watcher.errors import ParseError
from watcher.extract import charset as charsets
from watcher.extract import clean, examine
from watcher.models.incidents import Examined, Repair

_MOST = 3
_LEAST_ENTRIES = 3
_PREVIEW = 100


def examine_answer(*, body: bytes, url: str, charset: str | None, is_listing: bool) -> Examined:
    """For a listing also the likeliest lists of the page, each with what it finds: a redesign may be answered so."""
    said = examine.examine(body=body, url=url, charset=charset)
    if not said.html or not is_listing:
        return said
    decoded = charsets.decode(body, charset).encode("utf-8", "replace")
    return replace(said, repairs=tuple(_lists(decoded, url)))


def _lists(body: bytes, url: str) -> list[Repair]:
    from watcher.sources.suggest import suggest

    found = [each for each in suggest(body, url=url, most=_MOST) if each.entries >= _LEAST_ENTRIES]
    return [Repair("options", _as_yaml(each.options), _preview(body, url, each.options)) for each in found]


def _preview(body: bytes, url: str, options: Mapping[str, str]) -> str:
    """How many entries the options find, and the first of them."""
    from watcher.sources import listing

    made = listing.Options(**options)  # type: ignore[arg-type]  # suggested options are texts
    try:
        entries = listing.read(body, url=url, media_type="text/html", charset="utf-8", options=made).entries
    except ParseError:
        return ""
    return f"finds {len(entries)} entries, first: {clean.markup_to_line(entries[0].title, _PREVIEW)}"


def _as_yaml(options: Mapping[str, str]) -> str:
    """In one line, as it may stand in sources.yaml."""
    return "{" + ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in options.items()) + "}"
