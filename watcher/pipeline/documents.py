"""The documents of a source: the one at its address, and those that it leads to (next pages, parts of an index)."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from watcher.errors import FetchError, ParseError, Problem, ProblemClass
from watcher.models.checks import ClaimedSource, KnownEntry, LateDocument
from watcher.models.documents import Document, NotModified, Validators
from watcher.models.entries import Entry, Reading
from watcher.models.identity import content_sha256
from watcher.pipeline.schedule import document_retry, is_full_fetch_due
from watcher.pipeline.visit import Found, Visit, found

CHURN = 3
"""Fewer entries with new ids say nothing about a source."""
FAILURES_IN_A_ROW = 3
"""So many further documents that fail one after the other say that the host is in trouble: the rest can wait."""
MOST_LATE = 50
"""Of one source; beyond it the oldest are given up, and come back with the next new version of the index."""

log = logging.getLogger(__name__)

_NONE = Validators()


@dataclass(slots=True)
class Gathered:
    """What one check found in the documents of a source.

    `reading` is that of the first document; `memory` the last one that a reader left. `cursor` are the addresses
    that were not reached, `problem` is why (None: the time was over, or nothing is left). `late` are those that failed,
    now or before.
    """

    reading: Reading
    memory: str | None
    cursor: tuple[str, ...] = ()
    problem: Problem | None = None
    late: tuple[LateDocument, ...] = ()
    is_cut: bool = False
    """Whether the first document has entries that are neither stored nor among `news`: it must be read again."""
    parsed: bool = False
    """Whether the first document was parsed: it came, and is not the one of last time."""
    news: list[Found] = field(default_factory=list)


def says_what_we_know(answer: Document | NotModified, claimed: ClaimedSource) -> bool:
    """Nothing to parse: 304, or the same bytes as last time."""
    return isinstance(answer, NotModified) or answer.sha256 == claimed.body_sha256


async def fetch_first(visit: Visit) -> Document | NotModified:
    """The document at the source's own address, if it changed. Raises FetchError."""
    claimed, tools = visit.claimed, visit.tools
    source = claimed.source
    if tools.mailboxes and tools.kinds[source.kind].door == "mailbox":
        password = str(source.options.get("password", ""))
        return await tools.mailboxes(source.url, claimed.validators, password=password, ca_file=source.ca_file)
    whole = is_full_fetch_due(source.id, claimed.last_success_at, visit.started_at)
    validators = _NONE if whole else claimed.validators
    return await tools.fetch(source.url, validators, accept=_accept(visit), ca_file=source.ca_file)


async def gather(visit: Visit, answer: Document | NotModified) -> Gathered:
    """Read the first document, then those it leads to and those that earlier checks did not get to.

    Raises ParseError when the first document cannot be read. A further one that fails is tried again later, and keeps
    no other waiting; several in a row end the round, because then it is the host.
    """
    gathered = Gathered(Reading(entries=()), visit.claimed.memory)
    again = [each.url for each in due_again(visit.claimed, visit.started_at)]
    further = deque(dict.fromkeys([*visit.claimed.cursor, *again]))
    if isinstance(answer, Document) and not says_what_we_know(answer, visit.claimed):
        gathered.reading = await _take(visit, answer, gathered)
        gathered.parsed = True
        gathered.is_cut = _must_be_read_again(gathered.reading, gathered)
        further.extend(_not_yet_known(visit, further, _leads_to(gathered.reading, gathered)))
    await _read_further(visit, further, gathered)
    return gathered


def due_again(claimed: ClaimedSource, now: datetime) -> list[LateDocument]:
    """The further documents that failed before and may be asked for again."""
    return [each for each in claimed.late if each.due_at <= now]


async def _read_further(visit: Visit, further: deque[str], gathered: Gathered) -> None:
    failures = _Failures(visit)
    left = visit.tools.documents_per_check - 1
    cut: list[str] = []
    while further and left and _seconds_left(visit) > 0 and not failures.are_enough:
        url, before, seconds = further[0], len(gathered.news), _seconds_left(visit)
        try:
            reading = await _read_one(visit, url, gathered)
        except TimeoutError:
            if seconds * 2 > visit.tools.time_limit.total_seconds():  # else its turn came too late in this check
                failures.add(further.popleft(), _out_of_time(url))
            break
        except (FetchError, ParseError) as error:
            if isinstance(error, FetchError) and error.retry_after:  # the host, not this document
                gathered.problem = error.problem
                break
            failures.add_unless_gone(further.popleft(), error)
            left -= 1
            continue
        failures.forget(further.popleft())
        left -= 1
        if _must_be_read_again(reading, gathered, before):
            cut.append(url)
        further.extend(_not_yet_known(visit, further, _leads_to(reading, gathered, before)))
    gathered.cursor = (*further, *cut)
    gathered.late = failures.late


async def _read_one(visit: Visit, url: str, gathered: Gathered) -> Reading:
    async with asyncio.timeout(_seconds_left(visit)):
        document = await visit.tools.fetch(url, accept=_accept(visit), ca_file=visit.ca_file(url))
        assert isinstance(document, Document)  # nothing was known that could be unchanged
        return await _take(visit, document, gathered)


