"""Sources that were well for weeks, and then one thing goes wrong: the real checks on a fake clock, without network."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tests.campaigns.publishers import Outlet
from watcher.errors import FetchError, Problem, ProblemClass
from watcher.models.alerts import Announcement, Delivery
from watcher.models.catalog import Interval, Publisher, Source
from watcher.models.checks import Alike, CheckRecord, ClaimedSource, KnownEntry, WaitingPage
from watcher.models.documents import Document, Validators
from watcher.models.incidents import Habits, Incident, IncidentChange, IncidentKind
from watcher.models.matches import Classification
from watcher.models.words import PublisherType
from watcher.pipeline import rhythm
from watcher.pipeline.check import check_source
from watcher.pipeline.incidents import Lookout
from watcher.pipeline.tools import KindTraits, Tools

T = TypeVar("T")
Answer = Document | FetchError
Serve = Callable[[datetime], Answer]
NO_VALIDATORS = Validators()
NOTHING = Classification((), None, None, (), (), "test")
OFFICE = Publisher("office", "Office", PublisherType.EXECUTIVE)
EVERY = {
    "feed": Interval(timedelta(minutes=30), timedelta(hours=6)),
    "listing": Interval(timedelta(hours=1), timedelta(hours=12)),
}


@dataclass
class Life:
    """A source over time: what is remembered of it between checks. A copy goes on by itself."""

    source: Source
    serve: Serve
    now: datetime
    entries: dict[str, KnownEntry] = field(default_factory=dict)
    habits: Habits = field(default_factory=Habits)
    incident: Incident | None = None
    opened: list[Incident] = field(default_factory=list)
    closed: list[Incident] = field(default_factory=list)
    last: CheckRecord | None = None
    failures: int = 0

    def copy(self, serve: Serve) -> Life:
        return replace(self, serve=serve, entries=dict(self.entries), opened=[], closed=[])

    async def live(self, until: datetime, *, stop_at_incident: bool = False) -> None:
        tools = self._tools()
        lookout = Lookout(self, tools)
        while self.now < until and not (stop_at_incident and self.opened):
            claimed = self._claimed()
            record = await lookout.judged(claimed, await check_source(claimed, tools))
            self._remember(record)
            self.now = record.next_check_at

    def _claimed(self) -> ClaimedSource:
        last = self.last
        return ClaimedSource(
            source=self.source,
            publisher=OFFICE,
            fence=1,
            validators=Validators(),
            body_sha256=last.body_sha256 if last else None,
            failures=self.failures,
            first_read_at=self.habits.good_at,
            pages_waiting=0,
            last_news_at=self.habits.news_at,
            habits=self.habits,
            incident=self.incident,
        )

    def _remember(self, record: CheckRecord) -> None:
        self.last, self.failures = record, self.failures + 1 if record.outcome == "failed" else 0
        self.habits = record.habits or self.habits
        for each in record.entries:
            self.entries[each.entry.key] = KnownEntry(
                each.entry_id, each.revision, each.content_sha256, each.text_state, 0, None, frozenset()
            )
        change = record.incident or IncidentChange()
        self.opened += [change.opened] if change.opened else []
        self.closed += [change.closed] if change.closed else []
        self.incident = change.opened or (None if change.closed else self.incident)

    # ---- what checks and lookout are handed

    def _tools(self) -> Tools:
        return Tools(
            fetch=self._fetch,
            sandbox=self._run,
            classify=lambda **said: NOTHING,
            memory=self,
            route=_nobody,
            kinds={kind: KindTraits("*/*", every) for kind, every in EVERY.items()},
            clock=lambda: self.now,
            jitter=lambda: 0.0,
        )

    async def _fetch(
        self, url: str, validators: Validators = NO_VALIDATORS, *, accept: str = "*/*", ca_file: str | None = None
    ) -> Document:
        if url != self.source.url:
            raise FetchError(Problem(ProblemClass.GONE, f"{url}: nothing there (404)", ""), status=404)
        answer = self.serve(self.now)
        if isinstance(answer, FetchError):
            raise answer
        return answer

    async def _run(self, function: str, arguments: Mapping[str, Any], returns: type[T]) -> T:
        module, _, name = function.partition(":")
        call: Callable[..., T] = getattr(importlib.import_module(module), name)
        return call(**arguments)

    def known(self, source_id: str, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
        return {key: self.entries[key] for key in keys if key in self.entries}

    def keys(self, source_id: str) -> Sequence[str]:
        return list(self.entries)

    def alike(self, source_id: str, contents: Sequence[str]) -> Sequence[Alike]:
        return []

    def waiting_pages(self, source_id: str, now: datetime, limit: int) -> Sequence[WaitingPage]:
        return []

    def change(self, change: IncidentChange, now: datetime) -> IncidentChange:
        return change

    def of_network(self) -> Incident | None:
        return None


def _nobody(announcement: Announcement, now: datetime) -> tuple[Delivery, ...]:
    return ()


# --- what goes wrong ---------------------------------------------------------------------------------------------

BLOCKED = "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>"
DENIED = "<html><head><title>Access Denied</title></head><body><p>You don't have permission.</p></body></html>"
LOST = (
    "<!doctype html><html><head><title>Page not found | Office</title>"
    "<link rel='alternate' type='application/rss+xml' href='/rss.xml'></head><body><h1>404</h1>"
    "<p>We can't find the page that you are looking for.</p></body></html>"
)
MOVED_HERE = (
    "<!doctype html><html><head><title>News feeds | Office</title>"
    "<link rel='alternate' type='application/rss+xml' href='/en/press/rss.xml'></head><body><h1>Our feeds</h1>"
    "<p>Choose a subject to subscribe to its news.</p></body></html>"
)


@dataclass(frozen=True)
class Fault:
    """What the address gives instead from a moment on, and what incident that is."""

    name: str
    right: frozenset[IncidentKind]
    serve: Callable[[Any, datetime], Serve]
    kinds: tuple[str, ...] = ("feed", "listing")
    stirring: bool = False
    """Only for outlets whose bytes change all the time."""


def _page(body: str) -> Callable[[Any, datetime], Serve]:
    return lambda outlet, began: lambda at: outlet.document(body, at, html=True)


def _empty(outlet: Any, began: datetime) -> Serve:
    return lambda at: outlet.empty(at)


def _redesigned(outlet: Outlet, began: datetime) -> Serve:
    return lambda at: outlet.document(outlet.page(outlet.shown(at), redesigned=True), at)


def _elsewhere(outlet: Any, began: datetime) -> Serve:
    """The site got a new name; the old address redirects there."""
    return lambda at: replace(
        outlet.answer(at), final_url="https://press.office-new.example.com/", redirects=(outlet.url,)
    )


def _refused(outlet: Any, began: datetime) -> Serve:
    problem = Problem(ProblemClass.BLOCKED, f"{outlet.url}: refuses us (403)", "Ask the publisher.")
    return lambda at: FetchError(problem, status=403)


def _old_copy(outlet: Any, began: datetime) -> Serve:
    """A cache or a backup serves what was there some time ago."""
    copy = outlet.old(began)
    return lambda at: copy


def _still(outlet: Any, began: datetime) -> Serve:
    """The bytes of the moment in which it froze."""
    frozen = outlet.answer(began)
    return lambda at: frozen


def _silent(outlet: Any, began: datetime) -> Serve:
    return lambda at: outlet.silent(began, at)


def _few(outlet: Any, began: datetime) -> Serve:
    copy = outlet.short(began)
    return lambda at: copy


def _kinds(*kinds: IncidentKind) -> frozenset[IncidentKind]:
    return frozenset(kinds)


FAULTS = (
    Fault("empty list", _kinds(IncidentKind.EMPTY), _empty),
    Fault("soft 404", _kinds(IncidentKind.GONE), _page(LOST)),
    Fault("block page with 200", _kinds(IncidentKind.BLOCKED), _page(BLOCKED)),
    Fault("refusal page with 200", _kinds(IncidentKind.BLOCKED), _page(DENIED)),
    Fault("403", _kinds(IncidentKind.BLOCKED), _refused),
    Fault("redesign", _kinds(IncidentKind.REDESIGNED), _redesigned, kinds=("listing",)),
    Fault("moved to another site", _kinds(IncidentKind.MOVED), _elsewhere),
    Fault("moved feed, a page names it", _kinds(IncidentKind.MOVED), _page(MOVED_HERE), kinds=("feed",)),
    Fault("frozen: an old copy", _kinds(IncidentKind.FROZEN), _old_copy, kinds=("feed",)),
    Fault("frozen: the bytes stand still", _kinds(IncidentKind.FROZEN), _still, kinds=("feed",), stirring=True),
    Fault("silent", _kinds(IncidentKind.SILENT), _silent),
    Fault("shrunk list", _kinds(IncidentKind.SHRUNK), _few, kinds=("feed",)),
)


@dataclass(frozen=True)
class Injection:
    """One fault put on one source, and what came of it."""

    fault: Fault
    source: str
    expected: timedelta
    """The source's expected interval: how long a silence is not unusual."""
    became: Incident | None
    after: timedelta | None

    @property
    def is_right(self) -> bool:
        return self.became is not None and self.became.kind in self.fault.right


async def inject(fault: Fault, outlet: Any, well: Life) -> Injection:
    """Let it happen to a copy of the source's life; two expected intervals are the time to notice."""
    began = well.now
    expected = rhythm.limit(well.source, well.habits)
    ill = well.copy(fault.serve(outlet, began))
    await ill.live(began + 2 * expected, stop_at_incident=True)
    became = ill.opened[0] if ill.opened else None
    return Injection(fault, outlet.name, expected, became, became.opened_at - began if became else None)


def born(outlet: Any, now: datetime) -> Life:
    options = {"entry": "ul.news > li.item"} if outlet.kind == "listing" else {}
    source = Source(outlet.name, "office", outlet.kind, outlet.url, options=options)
    return Life(source, outlet.answer, now)
