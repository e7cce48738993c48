"""Finding out how an address is best watched: what it offers is tried by the real check, and the results compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from watcher.errors import FetchError, ParseError
from watcher.models.catalog import Publisher, Source
from watcher.models.checks import CheckOutcome, CheckRecord
from watcher.models.documents import Document, NotModified, Validators
from watcher.pipeline.offers import Offers
from watcher.pipeline.tools import Tools
from watcher.pipeline.trial import try_source
from watcher.sources import discover as hints
from watcher.sources.discover import Hint
from watcher.sources.keys import canonical_url

_ACCEPT = "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/json, */*;q=0.5"
_NONE = Validators()
_TRIED = 8
_DOCUMENTS = {"sitemap": 4}
"""That one trial reads: an index has its entries in its parts."""
_PAGES = 2
"""Of entries, in one trial: enough to see whether they can be read."""
_ENTRIES = 100
_TIME = timedelta(seconds=20)
_STALE = timedelta(days=365)
_WORTH = {"feed": 5.0, "api": 4.5, "pdf": 4.0, "listing": 3.0, "sitemap": 2.0, "page": 1.0}
"""Of kinds, other things being equal: what is meant for programs breaks least."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to watch an address, what a check of it brought, and how good a choice it is (higher is better)."""

    source: Source
    why: str
    record: CheckRecord
    worth: float


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found behind an address: candidates that can be read, the best one first, and those that cannot."""

    url: str
    title: str
    """Of the site, or its page."""
    language: str | None
    candidates: tuple[Candidate, ...]
    unreadable: tuple[Candidate, ...]


async def discover(url: str, publisher: Publisher, tools: Tools, *, kind: str | None = None) -> Discovery:
    """Look at an address and try what it offers, as `publisher`'s; `kind` limits it to one kind of source.

    Nothing is stored. `tools` must have been made with NothingKnown as their memory. At most about a dozen requests.
    Raises FetchError, ParseError when the address itself cannot be had or is nothing that can be watched.
    """
    fetch = _Remembering(tools)
    document = await fetch.document(url)
    offers = await _look(document, tools)
    quick = replace(
        tools,
        fetch=fetch,
        pages_per_check=min(_PAGES, tools.pages_per_check),
        entries_per_check=_ENTRIES,
        time_limit=min(_TIME, tools.time_limit),
    )
    search = _Search(publisher, quick, offers, kind)
    await search.try_all(offers.hints)
    if offers.kind == "listing":
        await search.try_usual(document.final_url)
    found = sorted(search.tried, key=lambda each: -each.worth)
    return Discovery(
        url=document.final_url,
        title=offers.title,
        language=offers.language,
        candidates=tuple(each for each in found if _is_readable(each.record)),
        unreadable=tuple(each for each in found if not _is_readable(each.record)),
    )


async def _look(document: Document, tools: Tools) -> Offers:
    arguments = {
        "body": document.body,
        "url": document.final_url,
        "media_type": document.media_type,
        "charset": document.charset,
    }
    return await tools.sandbox("watcher.pipeline.offers:look", arguments, Offers)


@dataclass(slots=True)
class _Search:
    """Tries hints until enough was tried."""

    publisher: Publisher
    tools: Tools
    offers: Offers
    kind: str | None
    tried: list[Candidate] = field(default_factory=list)
    seen: set[tuple[str, str, str]] = field(default_factory=set)

    async def try_all(self, offered: Iterable[Hint]) -> None:
        for hint in offered:
            if len(self.tried) < _TRIED:
                await self._try(hint)

    async def try_usual(self, url: str) -> None:
        """Where nothing made for programs was named: the usual addresses, until one answers."""
        if not self._has("feed", "api"):
            for hint in hints.usual(url):
                if hint.kind == "feed" and not self._has("feed"):
                    await self._try(hint, quietly=True)
        if not self._has("sitemap") and self._wanted("sitemap"):
            for hint in await self._named_in_robots(url) or hints.usual(url):
                if hint.kind == "sitemap" and not self._has("sitemap"):
                    await self._try(replace(hint, options=hints.section_of(url)), quietly=True)

    async def _try(self, hint: Hint, *, quietly: bool = False) -> None:
        """`quietly`: a guess that fails is no news."""
        mark = (hint.kind, canonical_url(hint.url), str(sorted(hint.options.items())))
        if not self._wanted(hint.kind) or mark in self.seen:
            return
        self.seen.add(mark)
        source = Source(
            "tried", self.publisher.id, hint.kind, hint.url, language=self.offers.language, options=hint.options
        )
        tools = replace(self.tools, documents_per_check=_DOCUMENTS.get(hint.kind, 1))
        record = await try_source(source, self.publisher, tools)
        if (_is_readable(record) or not quietly) and not self._is_known(source, record):
            worth = _worth(source, record, self.offers, self.tools.clock())
            self.tried.append(Candidate(source, hint.why, record, worth))

    def _wanted(self, kind: str) -> bool:
        return kind in self.tools.kinds and self.kind in (None, kind)

    def _has(self, *kinds: str) -> bool:
        return any(each.source.kind in kinds and _is_readable(each.record) for each in self.tried)

    def _is_known(self, source: Source, record: CheckRecord) -> bool:
        """Two addresses of one document are one candidate."""
        return record.body_sha256 is not None and any(
            each.record.body_sha256 == record.body_sha256
            and (each.source.kind, each.source.options) == (source.kind, source.options)
            for each in self.tried
        )

    async def _named_in_robots(self, url: str) -> tuple[Hint, ...]:
        try:
            document = await self.tools.fetch(urljoin(url, "/robots.txt"), accept="text/plain, */*;q=0.1")
            assert isinstance(document, Document)
            arguments = {"body": document.body, "url": document.final_url, "charset": document.charset}
            return await self.tools.sandbox("watcher.pipeline.offers:sitemaps", arguments, tuple[Hint, ...])
        except (FetchError, ParseError):
            return ()


class _Remembering:
    """Fetches each address once: the page itself is a candidate too, perhaps several times."""

    def __init__(self, tools: Tools) -> None:
        self._fetch = tools.fetch
        self._had: dict[str, Document] = {}

    async def document(self, url: str) -> Document:
        answer = await self(url, accept=_ACCEPT)
        assert isinstance(answer, Document)  # nothing was known that could be unchanged
        return answer

    async def __call__(
        self, url: str, validators: Validators = _NONE, *, accept: str = "*/*", ca_file: str | None = None
    ) -> Document | NotModified:
        had = self._had.get(url)
        if had is not None:
            return had
        answer = await self._fetch(url, validators, accept=accept, ca_file=ca_file)
        if isinstance(answer, Document):
            self._had |= {url: answer, answer.final_url: answer}
        return answer


def _is_readable(record: CheckRecord) -> bool:
    return record.outcome is not CheckOutcome.FAILED


def _worth(source: Source, record: CheckRecord, offers: Offers, now: datetime) -> float:
    """The kind's worth; less for what is empty, undated or long silent, more for what has this page's entries."""
    if not _is_readable(record):
        return 0.0
    worth = _WORTH.get(source.kind, 1.0)
    entries = [each.entry for each in record.entries]
    if not entries:
        return worth - 4.5
    days = [entry.published for entry in entries if entry.published]
    worth -= 1.0 if len(days) * 2 < len(entries) else 0.0
    worth -= 2.5 if days and max(days) < now - _STALE else 0.0
    worth -= 3.5 if "comment" in urlsplit(source.url).path else 0.0
    worth -= 1.0 if source.kind == "listing" and len(entries) < 3 else 0.0
    links = set(offers.links)
    shared = sum(canonical_url(entry.url or "") in links for entry in entries)
    return round(worth + 2.0 * shared / len(entries), 3)
