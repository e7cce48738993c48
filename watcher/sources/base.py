"""What a source kind is, and where the kinds are: every module of this package that has a KIND."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal, cast
from urllib.parse import urljoin, urlsplit

from watcher.errors import ParseError, Problem, ProblemClass
from watcher.models.catalog import Interval
from watcher.models.entries import RawReading

_SAMPLE = 300


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of reading sources; `KIND` of its module.

    `options` is the frozen dataclass of its options; it raises ValueError, with the reason, for values that cannot
    work. `every` bounds the time between checks where the source says nothing. `accept` is the Accept header to ask
    with. `read` names the reading function, "package.module:function", with the signature of `feed.read`. `decoded`
    says that the pipeline hands the body over as UTF-8, whatever it came in.
    """

    name: str
    options: type[Any]
    every: Interval
    accept: str
    read: str
    decoded: bool = True
    remembers: bool = False
    """Whether `read` takes a further argument `memory`: what it left in `RawReading.memory` the last time (None at
    first), saved together with the entries. It must stay small (64 KiB)."""
    door: Literal["web", "mailbox"] = "web"
    """Which door its documents come through: HTTP, or mailboxes."""
    extracted: Literal["", "pdf", "html"] = ""
    """Of what format the documents are where the pipeline hands over, instead of a document, what can be read in it:
    the fields of `models.documents.Extracted` and the `sha256` of the document, as a JSON object. Of
    HTML its options `text` (a CSS selector) and `ignore` (several) choose what is read, and `is_the_text` says whether
    that was found; if not, `text` is everything that can be read."""
    timed: bool = False
    """Whether `read` takes a further argument `now`, an aware moment in UTC."""

    def reader(self) -> Callable[..., RawReading]:
        """The function that `read` names."""
        module, _, function = self.read.partition(":")
        return cast("Callable[..., RawReading]", getattr(import_module(module), function))


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by name, in alphabetical order."""
    package = import_module("watcher.sources")
    modules = (import_module(f"watcher.sources.{found.name}") for found in pkgutil.iter_modules(package.__path__))
    found = [module.KIND for module in modules if isinstance(getattr(module, "KIND", None), Kind)]
    return MappingProxyType({kind.name: kind for kind in sorted(found, key=lambda kind: kind.name)})


def web_address(base: str, href: str | None) -> str | None:
    """The absolute http(s) address that `href` means on the page `base`, or None: nothing else may become a link."""
    if not href or not href.strip():
        return None
    try:
        address = urljoin(base, href.strip())
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return address.replace(" ", "%20") if usable else None


def check_selector(name: str, selector: str) -> None:
    """Raises ValueError when an option's value is no CSS selector; "" is none and is fine."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    if not selector:
        return
    try:
        LexborHTMLParser("<p></p>").css(selector)
    except (SelectolaxError, ValueError) as error:
        raise ValueError(f"{name}: {selector!r} is not a CSS selector ({error})") from error


def primary_language(tag: str | None) -> str | None:
    """The language of a language tag (RFC 5646): "en" of "en-US"; None when it names none."""
    found = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", tag or "")
    return found[1].lower() if found else None


def unexpected(message: str, advice: str, body: bytes = b"") -> ParseError:
    """The error of a document that is something else than the source should be."""
    return ParseError(Problem(ProblemClass.UNEXPECTED, message, advice), sample=sample(body))


def unreadable(message: str, advice: str, body: bytes = b"") -> ParseError:
    """The error of a document that cannot be read at all."""
    return ParseError(Problem(ProblemClass.UNREADABLE, message, advice), sample=sample(body))


def incomplete(message: str, advice: str, body: bytes = b"") -> ParseError:
    """The error of a document that ends too early."""
    return ParseError(Problem(ProblemClass.INCOMPLETE, message, advice), sample=sample(body))


def sample(body: bytes) -> str:
    """The beginning of a body in one line that is safe to show."""
    text = body[:_SAMPLE].decode("utf-8", "replace")
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
