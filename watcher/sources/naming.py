"""Names for what is new: ids of sources and publishers, and what kind of body a host belongs to, as a first guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from watcher.models.words import PublisherType

_TYPES = (
    (re.compile(r"(?:^|\.)(?:uscourts|supremecourt|txcourts|courts?)\.|courts?\.(?:gov|us|ca)$|\bjudicial\b"), "court"),
    (re.compile(r"(?:^|\.)(?:senate|house|congress|gao|parliament|diputados|senado|europarl)\."), "legislature"),
    (
        re.compile(r"\.int$|(?:^|\.)(?:un|unhcr|acnur|ohchr|unicef|reliefweb|oas)\.org$|(?:^|\.)europa\.eu$"),
        "international_organisation",
    ),
    (
        re.compile(r"\.(?:gov|mil)$|(?:^|\.)(?:gov|gob|gouv|gub|gc|admin|bund|regjeringen)\.[a-z]{2}$|\.gov\.uk$"),
        "executive",
    ),
    (re.compile(r"\.edu$|\.ac\.[a-z]{2}$|\.edu\.[a-z]{2}$|\buniversity\b"), "research"),
    (re.compile(r"\.org$|\.ong$|\.ngo$|\.org\.[a-z]{2}$"), "ngo"),
)
_SECOND_LEVEL = frozenset({"com", "org", "net", "gov", "edu", "gob", "gouv", "gub", "gc", "co", "ac", "go", "or"})
_SAYS_NOTHING = re.compile(
    r"feeds?|rss2?|atom|xml|json|index|html?|php|aspx|default|api|v\d|wp|wp-json|posts|sitemap|[a-z]{2}(?:-[a-z]{2})?|www"
    r"|web|site|home|documents|\d+"
)
_LONGEST = 60


def publisher_type(host: str) -> PublisherType:
    """What kind of body has this host, judged by its name; OTHER when it does not say."""
    return PublisherType(next((name for pattern, name in _TYPES if pattern.search(host.lower())), "other"))


def publisher_id(url: str) -> str:
    """A short id from the host: `supportkind` of https://www.supportkind.org/feed/."""
    host = (urlsplit(url).hostname or "").lower().removeprefix("www.")
    if re.fullmatch(r"[\d.]+|.*:.*|", host):
        return slug(host) or "publisher"
    labels = host.split(".")
    for ending in (True, len(labels) > 2 and labels[-2] in _SECOND_LEVEL):
        if ending and len(labels) > 1:
            labels.pop()
    return slug(labels[-1]) or "publisher"


def source_id(url: str, publisher: str, kind: str, taken: Collection[str]) -> str:
    """An id that is not taken: the publisher's and the part of the address that says most."""
    segments = [slug(re.sub(r"\.\w{2,5}$", "", each)) for each in urlsplit(url).path.split("/")]
    telling = [each for each in segments if each and not _SAYS_NOTHING.fullmatch(each)]
    base = slug(f"{publisher}-{telling[-1] if telling else kind}")[:_LONGEST].strip("-")
    return next(name for name in _numbered(base) if name not in taken)


def unique(name: str, taken: Collection[str]) -> str:
    """The name, or with a number after it when it is taken."""
    return next(each for each in _numbered(name) if each not in taken)


def slug(text: str) -> str:
    """Lower-case letters, digits and single hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST]


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1
