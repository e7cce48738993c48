"""The inbox: what was found and waits for a verdict, one card per entry, sorted and filtered by the address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher.errors import SearchError
from watcher.models.reviews import DismissReason
from watcher.models.views import CardPage, MatchRow, Order, ReviewNote, SavedSearch
from watcher.models.words import Verdict
from watcher.web import marking
from watcher.web.asrule import rule_address
from watcher.web.filters import ANY, BY_ENTRY, HOME, MORE, Choice, Filters, spans
from watcher.web.folding import Folded, fold, unfolded
from watcher.web.naming import Words
from watcher.web.render import language_of, page
from watcher.web.searches import filters_of
from watcher.web.site import site
from watcher.web.strings import Say

PER_PAGE = 30
MOST_VALUES = 40
"""Of a filter that the page lists, the most frequent ones: hundreds of sources would be heavier than the matches."""
SHOWN_MATCHES = 3
"""Matches of one entry that a card shows; the others are one click away."""
NOTHING = CardPage((), None, 0, total_is_exact=True)


@dataclass(frozen=True, slots=True)
class Inbox:
    """What the page needs from the store, read in one go. `done` is the act that was just made, with its matches."""

    found: CardPage
    facets: Mapping[str, list[tuple[str, int]]]
    publishers: Mapping[str, str]
    sources: Mapping[str, str]
    done: Sequence[tuple[MatchRow, ReviewNote]]
    watching: int
    incidents: int
    searches: Sequence[SavedSearch]
    people: Sequence[str]


@dataclass(frozen=True, slots=True)
class Names:
    """What the values of filters are called."""

    say: Say
    words: Words
    publishers: Mapping[str, str]
    sources: Mapping[str, str]

    def of(self, name: str, value: str) -> str:
        """The label of one value of the filter `name`."""
        labels: dict[str, Callable[[str], str]] = {
            "policy": self.words.policy,
            "publisher": lambda publisher: self.publishers.get(publisher, publisher),
            "action": self.words.action,
            "modality": self.words.modality,
            "publisher_type": self.words.publisher_type,
            "source": lambda source: self.sources.get(source, source),
            "language": self.words.spoken_language,
            "assignee": lambda name: self.say("given to {name}", name=name),
            "q": lambda words: self.say("“{words}”", words=words),
            "since": lambda day: self.say("from {day}", day=day),
            "until": lambda day: self.say("until {day}", day=day),
        }
        return labels[name](value) if name in labels else value


async def show(request: Request) -> Response:
    """The page."""
    here, language = site(request), language_of(request)
    say = Say(language)
    filters = Filters.read(request.query_params)
    wrong = ""
    try:
        inbox = await run_in_threadpool(_read, request, filters)
    except SearchError as error:
        wrong = say(error.text, **error.values)
        inbox = await run_in_threadpool(_read_nothing, request)
    names = Names(say, Words(language, here.policies), inbox.publishers, inbox.sources)
    return page(
        request,
        "inbox.html",
        inbox=inbox,
        wrong=wrong,
        meaningless=_meaningless(request, filters, inbox, say),
        found=inbox.found,
        folded=await run_in_threadpool(_folded, request, filters, inbox.found),
        folding=_folding(filters, say),
        filters=filters,
        groups=_groups(filters, inbox, names),
        verdicts=_verdicts(filters, inbox, names),
        orders=_orders(filters, say),
        chips=_chips(filters, names),
        spans=_spans(filters, here.clock().date(), names.say),
        mine=_mine(filters, request.state.user.name),
        searches=[(each, filters_of(each.address).address()) for each in inbox.searches],
        rule=rule_address(filters) if filters.narrowed else None,
        older=filters.address(cursor=inbox.found.next_cursor) if inbox.found.next_cursor else None,
        continued="cursor" in request.query_params,
        done=request.query_params.get("done", "") if inbox.done else "",
        left=request.query_params.get("left", ""),
        shown_matches=SHOWN_MATCHES,
        reasons=list(DismissReason),
        quote=marking.quote,
    )


def _folded(request: Request, filters: Filters, found: CardPage) -> list[Folded]:
    if filters.by_entry:
        return unfolded(found.cards)
    return fold(found.cards, site(request).store.events.reports([card[0].entry_id for card in found.cards]))


def _folding(filters: Filters, say: Say) -> Choice:
    """The link that folds or unfolds the list."""
    if filters.by_entry:
        return Choice("", say("one card for each announcement"), filters.without("by").address(), None, False)
    return Choice(BY_ENTRY, say("one card for each report"), filters.chosen("by", BY_ENTRY).address(), None, False)


def _read(request: Request, filters: Filters) -> Inbox:
    store, query = site(request).store, filters.query()
    cursor = request.query_params.get("cursor") or None
    found = store.matches.cards(query, order=filters.order, cursor=cursor, limit=PER_PAGE)
    return replace(_read_nothing(request), found=found, facets=store.matches.facets(query))


def _read_nothing(request: Request) -> Inbox:
    """The page without its matches."""
    store, done = site(request).store, request.query_params.get("done")
    catalog = store.catalogs.current()
    return Inbox(
        found=NOTHING,
        facets={},
        publishers={p.id: p.name for p in catalog.publishers} if catalog else {},
        sources={s.id: s.name or s.id for s in catalog.sources} if catalog else {},
        done=store.reviews.act(done) if done else (),
        watching=len(catalog.sources) if catalog else 0,
        incidents=len(store.incidents.listing(open_only=True, limit=1000)),
        searches=store.searches.listing(request.state.user.name),
        people=store.users.names(),
    )


def _meaningless(request: Request, filters: Filters, inbox: Inbox, say: Say) -> list[tuple[str, str]]:
    """What the address asks for and nothing can be: the name of the filter, and the value."""
    asked = Filters.left_out(request.query_params)
    policy = filters.values.get("policy", "")
    if policy and policy not in site(request).policies and not inbox.found.cards:
        asked["policy"] = policy
    titles = {
        **_titles(say),
        "verdict": say("Verdict"),
        "order": say("Order"),
        "since": say("From"),
        "until": say("Until"),
    }
    return [(titles.get(name, name), value) for name, value in asked.items()]


def _titles(say: Say) -> dict[str, str]:
    return {
        "policy": say("Policy"),
        "action": say("What happens"),
        "modality": say("How real"),
        "publisher_type": say("Kind of publisher"),
        "publisher": say("Publisher"),
        "source": say("Source"),
        "language": say("Language"),
    }


def _groups(filters: Filters, inbox: Inbox, names: Names) -> list[tuple[str, list[Choice]]]:
    """The filters with counts beside them: title and links, what is chosen first."""
    return [(title, list(_links(name, filters, inbox, names))) for name, title in _titles(names.say).items()]


def _links(name: str, filters: Filters, inbox: Inbox, names: Names) -> Iterable[Choice]:
    chosen = filters.values.get(name)
    labels = [(value, names.of(name, value), count) for value, count in inbox.facets.get(name, [])]
    for value, label, count in sorted(labels, key=lambda each: (each[0] != chosen, -each[2], each[1]))[:MOST_VALUES]:
        on = value == chosen
        changed = filters.without(name) if on else filters.chosen(name, value)
        yield Choice(value, label, changed.address(), count, on)


def _verdicts(filters: Filters, inbox: Inbox, names: Names) -> list[Choice]:
    """The tabs over the list."""
    counts = dict(inbox.facets.get("verdict", []))
    tabs = [(verdict.value, names.words.verdict(verdict), counts.get(verdict, 0)) for verdict in Verdict]
    tabs.append((ANY, names.say("All"), min(sum(counts.values()), MORE)))
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


def _orders(filters: Filters, say: Say) -> list[Choice]:
    names = {Order.NEWEST: say("newest first"), Order.IMPORTANT: say("most important first")}
    return [
        Choice(order, name, filters.chosen("order", order).address(), None, order is filters.order)
        for order, name in names.items()
    ]


def _mine(filters: Filters, name: str) -> Choice:
    on = filters.values.get("assignee") == name
    changed = filters.without("assignee") if on else filters.chosen("assignee", name).chosen("verdict", ANY)
    return Choice(name, name, changed.address(), None, on)


def _spans(filters: Filters, today: date, say: Say) -> list[Choice]:
    return spans(filters, today, {1: say("today"), 7: say("7 days"), 30: say("30 days"), 365: say("a year")})


ROUTES = [Route(HOME, show)]
