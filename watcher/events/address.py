"""Addresses made comparable: without scheme, `www.`, tracking parameters and the mark of a language."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|mc_[ce]id|ref|source|lang|hl|locale)$", re.IGNORECASE)
_LANGUAGE = re.compile(r"^(?:en|es|en-us|es-us|es-mx|espanol|english|spanish|ingles)$", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"'()\[\]{}]{4,500}")
_MOST_LINKS = 16


def canonical(url: str | None) -> str:
    """The address as it is compared; "" where there is none, or where it is a front page."""
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return ""
    steps = [step for step in parts.path.split("/") if step and not _LANGUAGE.match(step)]
    asked = [(key, value) for key, value in parse_qsl(parts.query) if not _TRACKING.match(key)]
    if not host or not (steps or asked):
        return ""
    return f"{host}{port}/{'/'.join(steps)}" + (f"?{urlencode(sorted(asked))}" if asked else "")


def links(text: str) -> tuple[str, ...]:
    """The addresses that are written in a text."""
    found = (canonical(each.rstrip(".,;:!?")) for each in _LINK.findall(text))
    return tuple(dict.fromkeys(each for each in found if each))[:_MOST_LINKS]
