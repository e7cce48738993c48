"""The keys of sources.yaml by which watcher says that it is alive: canary, receipt and heartbeat."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from watcher.models.catalog import Periodic
from watcher.sources.catalog.checks import wrong_with_url
from watcher.sources.catalog.mistakes import Mistakes
from watcher.sources.catalog.validate import option_values

PERIODIC = ("canary", "receipt")
HEARTBEAT = "heartbeat"
_REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}|file:.+")


def upkeep(data: Any, recipients: Collection[str], mistakes: Mistakes) -> dict[str, Any]:
    """The values of these keys, for a Catalog."""
    if not isinstance(data, dict):
        return {}
    found = {key: _periodic(key, data[key], recipients, mistakes) for key in PERIODIC if data.get(key) is not None}
    return {**found, HEARTBEAT: _heartbeat(data.get(HEARTBEAT), mistakes)}


def _periodic(key: str, given: Any, recipients: Collection[str], mistakes: Mistakes) -> Periodic | None:
    if not isinstance(given, dict):
        mistakes.add((key,), "write keys and values below it, indented: at, timezone, to")
        return None
    named = given.get("to")
    for index, name in enumerate(named if isinstance(named, list) else []):
        if isinstance(name, str) and name not in recipients:
            mistakes.unknown((key, "to", index), name, "recipient", recipients)
    plain = option_values(Periodic, given, (key,), mistakes)
    return Periodic(**{**plain, "to": tuple(plain.get("to", ()))}) if plain else None


def _heartbeat(given: Any, mistakes: Mistakes) -> str:
    if given is None:
        return ""
    if not isinstance(given, str):
        mistakes.add((HEARTBEAT,), "write an address, such as https://hc.example.org/ping/1, or ${NAME}")
        return ""
    if not _REFERENCE.fullmatch(given) and (wrong := wrong_with_url(given)):
        mistakes.add((HEARTBEAT,), wrong)
    return given
