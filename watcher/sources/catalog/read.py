"""Reads sources.yaml: plain data with places, shaped, validated by the dataclasses, checked, all mistakes at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from watcher.models.catalog import Catalog
from watcher.sources.catalog.checks import check
from watcher.sources.catalog.document import load
from watcher.sources.catalog.mistakes import Mistakes
from watcher.sources.catalog.retention import retention
from watcher.sources.catalog.shape import SECTIONS, Items, file_place, leads, operators, shape
from watcher.sources.catalog.upkeep import upkeep
from watcher.sources.catalog.validate import Deeper, members, option_values


def read_catalog(
    path: Path, *, kinds: Mapping[str, type[Any]], channels: Mapping[str, type[Any]], policies: Collection[str]
) -> Catalog:
    """What the file says. `kinds` and `channels` map names to the dataclasses of their options.

    Raises ConfigError with every mistake of the file, one line each:
    `file:line:column: path: what (did you mean ...?)`. Options are plain data of the declared types; secrets stay the
    references that they must be.
    """
    document = load(path)
    mistakes = Mistakes(document)
    sections = shape(document.data, mistakes)
    options = {
        "sources": channel_options("sources", sections["sources"], "kind", kinds, mistakes),
        "recipients": channel_options("recipients", sections["recipients"], "channel", channels, mistakes),
    }
    found: dict[str, Any] = {
        section: members(section, sections[section], options.get(section, {}), mistakes) for section in SECTIONS
    }
    told, first = operators(document.data, mistakes), leads(document.data, mistakes)
    check(sections, policies, told, mistakes)
    alive = upkeep(document.data, _ids(sections["recipients"]), mistakes)
    kept = retention(document.data, mistakes)
    mistakes.raise_any()
    return Catalog(**found, **alive, retention=kept, operators=told, leads=first, digest=document.digest)


def _ids(items: Items) -> list[str]:
    return [item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]


def channel_options(
    section: str, items: Items, key: str, known: Mapping[str, type[Any]], mistakes: Mistakes
) -> dict[int, Deeper]:
    """Puts validated options into the items; returns which options each item could have.

    `key` is the key of an item that says whose options they are: `kind` or `channel`.
    """
    names = {name: {field.name: "options" for field in fields(of)} for name, of in known.items()}
    possible: dict[int, Deeper] = {}
    for index, item in enumerate(items):
        chosen = item.get(key) if isinstance(item, dict) else None
        if not isinstance(chosen, str):
            continue
        if chosen not in known:
            mistakes.unknown((section, index, key), chosen, key, known)
            continue
        possible[index] = names[chosen]
        given = item.get("options", {})
        if isinstance(given, dict):
            place = file_place(section, (index, "options"))
            item["options"] = option_values(known[chosen], given, place, mistakes)
    return possible
