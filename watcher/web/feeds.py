"""Feeds for other programs: links that open one feed each, and the feeds themselves, for who has the link."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.models.catalog import Catalog
from watcher.models.feeds import FeedItem, FeedLink, FeedOf
from watcher.models.policies import Policy
from watcher.models.views import SavedSearch
from watcher.stories import calendar_of, story_of
from watcher.web.calendar import calendar
from watcher.web.catalog import in_force
from watcher.web.naming import Words
from watcher.web.render import language_of, page
from watcher.web.searches import query_of
from watcher.web.site import Site, site
from watcher.web.strings import Say
from watcher.web.syndication import Feed, atom, json_feed, of_entry, of_state

NEWEST = 50
"""Entries in a feed."""
ASK_AGAIN = "private, max-age=300"
ATOM_TYPE, JSON_TYPE = "application/atom+xml; charset=utf-8", "application/feed+json; charset=utf-8"
CALENDAR_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Made:
    """A document for who has the link. `changed_at`: of entries; a story changes with every verdict, too."""

    body: bytes
    media_type: str
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a feed can be about, as the form and the list name it."""

    of: FeedOf
    about: str
    name: str

    @property
    def value(self) -> str:
        return f"{self.of}:{self.about}"


# ---- for who has the link


async def read(request: Request) -> Response:
    """A feed, or 304 when the reader has it already; 404 without a link, 410 when it was revoked (RFC 9110 15.5.11)."""
    here = site(request)
    link = await run_in_threadpool(here.store.feeds.by_token, request.path_params["token"])
    form = request.path_params["form"]
    if link is None or form not in forms_of(link.of):
        raise HTTPException(404)
    if link.revoked_at is not None:
        raise HTTPException(410)
    made = await run_in_threadpool(FORMS[form], here, link, request.url.path)
    etag = f'"{hashlib.sha256(made.body).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": ASK_AGAIN}
    if made.changed_at is not None:
        headers["last-modified"] = format_datetime(made.changed_at, usegmt=True)
    if _has_it(request.headers, etag, made.changed_at):
        return Response(status_code=304, headers=headers)
    return Response(made.body, media_type=made.media_type, headers=headers)


def forms_of(of: FeedOf) -> tuple[str, ...]:
    """What a link opens: of a policy its story and its calendar, too."""
    return tuple(FORMS) if of is FeedOf.POLICY else ENTRY_FORMS


def _entries_atom(here: Site, link: FeedLink, path: str) -> Made:
    feed = _feed(here, link, path)
    return Made(atom(feed), ATOM_TYPE, feed.updated)


def _entries_json(here: Site, link: FeedLink, path: str) -> Made:
    feed = _feed(here, link, path)
    return Made(json_feed(feed), JSON_TYPE, feed.updated)


def _story_atom(here: Site, link: FeedLink, path: str) -> Made:
    return Made(atom(_story(here, link, path)), ATOM_TYPE)


def _story_json(here: Site, link: FeedLink, path: str) -> Made:
    return Made(json_feed(_story(here, link, path)), JSON_TYPE)


def _calendar(here: Site, link: FeedLink, path: str) -> Made:
    days = calendar_of(here.store, _policy(here, link), here.clock().date())
    body = calendar(days, link.about, Words(link.language, here.policies), here.base_url.rstrip("/"))
    return Made(body, CALENDAR_TYPE)


FORMS: Mapping[str, Callable[[Site, FeedLink, str], Made]] = {
    "atom.xml": _entries_atom,
    "feed.json": _entries_json,
    "story.xml": _story_atom,
    "story.json": _story_json,
    "calendar.ics": _calendar,
}
ENTRY_FORMS = ("atom.xml", "feed.json")


def form_names(say: Say) -> dict[str, str]:
    """What the forms are called."""
    return {
        "atom.xml": "Atom",
        "feed.json": "JSON Feed",
        "story.xml": say("The story as Atom"),
        "story.json": say("The story as JSON Feed"),
        "calendar.ics": say("The days as a calendar (iCalendar)"),
    }


def _policy(here: Site, link: FeedLink) -> Policy:
    """What the link is about. Raises HTTPException (404) when it is no longer in the vocabulary."""
    if link.about not in here.policies:
        raise HTTPException(404)
    return here.policies[link.about]


def _story(here: Site, link: FeedLink, path: str) -> Feed:
    """What was found to have happened to the policy, the newest first; its background is no news."""
    base_url, words = here.base_url.rstrip("/"), Words(link.language, here.policies)
    story = story_of(here.store, _policy(here, link), here.clock().date())
    found = [state for state in reversed(story.states) if state.sources][:NEWEST]
    items = [of_state(state, link.about, words, base_url) for state in found]
    return Feed(
        name=f"story/{link.about}",
        title=f"{Say(link.language)('The story of {policy}', policy=words.policy(link.about))} · watcher",
        address=f"{base_url}{path}",
        home=f"{base_url}/policies/{link.about}",
        language=link.language,
        updated=max((item.updated for item in items), default=link.created_at),
        items=items,
    )


