"""What identifies an entry within its source, so that the same entry is recognised whatever its publisher changes."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from posixpath import normpath
from urllib.parse import quote, unquote, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"(?:utm_.*|mc_[ce]id|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|_hs(?:enc|mi)|__hs\w+|mkt_tok|vero_id"
    r"|oly_\w+_id|s_cid|icid|ncid|cmpid|ocid|at_(?:medium|campaign)|phpsessid|jsessionid|aspsessionid\w*|sessionid|sid)",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNQUOTED = "/:@!$&'()*+,;=~"
_LONGEST = 512


@dataclass(frozen=True, slots=True)
class Marks:
    """What an entry can be recognised by; `date` is the day, or what the source wrote for it. All may be empty."""

    own_id: str
    link: str
    title: str
    date: str = ""
    content: str = ""


def canonical_url(url: str) -> str:
    """One spelling for all addresses of one page: the same result for http and https, with and without `www.`,
    tracking and session parameters, fragment and trailing slash, parameters in any order. Idempotent.

    It names a page; it is not an address to fetch. What is not an http(s) address comes back stripped.
    """
    url = _SURROGATE.sub("\ufffd", url.strip())
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in ("http", "https") or not host:
        return url
    place = re.sub(r"^(?:www\.)+(?=[^.]+\.)", "", host) + (f":{port}" if port not in (None, 80, 443) else "")
    return urlunsplit(("https", place, _canonical_path(parts.path), _canonical_query(parts.query), ""))


def assign(entries: Sequence[Marks], *, dated: bool = False) -> list[str]:
    """The key of each entry. Two entries get the same key only when nothing tells them apart: they are the same one.

    The publisher's own id names an entry; without one its canonical link does; without that its title and date.
    With `dated` the date always joins the name. Where one document uses a name for different links, the link joins
    it; then fragment, title, date, content.
    """
    keys = [f"{_name(entry)} {entry.date}".strip() if dated else _name(entry) for entry in entries]
    for detail in (_link, _fragment, _title, _date, _content):
        keys = _told_apart(keys, entries, detail)
    return [_fitting(key) for key in keys]


def _canonical_path(path: str) -> str:
    plain = unquote(_SESSION_IN_PATH.sub("", path), errors="surrogateescape")
    path = quote(re.sub("^/+", "/", normpath("/" + plain)), _UNQUOTED, errors="surrogateescape")
    return path.rstrip("/")


def _canonical_query(query: str) -> str:
    pairs = [pair for pair in query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0])]
    return "&".join(sorted(pairs))


def _name(entry: Marks) -> str:
    if entry.own_id.strip():
        return canonical_url(entry.own_id)
    return _link(entry) or f"title:{_title(entry)}:{entry.date}"


def _link(entry: Marks) -> str:
    return canonical_url(entry.link)


def _fragment(entry: Marks) -> str:
    return entry.link.partition("#")[2]


def _title(entry: Marks) -> str:
    return _hash(entry.title)


def _date(entry: Marks) -> str:
    return entry.date


def _content(entry: Marks) -> str:
    return _hash(entry.content)


def _hash(text: str) -> str:
    folded = " ".join(text.casefold().split())
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _told_apart(keys: Sequence[str], entries: Sequence[Marks], detail: Callable[[Marks], str]) -> list[str]:
    """The keys, each longer by the detail where entries that share it differ in the detail."""
    times = Counter(keys)
    shared = [(i, detail(entries[i])) for i, key in enumerate(keys) if times[key] > 1]
    details: dict[str, set[str]] = {}
    for i, value in shared:
        details.setdefault(keys[i], set()).add(value)
    longer = {i: f"{keys[i]} {value}" for i, value in shared if len(details[keys[i]]) > 1}
    return [longer.get(i, key) for i, key in enumerate(keys)]


def _fitting(key: str) -> str:
    """Keys are stored and indexed: short, and without anything that cleaning would change."""
    if len(key) <= _LONGEST and key.isprintable() and key == key.strip():
        return key
    return "sha256:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
