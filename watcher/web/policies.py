"""What we look for: every policy, and one policy with its names, its story and where it was last seen."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher.models.policies import Policy
from watcher.models.story import Standing
from watcher.models.views import MatchQuery
from watcher.stories import now_of, story_of
from watcher.web import marking, storyline
from watcher.web.asrule import rule_address
from watcher.web.chart import draw, first_month
from watcher.web.filters import Filters
from watcher.web.naming import Words
from watcher.web.render import language_of, page
from watcher.web.site import site

LATEST = 10
STATES = 100
"""How many states the table has, the newest first; the API has all."""


async def index(request: Request) -> Response:
    """All policies by jurisdiction, with the number of their matches."""
    here = site(request)
    facets = await run_in_threadpool(here.store.matches.facets, MatchQuery())
    return page(
        request,
        "policies.html",
        groups=by_jurisdiction(here.policies, language_of(request)),
        counts=dict(facets.get("policy", [])),
    )


def by_jurisdiction(policies: Mapping[str, Policy], language: str) -> list[tuple[str, list[Policy]]]:
    """Jurisdiction and its policies by name; the one with most policies first."""
    ordered = sorted(policies.values(), key=lambda p: (p.jurisdiction, p.shown(language).casefold()))
    groups = [(name, list(group)) for name, group in groupby(ordered, key=lambda p: p.jurisdiction)]
    return sorted(groups, key=lambda pair: -len(pair[1]))


async def show(request: Request) -> Response:
    """One policy."""
    here = site(request)
    policy = here.policies.get(request.path_params["policy_id"])
    if policy is None:
        raise HTTPException(404)
    found = await run_in_threadpool(here.store.matches.cards, MatchQuery(policy=policy.id), limit=LATEST)
    today = here.clock().date()
    words = Words(language_of(request), here.policies)
    story = await run_in_threadpool(story_of, here.store, policy, today)
    family = {policy.parent, *policy.children}
    parts = [here.policies[other] for other in policy.children if other in here.policies]
    stands = await run_in_threadpool(lambda: [(part, now_of(here.store, part, today)) for part in parts])
    told = {(state.on, state.quote) for state in story.states if state.standing is Standing.BACKGROUND}
    tallies = await run_in_threadpool(here.store.matches.by_month, [policy.id], first_month(today))
    return page(
        request,
        "policy.html",
        policy=policy,
        found=found,
        chart=draw(tallies, today),
        story=story,
        picture=storyline.draw(story.states, words.state),
        rows=story.states[: -STATES - 1 : -1],
        asides=[event for event in policy.events if (event.on, event.what) not in told],
        rule=rule_address(Filters({"policy": policy.id})),
        relatives=[here.policies[other] for other in policy.related if other in here.policies and other not in family],
        pieces=stands,
        parent=here.policies.get(policy.parent or ""),
        quote=marking.quote,
    )


ROUTES = [
    Route("/policies", index),
    Route("/policies/{policy_id}", show),
]
