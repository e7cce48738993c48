"""The inbox: what was found and waits for a verdict, grouped by entry, newest first, filtered by the address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.models.views import MatchPage, MatchRow
from watcher.models.words import Verdict
from watcher.store import Store
from watcher.web import marking
from watcher.web.filters import ANY, Choice, Filters, spans
from watcher.web.naming import Words
from watcher.web.render import language_of, page
from watcher.web.site import site
from watcher.web.strings import Say

PER_PAGE = 50
SHOWN_MATCHES = 3
"""Matches of one entry that a card shows; the others are one click away."""


@dataclass(frozen=True, slots=True)
class Card:
    """One entry with those of its matches that the filters let through, main matches first."""

    rows: tuple[MatchRow, ...]

    @property
    def first(self) -> MatchRow:
        """The row that stands for the entry."""
        return self.rows[0]

    @property
    def shown(self) -> tuple[MatchRow, ...]:
        """What the card says at once."""
        return self.rows[:SHOWN_MATCHES]

    @property
    def more(self) -> tuple[MatchRow, ...]:
        """What it says when asked."""
        return self.rows[SHOWN_MATCHES:]


@dataclass(frozen=True, slots=True)
class Inbox:
    """What the page needs from the store, read in one go."""

    found: MatchPage
    facets: Mapping[str, list[tuple[str, int]]]
    publishers: Mapping[str, str]
    decided: MatchRow | None
    watching: int
    incidents: int


@dataclass(frozen=True, slots=True)
class Names:
    """What the values of filters are called."""

    say: Say
    words: Words
    publishers: Mapping[str, str]

    def of(self, name: str, value: str) -> str:
        """The label of one value of the filter `name`."""
        labels: dict[str, Callable[[str], str]] = {
            "policy": self.words.policy,
            "publisher": lambda publisher: self.publishers.get(publisher, publisher),
            "action": self.words.action,
            "modality": self.words.modality,
            "publisher_type": self.words.publisher_type,
            "q": lambda words: self.say("“{words}”", words=words),
            "since": lambda day: self.say("from {day}", day=day),
            "until": lambda day: self.say("until {day}", day=day),
        }
        return labels[name](value) if name in labels else value


async def show(request: Request) -> Response:
    """The page."""
    here, language = site(request), language_of(request)
    filters = Filters.read(request.query_params)
    cursor = request.query_params.get("cursor") or None
    inbox = await run_in_threadpool(_read, here.store, filters, cursor, request.query_params.get("done"))
    names = Names(Say(language), Words(language, here.policies), inbox.publishers)
    return page(
        request,
        "inbox.html",
        cards=cards(inbox.found.rows),
        inbox=inbox,
        found=inbox.found,
        filters=filters,
        groups=_groups(filters, inbox, names),
        verdicts=_verdicts(filters, inbox, names),
        chips=_chips(filters, names),
        spans=_spans(filters, here.clock().date(), names.say),
        older=filters.address(cursor=inbox.found.next_cursor) if inbox.found.next_cursor else None,
        continued=cursor is not None,
        quote=marking.quote,
    )


def cards(rows: Iterable[MatchRow]) -> list[Card]:
    """Rows grouped by entry in the order in which the entries first come."""
    entries: dict[str, list[MatchRow]] = {}
    for row in rows:
        entries.setdefault(row.entry_id, []).append(row)
    return [Card(tuple(sorted(group, key=lambda row: not row.main))) for group in entries.values()]


def _read(store: Store, filters: Filters, cursor: str | None, done: str | None) -> Inbox:
    query = filters.query()
    catalog = store.catalogs.current()
    return Inbox(
        found=store.matches.search(query, cursor=cursor, limit=PER_PAGE),
        facets=store.matches.facets(query),
        publishers={p.id: p.name for p in catalog.publishers} if catalog else {},
        decided=store.matches.show(done) if done else None,
        watching=len(catalog.sources) if catalog else 0,
        incidents=len(store.incidents.listing(open_only=True, limit=1000)),
    )


def _groups(filters: Filters, inbox: Inbox, names: Names) -> list[tuple[str, list[Choice]]]:
    """The filters with counts beside them: title and links, what is chosen first."""
    say = names.say
    titles = {"policy": say("Policy"), "action": say("What happens"), "publisher": say("Publisher")}
    return [
        (
            title,
            sorted(_links(name, filters, inbox, names), key=lambda link: (not link.on, -(link.count or 0), link.label)),
        )
        for name, title in titles.items()
    ]


def _links(name: str, filters: Filters, inbox: Inbox, names: Names) -> Iterable[Choice]:
    for value, count in inbox.facets.get(name, []):
        on = filters.values.get(name) == value
        changed = filters.without(name) if on else filters.chosen(name, value)
        yield Choice(value, names.of(name, value), changed.address(), count, on)


def _verdicts(filters: Filters, inbox: Inbox, names: Names) -> list[Choice]:
    """The tabs over the list."""
    counts = dict(inbox.facets.get("verdict", []))
    tabs = [(verdict.value, names.words.verdict(verdict), counts.get(verdict, 0)) for verdict in Verdict]
    tabs.append((ANY, names.say("All"), sum(counts.values())))
    return [
        Choice(value, label, filters.chosen("verdict", value).address(), count, value == filters.verdict)
        for value, label, count in tabs
    ]


def _chips(filters: Filters, names: Names) -> list[Choice]:
    """What narrows the list, each with the address that takes it away again."""
    return [
        Choice(value, names.of(name, value), filters.without(name).address(), None, True)
        for name, value in filters.narrowed.items()
    ]


def _spans(filters: Filters, today: date, say: Say) -> list[Choice]:
    return spans(filters, today, {1: say("today"), 7: say("7 days"), 30: say("30 days"), 365: say("a year")})


def to_inbox(address: Mapping[str, str], done: str) -> RedirectResponse:
    """Back to the list that somebody came from, saying what was just decided. Only our own filters are carried."""
    return RedirectResponse(Filters.read(address).address(done=done), status_code=303)


ROUTES = [Route("/", show)]