class _Failures:
    """The further documents that fail, those of earlier checks among them."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._late = {each.url: each for each in visit.claimed.late}
        self._in_a_row = 0

    @property
    def late(self) -> tuple[LateDocument, ...]:
        return tuple(list(self._late.values())[-MOST_LATE:])

    @property
    def are_enough(self) -> bool:
        return self._in_a_row >= FAILURES_IN_A_ROW

    def add(self, url: str, error: FetchError | ParseError) -> None:
        before, now = self._late.pop(url, None), self._visit.tools.clock()
        attempts = (before.attempts if before else 0) + 1
        told = f"{error.problem.message.rstrip('.')}. {error.problem.advice}"
        self._late[url] = LateDocument(url, told, attempts, document_retry(now, attempts))
        self._in_a_row += 1

    def add_unless_gone(self, url: str, error: FetchError | ParseError) -> None:
        if not _is_not_there(error):
            self.add(url, error)
            return
        log.info("document.not_there", extra={"source": self._visit.claimed.source.id, "url": url})
        self.forget(url)

    def forget(self, url: str) -> None:
        self._late.pop(url, None)
        self._in_a_row = 0


def _out_of_time(url: str) -> FetchError:
    """A further document used up the time of its check."""
    message = f"{url}: not fetched and read within the time of a check"
    return FetchError(Problem(ProblemClass.TIMEOUT, message, "The others are read meanwhile."))


def _not_yet_known(visit: Visit, further: Collection[str], addresses: Sequence[str]) -> list[str]:
    """What is neither in the queue nor waiting for another try."""
    late = {each.url for each in visit.claimed.late}
    return [address for address in addresses if address not in further and address not in late]


def _is_not_there(error: FetchError | ParseError) -> bool:
    """Nothing to come back for: a part that is gone, or the page after the last one (WordPress answers it with 400)."""
    return isinstance(error, FetchError) and error.status in (400, 404, 410)


def _leads_to(reading: Reading, gathered: Gathered, before: int = 0) -> tuple[str, ...]:
    """Where to go on: from an index always, from a page of entries only while it brings something new."""
    return reading.more if not reading.entries or len(gathered.news) > before else ()


def _must_be_read_again(reading: Reading, gathered: Gathered, before: int = 0) -> bool:
    """The cap left new entries over. Only while reading it again brings news, so that this comes to an end."""
    return reading.still_new > 0 and len(gathered.news) > before


async def _take(visit: Visit, document: Document, gathered: Gathered) -> Reading:
    reading = await _read(visit, document, gathered.memory)
    if reading.memory is not None:
        gathered.memory = reading.memory
    gathered.news += await _what_is_new(visit, document, reading)
    return reading


async def _read(visit: Visit, document: Document, memory: str | None) -> Reading:
    """The reading of a document. Of one that the cap cuts, first what is not stored yet; that takes a second look."""
    known = await _stored_keys(visit) if _was_cut(visit.claimed) else ()
    reading = await _read_beside(visit, document, memory, known)
    if not reading.still_new or known:
        return reading
    known = await _stored_keys(visit)
    return await _read_beside(visit, document, memory, known) if known else reading


def _was_cut(claimed: ClaimedSource) -> bool:
    """Read before, and to be read again though it has not changed: the last check left entries over."""
    return claimed.last_news_at is not None and claimed.body_sha256 is None


async def _stored_keys(visit: Visit) -> Sequence[str]:
    return await asyncio.to_thread(visit.tools.memory.keys, visit.claimed.source.id)


async def _read_beside(visit: Visit, document: Document, memory: str | None, known: Sequence[str]) -> Reading:
    source, tools = visit.claimed.source, visit.tools
    arguments: dict[str, Any] = {
        "kind": source.kind,
        "body": document.body,
        "url": document.final_url,
        "media_type": document.media_type,
        "charset": document.charset,
        "options": dict(source.options),
        "limit": tools.entries_per_check,
        "now": visit.started_at.isoformat(),
        "known": list(known),
        "memory": memory,
    }
    return await tools.sandbox("watcher.pipeline.reading:read_source", arguments, Reading)


async def _what_is_new(visit: Visit, document: Document, reading: Reading) -> list[Found]:
    """Entries that are not stored, or say something else than they did. (The INSERT has the last word on "new".)"""
    if not reading.entries:
        return []
    keys = [entry.key for entry in reading.entries]
    known: Mapping[str, KnownEntry] = await asyncio.to_thread(visit.tools.memory.known, visit.claimed.source.id, keys)
    renamed = await _renamed(visit, reading.entries, known)
    return [
        found(entry, known.get(entry.key), document)
        for entry in reading.entries
        if entry.key not in renamed and _is_news(entry, known.get(entry.key))
    ]


async def _renamed(visit: Visit, entries: Sequence[Entry], known: Mapping[str, KnownEntry]) -> set[str]:
    """The keys of entries that are stored under others, in a source that gives its entries new ids at every visit.

    Such an entry has the address, the words and the date of a stored one that is no longer listed. One alone may be
    an announcement that comes back; when they are more than half of a list, the ids are what changed.
    """
    unknown = {entry.key: _face(entry) for entry in entries if entry.key not in known and entry.url}
    if len(unknown) < CHURN or len(unknown) * 2 <= len(entries) or visit.claimed.last_news_at is None:
        return set()
    contents = [content for content, _, _ in unknown.values()]
    alike = await asyncio.to_thread(visit.tools.memory.alike, visit.claimed.source.id, contents)
    gone = {(each.content_sha256, each.url, each.published) for each in alike if each.key not in known}
    renamed = {key for key, face in unknown.items() if face in gone}
    if len(renamed) < CHURN or len(renamed) * 2 <= len(entries):
        return set()
    log.info("source.renames_its_entries", extra={"source": visit.claimed.source.id, "entries": len(renamed)})
    return renamed


def _face(entry: Entry) -> tuple[str, str | None, datetime | None]:
    return content_sha256(entry), entry.url, entry.published


def _is_news(entry: Entry, known: KnownEntry | None) -> bool:
    return known is None or known.content_sha256 != content_sha256(entry)


def _accept(visit: Visit) -> str:
    return visit.tools.kinds[visit.claimed.source.kind].accept


def _seconds_left(visit: Visit) -> float:
    return visit.deadline - asyncio.get_running_loop().time()