def _feed(here: Site, link: FeedLink, path: str) -> Feed:
    items = _items(here, link)
    base_url, words = here.base_url.rstrip("/"), Words(link.language, here.policies)
    searches = [found] if link.of is FeedOf.SEARCH and (found := here.store.searches.show(link.about)) else []
    named = _named(link, _subjects(here.policies, in_force(here.store), link.language, searches))
    return Feed(
        name=f"{link.of}/{link.about}",
        title=f"{named} · watcher",
        address=f"{base_url}{path}",
        home=f"{base_url}/policies/{link.about}" if link.of is FeedOf.POLICY else f"{base_url}/inbox",
        language=link.language,
        updated=max((item.changed_at for item in items), default=link.created_at),
        items=[of_entry(item, words, base_url) for item in items],
    )


def _items(here: Site, link: FeedLink) -> list[FeedItem]:
    """What is in the feed now; of a search that was dropped, nothing."""
    if link.of is FeedOf.SEARCH:
        search = here.store.searches.show(link.about)
        return here.store.feeds.fitting(query_of(search), NEWEST) if search else []
    about = with_children(link.about, here.policies) if link.of is FeedOf.POLICY else [link.about]
    return here.store.feeds.newest(link.of, about, NEWEST)


def with_children(policy_id: str, policies: Mapping[str, Policy]) -> list[str]:
    """A policy and all below it: what a rule with this policy selects."""
    found = [policy_id]
    for each in found:
        found += [child for child in (policies[each].children if each in policies else ()) if child not in found]
    return found


def _has_it(headers: Headers, etag: str, updated: datetime | None) -> bool:
    """Whether the reader's copy is this one; If-Modified-Since counts only without an ETag (RFC 9110 13.1.3)."""
    if (known := headers.get("if-none-match")) is not None:
        return any(each.strip().removeprefix("W/") in (etag, "*") for each in known.split(","))
    if updated is None:
        return False
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
        return updated.replace(microsecond=0) <= since
    except (TypeError, ValueError):
        return False


# ---- for who may hand out links


async def show(request: Request) -> Response:
    """The links that are in force, and the form for a new one."""
    return await _page(request, chosen=request.query_params.get("of", ""))


async def make(request: Request) -> Response:
    """A new link. Its address is shown on this answer and never again: only a hash of it is kept."""
    here = site(request)
    form = await request.form(max_files=0, max_fields=5)
    subjects = await run_in_threadpool(_all, request)
    wanted = next((subject for subject in subjects if subject.value == form.get("of")), None)
    if wanted is None:
        raise HTTPException(400, "Choose what the feed is to be about.")
    user, language = request.state.user.name, language_of(request)
    token = await run_in_threadpool(here.store.feeds.new_link, wanted.of, wanted.about, language, user, here.clock())
    base_url, names = here.base_url.rstrip("/"), form_names(Say(language))
    return await _page(
        request,
        chosen=wanted.value,
        made=[(names[form], f"{base_url}/feeds/{token}/{form}") for form in forms_of(wanted.of)],
    )


async def revoke(request: Request) -> Response:
    """Closes a link for good."""
    here = site(request)
    await run_in_threadpool(here.store.feeds.revoke, request.path_params["link_id"], here.clock())
    return RedirectResponse("/feed-links", status_code=303)


async def _page(request: Request, *, chosen: str, made: list[tuple[str, str]] | None = None) -> Response:
    subjects = await run_in_threadpool(_all, request)
    links = await run_in_threadpool(site(request).store.feeds.links)
    say = Say(language_of(request))
    groups = {
        FeedOf.SEARCH: say("Saved searches"),
        FeedOf.POLICY: say("Policies"),
        FeedOf.PUBLISHER: say("Publishers"),
        FeedOf.RULE: say("Rules"),
    }
    return page(
        request,
        "feeds.html",
        groups=[(name, [s for s in subjects if s.of is of]) for of, name in groups.items()],
        links=[(link, groups[link.of], _named(link, subjects)) for link in links],
        chosen=chosen,
        made=made or [],
    )


def _all(request: Request) -> list[Subject]:
    here = site(request)
    searches = here.store.searches.listing(request.state.user.name)
    return _subjects(here.policies, in_force(here.store), language_of(request), searches)


def _subjects(
    policies: Mapping[str, Policy], catalog: Catalog, language: str, searches: Iterable[SavedSearch]
) -> list[Subject]:
    """Everything that a feed can be about now, by name."""
    found = [Subject(FeedOf.POLICY, policy.id, policy.shown(language)) for policy in policies.values()]
    found += [Subject(FeedOf.PUBLISHER, publisher.id, publisher.name) for publisher in catalog.publishers]
    found += [Subject(FeedOf.RULE, rule.id, rule.id) for rule in catalog.rules]
    found += [Subject(FeedOf.SEARCH, search.id, search.name) for search in searches]
    return sorted(found, key=lambda subject: subject.name.casefold())


def _named(link: FeedLink, subjects: list[Subject]) -> str:
    """What a link is about; the id of what is no longer there."""
    return next((s.name for s in subjects if (s.of, s.about) == (link.of, link.about)), link.about)


ROUTES = [
    Route("/feeds/{token}/{form}", read),
    Route("/feed-links", show),
    Route("/feed-links", make, methods=["POST"]),
    Route("/feed-links/{link_id}/revoke", revoke, methods=["POST"]),
]
