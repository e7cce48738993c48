"""Sitemap documents (https://www.sitemaps.org/protocol.html): addresses and what is said of them, read in one pass."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from xml.parsers import expat

from watcher.errors import ParseError, Problem, ProblemClass
from watcher.sources import base

MOST = 100_000
"""Addresses of one document; the protocol allows 50,000, which take 2 s to read and compare."""
LARGEST = 64 * 1024 * 1024
"""Bytes of one document, unpacked; the protocol allows 50 MB."""
_GZIP = b"\x1f\x8b"
_PIECE = 256 * 1024
_DEEPEST = 30
_LONGEST_TEXT = 4096
_SMALLER = "Give the address of a smaller sitemap instead: that of the news, or of one section."
_AGAIN = "It is tried again at the next check. If it stays so, tell the publisher."
_LOOK = (
    "Open the address: a sitemap begins with <urlset> or <sitemapindex>. The robots.txt of most sites names theirs;"
    " `watcher sources try` shows what an address gives."
)
_CUT = frozenset({3, 5, 6, 20})
"""expat's codes for a document that ends too early: in an element, a token, a character, a CDATA section."""
_URL = ("urlset", "url")
_PART = ("sitemapindex", "sitemap")
_FIELDS = {
    (*_URL, "loc"): "address",
    (*_URL, "lastmod"): "changed",
    (*_URL, "news", "title"): "title",
    (*_URL, "news", "publication_date"): "published",
    (*_URL, "news", "publication", "language"): "language",
    (*_PART, "loc"): "address",
    (*_PART, "lastmod"): "changed",
}


@dataclass(slots=True)
class Member:
    """What a sitemap says of one address, as it was written; "" where it says nothing."""

    address: str = ""
    changed: str = ""
    title: str = ""
    published: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The members of a document, in its order; those of an index are other sitemaps."""

    is_index: bool
    members: tuple[Member, ...]


def parse(body: bytes, url: str) -> Sitemap:
    """The addresses in a sitemap, gzipped or not, whatever its media type says.

    Raises ParseError: UNREADABLE (no XML, declares entities), UNEXPECTED (another kind of document), INCOMPLETE,
    TOO_LARGE.
    """
    plain = _unpacked(body, url) if body.startswith(_GZIP) else body
    if not plain.strip():
        raise base.unreadable(f"{url} answered with an empty document.", _AGAIN)
    plain = plain.lstrip() if plain[:1].isspace() else plain
    reader = _Reader()
    try:
        reader.parse(plain)
    except _NotAllowedError as error:
        raise error.problem(url, plain) from error
    except (expat.ExpatError, ValueError) as error:
        raise _unreadable(error, reader.root, url, plain) from error
    return Sitemap(reader.root == "sitemapindex", tuple(reader.members))


def _unpacked(body: bytes, url: str) -> bytes:
    """All members of a gzip file (RFC 1952), at most LARGEST bytes."""
    whole = bytearray()
    try:
        while body:
            unpacker = zlib.decompressobj(wbits=31)
            while body and not unpacker.eof:
                whole += unpacker.decompress(body, _PIECE)
                body = unpacker.unconsumed_tail
                if len(whole) > LARGEST:
                    raise _too_large(f"{url} unpacks to more than {LARGEST // 2**20} MiB.", b"")
            if not unpacker.eof:
                raise base.incomplete(f"The gzip file at {url} ends in the middle.", _AGAIN)
            body = unpacker.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise base.unreadable(f"The gzip file at {url} is damaged ({error}).", _AGAIN) from error
    return bytes(whole)


class _NotAllowedError(Exception):
    """A document that is well-formed so far and nevertheless not read on: says what it is."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def problem(self, url: str, body: bytes) -> ParseError:
        """The error to be shown."""
        match self.what:
            case "members":
                return _too_large(f"{url} lists more than {MOST} addresses.", body)
            case "entities" | "depth":
                said = "declares entities" if self.what == "entities" else f"is nested more than {_DEEPEST} deep"
                return base.unreadable(f"{url} {said}; no sitemap has any use for that.", _LOOK, body)
            case _:
                return base.unexpected(f"{url} is {_named(self.what)}, not a sitemap.", _advice(self.what), body)


class _Reader:
    """Follows the elements of a document and keeps the texts of those that matter. Prefixes do not count."""

    def __init__(self) -> None:
        self.root = ""
        self.members: list[Member] = []
        self._path: list[str] = []
        self._member = Member()
        self._text: list[str] | None = None
        self._length = 0

    def parse(self, body: bytes) -> None:
        """Raises ExpatError, ValueError, _NotAllowedError."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.EntityDeclHandler = self._entity
        parser.Parse(body, True)

    def _entity(self, *_: object) -> None:
        raise _NotAllowedError("entities")

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        self._path.append(local)
        if len(self._path) == 1:
            self.root = local
            if local not in ("urlset", "sitemapindex"):
                raise _NotAllowedError(local)
        if len(self._path) > _DEEPEST:
            raise _NotAllowedError("depth")
        path = tuple(self._path)
        if path in (_URL, _PART):
            self._member = Member()
        self._text, self._length = ([] if path in _FIELDS else None), 0

    def _data(self, data: str) -> None:
        if self._text is not None and self._length < _LONGEST_TEXT:
            self._text.append(data[: _LONGEST_TEXT - self._length])
            self._length += len(data)

    def _end(self, _: str) -> None:
        path = tuple(self._path)
        if self._text is not None and path in _FIELDS:
            setattr(self._member, _FIELDS[path], "".join(self._text).strip())
        elif path in (_URL, _PART) and self._member.address:
            self.members.append(self._member)
            if len(self.members) > MOST:
                raise _NotAllowedError("members")
        self._text = None
        self._path.pop()


def _unreadable(error: Exception, root: str, url: str, body: bytes) -> ParseError:
    if isinstance(error, expat.ExpatError) and error.code in _CUT and root:
        return base.incomplete(f"The sitemap at {url} ends in the middle (after {len(body)} bytes).", _AGAIN, body)
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return base.unexpected(f"{url} is {_named('html')}, not a sitemap.", _advice("html"), body)
    return base.unreadable(f"{url} is no XML document ({error}).", _LOOK, body)


def _named(root: str) -> str:
    return {"html": "a web page", "rss": "a feed", "feed": "a feed", "rdf": "a feed"}.get(root, "another document")


def _advice(root: str) -> str:
    return "Use `kind: feed` for this address." if _named(root) == "a feed" else _LOOK


def _too_large(message: str, body: bytes) -> ParseError:
    return ParseError(Problem(ProblemClass.TOO_LARGE, message, _SMALLER), sample=base.sample(body))
