"""What a robots.txt says to us: the rules of our group (RFC 9309 section 2.2), and whether they allow an address.

Only the lines of the group that is meant for `watcher` (or else for `*`) reach protego, as one group: a file with
14,000 names over 14,000 rules, within the 500 KiB, took it more than five minutes, because it gives every name all
rules. One group of 26,000 wildcard rules takes 0.13 s to parse, and picking it from 500 KiB another 0.1 s.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta

from protego import Protego

from watcher.fetch.bounds import KIB

PRODUCT = "watcher"
"""Our product token: what a site writes after `User-agent:` to mean us."""
LONGEST_DELAY = timedelta(seconds=30)
"""No Crawl-delay keeps two requests further apart: a check has a minute, and a feed is one request."""

_AGENT = re.compile(r"user[- ]?agent\s*[:\s]\s*(.*)", re.IGNORECASE)
_RULE = re.compile(r"(?:allow|diss?all?[ao]w|diasllow|crawl[- ]delay)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]+")
_LARGE = 16 * KIB


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an address may be asked, and how far apart two requests should be."""

    allowed: bool
    apart: timedelta


EVERYTHING = Verdict(allowed=True, apart=timedelta())


async def our_rules(body: bytes) -> str:
    """The lines that are meant for us; "" where everything is allowed."""
    if len(body) < _LARGE:
        return _our_rules(body)
    return await asyncio.to_thread(_our_rules, body)


async def verdict(rules: str, url: str) -> Verdict:
    """What those lines say to an address.

    Parsed again each time: 0.1 ms for most, and hundreds of hosts with hostile ones would fill the memory otherwise.
    """
    if not rules:
        return EVERYTHING
    if len(rules) < _LARGE:
        return _verdict(rules, url)
    return await asyncio.to_thread(_verdict, rules, url)


def _verdict(rules: str, url: str) -> Verdict:
    parsed = Protego.parse(f"User-agent: *\n{rules}")
    delay = min(parsed.crawl_delay(PRODUCT) or 0.0, LONGEST_DELAY.total_seconds())
    return Verdict(parsed.can_fetch(url, PRODUCT), timedelta(seconds=delay))


def _our_rules(body: bytes) -> str:
    text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    if text.lstrip().startswith("<"):  # a web page in its place
        return ""
    ours, everybodys = _groups(text)
    return "\n".join(dict.fromkeys(everybodys if ours is None else ours))


def _groups(text: str) -> tuple[list[str] | None, list[str]]:
    """The rules of the groups that name us (None: no group does), and of those for everybody.

    Names that follow each other share the rules after them, groups of one name are one group, and lines that are
    neither names nor rules do not interfere (sections 2.2.1 and 2.2.4).
    """
    ours: list[str] | None = None
    everybodys: list[str] = []
    is_ours = is_everybodys = naming = False
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if named := _AGENT.fullmatch(line):
            name = named[1].lower()
            if not naming:
                is_ours = is_everybodys = False
            naming = True
            is_everybodys = is_everybodys or name == "*"
            if (token := _TOKEN.match(name)) and token[0] == PRODUCT:
                is_ours, ours = True, ours or []
        elif _RULE.match(line):
            naming = False
            if is_ours and ours is not None:
                ours.append(line)
            if is_everybodys:
                everybodys.append(line)
    return ours, everybodys
