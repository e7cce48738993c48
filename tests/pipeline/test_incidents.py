"""From checks to incidents and what operators are told, over a real store; the web is a dictionary, time is ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tests.pipeline.world import LONG, START, World, document, feed, item
from watcher.alerts.operators import tell
from watcher.alerts.payload import Links
from watcher.errors import FetchError, Problem, ProblemClass
from watcher.models.alerts import Delivery
from watcher.models.catalog import Catalog, Publisher, Recipient, Source
from watcher.models.checks import CheckSummary
from watcher.models.documents import RefusedError
from watcher.models.incidents import Incident, IncidentChange, IncidentKind
from watcher.models.words import PublisherType
from watcher.pipeline.deliver import Courier
from watcher.pipeline.watch import Watch
from watcher.store import Store

HOUR = timedelta(hours=1)
DESK = Recipient("desk", "console")
AGENCY = Publisher("agency", "Agency", PublisherType.EXECUTIVE)
BLOCK_PAGE = "<html><head><title>Access Denied</title></head><body>Reference 18.2f</body></html>"


class Desk:
    """A watch over some sources on a store, with one operator."""

    def __init__(self, store: Store, *hosts: str) -> None:
        self.store, self.world = store, World()
        self.urls = {host: f"https://{host}/feed" for host in hosts}
        self.heard: list[CheckSummary] = []
        self.changes: list[IncidentChange] = []
        sources = tuple(Source(host, "agency", "feed", url) for host, url in self.urls.items())
        store.catalogs.publish(Catalog((AGENCY,), (), sources, (DESK,), (), "1", ("desk",)), START)
        self.started()

    def started(self) -> None:
        """As after a start of the process."""
        tools = self.world.tools(memory=self.store.entries, tell_operators=self._tell)
        self.watch = Watch(
            self.store,
            tools,
            lambda: Courier({}, {}, {}, lambda: self.world.now),
            self.heard.append,
            tell_of_incident=self.changes.append,
        )

    def _tell(
        self, incident: Incident, source: Source | None, publisher: Publisher | None, now: datetime
    ) -> tuple[Delivery, ...]:
        recipients = {"desk": DESK}
        return tell(
            incident,
            source,
            publisher,
            ["desk", "desk", "gone"],
            recipients,
            addresses=lambda recipient: ("terminal",),
            links=Links("https://watcher.example"),
            now=now,
        )

    def serves(self, body: str, *, media_type: str = "application/rss+xml") -> None:
        for url in self.urls.values():
            self.world.web[url] = document(url, body, media_type)

    def is_down(self) -> None:
        for host, url in self.urls.items():
            problem = Problem(ProblemClass.NAME_NOT_FOUND, f"{host}: the name server gave no answer", "")
            self.world.web[url] = FetchError(problem)

    async def checks(self, times: int = 1, *, only: str | None = None) -> None:
        for _ in range(times):
            await self.watch.check([only] if only else None)
            self.world.now += HOUR

    @property
    def open(self) -> list[Incident]:
        return self.store.incidents.listing(open_only=True)

    @property
    def told(self) -> list[str]:
        """What the operators were told, first to last."""
        rows = self.store.deliveries.claim_due(self.world.now + 999 * HOUR, lease=HOUR, limit=100)
        incidents = [row.delivery for row in rows if row.delivery.rule_ids == ("operators",)]
        return [f"{each.payload['type']} {each.payload['data']['incident']['kind']}" for each in incidents]


async def test_a_source_that_fails_is_told_once_and_its_end_too(store: Store) -> None:
    desk = Desk(store, "a.example")
    desk.serves(feed(item("one", LONG)))
    await desk.checks()
    desk.is_down()
    await desk.checks(12)
    assert [each.kind for each in desk.open] == [IncidentKind.FAILING]
    desk.serves(feed(item("one", LONG)))
    await desk.checks(3)
    assert desk.open == []
    assert desk.told == ["incident.opened failing", "incident.closed failing"]
    assert [bool(each.opened) for each in desk.heard].count(True) == 1
    assert [bool(each.closed) for each in desk.heard].count(True) == 1


async def test_the_bytes_that_show_a_block_page_are_kept(store: Store) -> None:
    desk = Desk(store, "a.example")
    desk.serves(feed(item("one", LONG)))
    await desk.checks()
    desk.serves(BLOCK_PAGE, media_type="text/html")
    await desk.checks(4)
    (incident,) = desk.open
    assert incident.kind is IncidentKind.BLOCKED
    assert "Access Denied" in incident.message
    assert incident.evidence
    assert store.captures.read(incident.evidence) == BLOCK_PAGE.encode()


async def test_the_bytes_of_a_refusal_are_kept_too(store: Store) -> None:
    desk = Desk(store, "a.example")
    desk.serves(feed(item("one", LONG)))
    await desk.checks()
    answer = replace(document(desk.urls["a.example"], BLOCK_PAGE, "text/html"), status=403)
    problem = Problem(ProblemClass.BLOCKED, "a.example: refuses us (403)", "Ask.")
    desk.world.web[answer.url] = RefusedError(problem, answer, status=403, retry_after=None)
    await desk.checks(4)
    (incident,) = desk.open
    assert incident.kind is IncidentKind.BLOCKED
    assert incident.evidence == answer.sha256
    assert store.captures.read(answer.sha256) == BLOCK_PAGE.encode()


async def test_all_sources_failing_at_once_are_one_incident(store: Store) -> None:
    desk = Desk(store, *(f"{letter}.example" for letter in "abcdef"))
    desk.serves(feed(item("one", LONG)))
    await desk.checks()
    desk.is_down()
    await desk.checks(12)
    (incident,) = desk.open
    assert (incident.source_id, incident.kind) == (None, IncidentKind.NO_NETWORK)
    assert incident.message.startswith("no network since 2026-03-01 13:00 UTC")
    desk.serves(feed(item("one", LONG)))
    await desk.checks(2)
    assert desk.open == []
    assert desk.told == ["incident.opened no-network", "incident.closed no-network"]
    assert len(desk.changes) == 2


async def test_a_refusal_by_rules_that_were_known_is_no_sign_of_a_network(store: Store) -> None:
    desk = Desk(store, *(f"{letter}.example" for letter in "abcd"))
    desk.serves(feed(item("one", LONG)))
    await desk.checks()
    desk.is_down()
    closed = FetchError(Problem(ProblemClass.ROBOTS, "closed by robots.txt", ""))
    desk.world.web[desk.urls["d.example"]] = closed
    await desk.checks(3)
    assert [each.kind for each in desk.open] == [IncidentKind.NO_NETWORK]


async def test_a_process_that_starts_again_without_network_tells_nothing_anew(store: Store) -> None:
    desk = Desk(store, *(f"{letter}.example" for letter in "abcd"))
    desk.serves(feed(item("one", LONG)))
    await desk.checks()
    desk.is_down()
    await desk.checks(3)
    desk.started()
    await desk.checks(12)
    assert [each.kind for each in desk.open] == [IncidentKind.NO_NETWORK]
    desk.serves(feed(item("one", LONG)))
    await desk.checks()
    assert desk.told == ["incident.opened no-network", "incident.closed no-network"]


async def test_one_dead_source_among_living_ones_is_its_own_incident(store: Store) -> None:
    desk = Desk(store, *(f"{letter}.example" for letter in "abcdef"))
    desk.serves(feed(item("one", LONG)))
    await desk.checks()
    gone = FetchError(Problem(ProblemClass.GONE, "nothing there (404)", ""), status=404)
    desk.world.web[desk.urls["a.example"]] = gone
    await desk.checks(5)
    assert [(each.source_id, each.kind) for each in desk.open] == [("a.example", IncidentKind.GONE)]


async def test_a_source_that_never_gets_its_turn_is_found_without_a_check(store: Store) -> None:
    desk = Desk(store, "a.example", "b.example")
    desk.serves(feed(item("one", LONG)))
    await desk.checks()
    for _ in range(30):
        await desk.checks(only="a.example")
    await desk.watch.look_after_sources()
    await desk.watch.look_after_sources()
    (incident,) = desk.open
    assert (incident.source_id, incident.kind) == ("b.example", IncidentKind.FAILING)
    await desk.checks(only="b.example")
    assert desk.open == []
    assert desk.told == ["incident.opened failing", "incident.closed failing"]


async def test_a_long_absence_of_ours_says_what_may_have_been_missed(store: Store) -> None:
    desk = Desk(store, "a.example")
    desk.serves(feed(*(_dated(n) for n in range(3))))
    await desk.checks()
    desk.world.now += timedelta(days=5)
    desk.serves(feed(*(_dated(n) for n in range(40, 50))))
    await desk.checks()
    problem = desk.heard[-1].problem
    assert problem
    assert "entries may have been missed between 2026-03-01 12:00 and 2026-03-06 13:00 UTC" in problem.message
    (health,) = store.sources.health()
    assert health.gap
    assert health.gap.until - health.gap.since == timedelta(days=5, hours=1)


def _dated(hours: int) -> str:
    at = START + timedelta(hours=hours - 10)
    return item(f"entry-{hours}", LONG).replace("</item>", f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>")


async def test_a_source_that_was_never_read_is_an_incident_too(store: Store) -> None:
    desk = Desk(store, "a.example")
    desk.serves("<html><title>Welcome</title>" + "<div>" * 500, media_type="text/html")
    await desk.checks(4)
    assert [each.kind for each in desk.open] == [IncidentKind.UNREADABLE]
