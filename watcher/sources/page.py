"""Pages: one page watched for what is added to its text, sentence by sentence."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from watcher.errors import ParseError, Problem, ProblemClass
from watcher.models.catalog import Interval
from watcher.models.entries import RawEntry, RawReading
from watcher.sources import base, keys, recall, sentences
from watcher.vocabulary import noticepages


@dataclass(frozen=True, slots=True)
class Options:
    """What on the page counts, and what does not."""

    text: str = ""
    """CSS selector for the part to watch; default: the readable main text, without menus, sidebars and footers."""
    ignore: tuple[str, ...] = ()
    """CSS selectors of elements whose text does not count."""
    numbers: bool = False
    """Whether a sentence is new when only its numbers or dates changed: for pages of deadlines, fees and quotas, on
    which no counter runs."""
    may_shrink: bool = False
    """Whether a text that collapses to less than a fifth is the page's new text. Otherwise it is taken for a page that
    is broken, and reported as a problem until it is back."""

    def __post_init__(self) -> None:
        """Raises ValueError for a selector that no page can be asked with."""
        base.check_selector("text", self.text)
        for selector in self.ignore:
            base.check_selector("ignore", selector)


KIND = base.Kind(
    name="page",
    options=Options,
    every=Interval(timedelta(minutes=30), timedelta(hours=12)),
    accept="text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.5",
    read="watcher.sources.page:read",
    remembers=True,
    extracted="html",
)

MOST = 5000
"""Sentences that are remembered (53 KB as text). What stands on the page is never forgotten; of what stood there
before, the sentences that are gone longest are, and would be new if they came back."""
_RULES = 1
_LONGEST = 400
_COLLAPSED = 0.2
_SAME_PAGE = 0.5
_OPEN_IT = "Open the address in a browser. What was known of the page is kept, and it is tried again at the next check."


@dataclass(frozen=True, slots=True)
class _Memory:
    """`seen` are the marks of all sentences, the longest gone first; `length` counts the characters of the text that
    was read last, `address` is the mark of where it was."""

    seen: tuple[bytes, ...]
    length: int
    address: str


@dataclass(frozen=True, slots=True)
class _Page:
    """What can be read on a page. `paragraphs` has each with the marks of its sentences that say something."""

    url: str
    title: str
    text: str
    language: str | None
    paragraphs: tuple[tuple[str, tuple[bytes, ...]], ...]

    @property
    def marks(self) -> tuple[bytes, ...]:
        return tuple(dict.fromkeys(mark for _, marks in self.paragraphs for mark in marks))

    @property
    def address(self) -> str:
        return recall.mark(keys.canonical_url(self.url)).hex()


def read(
    body: bytes, *, url: str, media_type: str, charset: str | None, options: Options, memory: str | None = None
) -> RawReading:
    """One entry with the paragraphs that have a sentence which was never on the page before; none when none has.

    `body` is what can be read on the page, as JSON (see `Kind.extracted`). The first time the whole text is the entry.
    A sentence that goes and comes back is not new (pages flip between two versions), nor is one in which only dates,
    times, counters or plain numbers change (`sentences.folded`; see the option `numbers`). What only goes is not told.
    Raises ParseError: BLOCKED (a guard's page), UNEXPECTED (a page that says there is none, or whose text collapsed, or
    where `text` finds nothing), MOVED (another page, elsewhere), TOO_LARGE (more than 5,000 sentences), UNREADABLE
    (no text). None of them changes what is remembered.
    """
    said = _said(body, url)
    page = _page(said, url, options)
    _refuse_notices(page)
    if not said.get("is_the_text", True):
        raise _without_text(page, options)
    if memory is None:
        return _reading(page, page.text, page.marks, ())
    before = _recalled(memory)
    if before is None:  # another version of the rules: nothing can be compared, so nothing is news
        return _reading(page, "", (), ())
    _refuse_another_page(page, before, options)
    known = frozenset(before.seen)
    added = tuple(mark for mark in page.marks if mark not in known)
    changed = [paragraph for paragraph, marks in page.paragraphs if not known.issuperset(marks)]
    return _reading(page, "\n\n".join(changed), added, before.seen)


def _said(body: bytes, url: str) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or "text" not in said:
        raise base.unreadable(f"No text can be read at {url}.", _OPEN_IT, body)
    return said


def _page(said: dict[str, Any], url: str, options: Options) -> _Page:
    text, language = str(said["text"]), said.get("language")
    paragraphs = tuple(
        (paragraph, tuple(_marks(paragraph, options))) for paragraph in text.split("\n") if paragraph.strip()
    )
    page = _Page(url, str(said.get("title") or ""), text, language if isinstance(language, str) else None, paragraphs)
    if len(page.marks) > MOST:
        raise _problem(
            page,
            ProblemClass.TOO_LARGE,
            f"The text of {url} has {len(page.marks)} sentences; up to {MOST} can be told apart.",
            "Choose the part that matters with the option `text`.",
        )
    return page


def _marks(paragraph: str, options: Options) -> list[bytes]:
    folded = (sentences.folded(each, numbers=options.numbers) for each in sentences.split(paragraph))
    return [recall.mark(sentence) for sentence in folded if sentence]


def _reading(page: _Page, text: str, added: Sequence[bytes], seen: Sequence[bytes]) -> RawReading:
    entries = (_entry(page, text, added),) if text else ()
    return RawReading(entries, html.escape(page.title), page.language, memory=_remembered(page, seen))


def _entry(page: _Page, text: str, added: Sequence[bytes]) -> RawEntry:
    address = keys.canonical_url(page.url)
    return RawEntry(
        key=f"{address if len(address) < _LONGEST else page.address} {recall.mark(b''.join(added).hex()).hex()}",
        url=base.web_address(page.url, page.url),
        title=html.escape(page.title),
        content="".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text.split("\n") if line),
        teaser=False,
        language=page.language,
    )


def _remembered(page: _Page, seen: Sequence[bytes]) -> str:
    now = page.marks
    there = frozenset(now)
    gone = [mark for mark in seen if mark not in there]
    kept = gone[max(0, len(gone) + len(now) - MOST) :]
    values = {"seen": recall.packed((*kept, *now)), "length": len(page.text), "address": page.address}
    return recall.written(_RULES, values)


def _recalled(memory: str) -> _Memory | None:
    values = recall.read(memory, _RULES)
    if values is None:
        return None
    return _Memory(tuple(recall.unpacked(values["seen"], 8)), values["length"], values["address"])


# --- what is not the page ----------------------------------------------------------------------------------------


def _refuse_notices(page: _Page) -> None:
    if noticepages.is_refusal(page.title, page.text):
        message = f"{page.url} shows a page that refuses us: {_shown(page)}."
        advice = "Check less often, ask the publisher for access, or look for another address (feed, API, newsletter)."
        raise _problem(page, ProblemClass.BLOCKED, message, advice)
    if noticepages.is_missing(page.title, page.text):
        message = f"{page.url} answers as if all were well, but says that there is no such page: {_shown(page)}."
        advice = "Look on the publisher's site for where the page is now. What was known of it is kept."
        raise _problem(page, ProblemClass.UNEXPECTED, message, advice)


def _without_text(page: _Page, options: Options) -> ParseError:
    if not options.text:
        return base.unreadable(f"No main text was found on {page.url}.", _OPEN_IT, page.text.encode())
    advice = (
        "If the page was redesigned, change the option `text` of this source; if it shows a message instead, wait for"
        " the next check. `watcher sources try` shows what it finds."
    )
    return base.unexpected(f"`{options.text}` finds no text on {page.url}.", advice, page.text.encode())


def _refuse_another_page(page: _Page, before: _Memory, options: Options) -> None:
    """Elsewhere, most of the text must be that of the page as it was; at its old place it may change, not vanish."""
    known, title = frozenset(before.seen), frozenset(_marks(page.title, options))
    own = [mark for mark in page.marks if mark not in title]
    if page.address != before.address and sum(mark in known for mark in own) < _SAME_PAGE * len(own):
        message = f"The page that is watched leads to {page.url} now, which has another text: {_shown(page)}."
        advice = "Find where the page is now and change `url`; if this is the page, `url` is this address."
        raise _problem(page, ProblemClass.MOVED, message, advice)
    if len(page.text) < _COLLAPSED * before.length and not options.may_shrink:
        message = (
            f"The text of {page.url} collapsed from {before.length} to {len(page.text)} characters: {_shown(page)}."
        )
        advice = "Open the address. If this is all that the page says now, set the option `may_shrink: true`."
        raise _problem(page, ProblemClass.UNEXPECTED, message, advice)


def _shown(page: _Page) -> str:
    """The beginning of what the page says: it may be news."""
    said = " ".join(f"{page.title}. {page.text}".split())
    return f"“{said[:200]}”" if len(said) <= 200 else f"“{said[:199]}…”"


def _problem(page: _Page, kind: ProblemClass, message: str, advice: str) -> ParseError:
    return ParseError(Problem(kind, message, advice), sample=base.sample(page.text.encode("utf-8", "replace")))
