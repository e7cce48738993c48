"""Hosts: by what name we know them, which rule holds for which (the first that matches), and what they have said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from watcher.models.catalog import HostRule, Robots

_PORTS = {"http": 80, "https": 443}


class NoteKind(StrEnum):
    """What a host can have said."""

    HOLD = "hold"
    """Leave me alone until then (Retry-After); the text is the status."""
    ROBOTS = "robots"
    """Its robots.txt; the text is the rules for us."""


@dataclass(frozen=True, slots=True)
class HostNote:
    """Something that a host said and that holds until `until`, a day at most, also after a restart.

    `about` is the host with its port for a hold, the origin for a robots.txt.
    """

    kind: NoteKind
    about: str
    until: datetime
    text: str


def host_of(url: str) -> str:
    """The host of an address, with its port where it names one: what shares one lane. "" for a folder of mails."""
    return urlsplit(url).netloc.lower()


def rule_of(url_host: str, rules: Sequence[HostRule]) -> HostRule:
    """The rule of a host as `host_of` names it; without a port it is taken for https."""
    parts = urlsplit(f"//{url_host}")
    return rule_for(parts.hostname or "", parts.port or _PORTS["https"], rules)


def rule_for(host: str, port: int, rules: Sequence[HostRule]) -> HostRule:
    """The first rule whose pattern matches the host or host:port; else one at once, a second apart, robots obeyed."""
    name = host.lower()
    for rule in rules:
        pattern = rule.host.lower()
        if fnmatchcase(name, pattern) or fnmatchcase(f"{name}:{port}", pattern):
            return rule
    return HostRule(host="*")


def ignores_robots(url: str, rules: Sequence[HostRule]) -> bool:
    """Whether the configuration says to ask this address whatever its host's robots.txt says."""
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme, 0)
    return rule_for(parts.hostname or "", port, rules).robots is Robots.IGNORE
