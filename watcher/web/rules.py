"""Rules: those of sources.yaml to read, and others made here, tried out before they are saved."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.alerts.channels.base import addresses
from watcher.alerts.preview import Preview
from watcher.errors import ConfigError
from watcher.models.catalog import Catalog, Criteria, Digest, How, Rule
from watcher.models.subscriptions import Ended
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, PublisherType
from watcher.pipeline.previewing import USUAL, preview_rule
from watcher.sources.catalog.onerule import read_rule
from watcher.web.catalog import in_force
from watcher.web.conditions import in_words
from watcher.web.naming import Words
from watcher.web.render import language_of, page
from watcher.web.site import Site, site
from watcher.web.subscribe import timezones

Given: TypeAlias = "FormData | QueryParams"
FIELDS = 600
SHOWN = 100
_LISTS = tuple(each.name for each in fields(Criteria) if each.name not in ("words", "languages", "min_score"))
_LINES = ("words", "languages")
_DAYS = ("*", "mon-fri", "mon")


async def show(request: Request) -> Response:
    """All rules and recipients, with where each comes from."""
    here = site(request)
    catalog, made = await run_in_threadpool(in_force, here.store), await run_in_threadpool(here.store.made.all)
    here_made = {each.what.id: each for each in made.rules}
    words = Words(language_of(request), here.policies)
    subscriptions = await run_in_threadpool(here.store.subscriptions.listing)
    return page(
        request,
        "rules.html",
        rules=[
            (each, in_words(each.when, words, catalog), _but_not(each, words, catalog), here_made.get(each.id))
            for each in catalog.rules
        ],
        recipients=[(each, addresses(each)) for each in catalog.recipients],
        made_recipients={each.what.id: each for each in made.recipients},
        subscribers=sum(each.ended_at is None for each in subscriptions),
        refused=[each for each in subscriptions if each.ended_because == Ended.REFUSED],
        removed="removed" in request.query_params,
    )


async def new(request: Request) -> Response:
    """The form: empty, or filled in by the address that a search or a policy leads to."""
    return await _form(request, as_values(request.query_params), unsaid=request.query_params.get("search", ""))


async def edit(request: Request) -> Response:
    """The form of a rule that was made here."""
    return await _form(request, _as_form(await _made(request)), editing=request.path_params["rule_id"])


async def take(request: Request) -> Response:
    """A new rule: shown with what it would have sent, then saved."""
    return await _taken(request, await request.form(max_files=0, max_fields=FIELDS), editing="")


async def change(request: Request) -> Response:
    """The same for one that was made here."""
    made = await _made(request)
    return await _taken(request, await request.form(max_files=0, max_fields=FIELDS), editing=made.id)


async def remove(request: Request) -> Response:
    """Takes one out; what it has made already goes out at its time."""
    if not await run_in_threadpool(site(request).store.made.remove_rule, request.path_params["rule_id"]):
        raise HTTPException(404)
    return RedirectResponse("/alerts/rules?removed=1", status_code=303)


async def _made(request: Request) -> Rule:
    made = await run_in_threadpool(site(request).store.made.all)
    found = next((each.what for each in made.rules if each.what.id == request.path_params["rule_id"]), None)
    if found is None:
        raise HTTPException(404)
    return found


async def _taken(request: Request, form: FormData, *, editing: str) -> Response:
    here, values = site(request), as_values(form, editing)
    catalog = _without(await run_in_threadpool(in_force, here.store), editing)
    try:
        rule = read_rule(json.dumps(values, ensure_ascii=False), catalog, here.policies.keys())
        refuse_taken(rule.id, [each.id for each in catalog.rules], "rule")
    except ConfigError as error:
        return await _form(request, values, editing=editing, wrong=in_form(error))
    if form.get("do") == "save":
        await run_in_threadpool(here.store.made.save, rule, request.state.user.name, here.clock())
        return RedirectResponse("/alerts/rules", status_code=303)
    found = await run_in_threadpool(_previewed, here, rule, catalog)
    return await _form(request, values, editing=editing, found=found)


def refuse_taken(name: str, there: list[str], what: str) -> None:
    """Raises ConfigError when something has the id already."""
    if name in there:
        raise ConfigError(f"id: there is a {what} `{name}` already; choose another id")


def in_form(error: ConfigError) -> str:
    """What is wrong, without the places in a file that nobody sees."""
    return re.sub(r"^the (rule|recipient):\d+:\d+: ", "", str(error), flags=re.MULTILINE)


def _previewed(here: Site, rule: Rule, catalog: Catalog) -> Preview:
    since = here.clock() - USUAL
    return preview_rule(rule, catalog, here.store.entries.announcements, here.policies, since=since)


def _without(catalog: Catalog, rule_id: str) -> Catalog:
    return replace(catalog, rules=tuple(each for each in catalog.rules if each.id != rule_id))


async def _form(
    request: Request,
    values: dict[str, Any],
    *,
    editing: str = "",
    wrong: str = "",
    unsaid: str = "",
    found: Preview | None = None,
) -> Response:
    here = site(request)
    catalog = await run_in_threadpool(in_force, here.store)
    return page(
        request,
        "rule.html",
        status=400 if wrong else 200,
        values=values,
        editing=editing,
        wrong=wrong,
        unsaid=unsaid,
        found=found,
        shown=found.news[:SHOWN] if found else (),
        days=USUAL // timedelta(days=1),
        catalog=catalog,
        named=_named(Words(language_of(request), here.policies), catalog),
        zone=str(here.zone),
        timezones=timezones(),
    )


def _named(words: Words, catalog: Catalog) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen for each criterion: the values with what people call them."""
    policies = [(each, words.policy(each)) for each in words.policies]
    return {
        "policies": sorted(policies, key=lambda pair: pair[1].casefold()),
        "actions": [(each.value, words.action(each)) for each in Action],
        "modalities": [(each.value, words.modality(each)) for each in Modality],
        "actor_types": [(each.value, words.actor_type(each)) for each in ActorType],
        "publisher_types": [(each.value, words.publisher_type(each)) for each in PublisherType],
        "announcement_kinds": [(each.value, words.announcement_kind(each)) for each in AnnouncementKind],
        "publishers": [(each.id, each.name) for each in catalog.publishers],
        "sources": [(each.id, each.name or each.id) for each in catalog.sources],
    }


# --- between the form and the keys of sources.yaml ----------------------------------------------------------------


def as_values(form: Given, rule_id: str = "") -> dict[str, Any]:
    """What was written into the form, by the keys of a rule in sources.yaml; whether it is right is not asked here."""
    values: dict[str, Any] = {"id": rule_id or text_of(form, "id"), "send": list(map(str, form.getlist("send")))}
    values |= {"note": note} if (note := text_of(form, "note")) else {}
    values |= {"when": _criteria(form, "when")}
    values |= {"not": excluded} if (excluded := _criteria(form, "not")) else {}
    if (days := text_of(form, "days")) in _DAYS:
        hour = text_of(form, "hour")
        values["how"] = {"digest": f"0 {hour} * * {days}", "timezone": text_of(form, "timezone")}
    return values


def text_of(form: Given, name: str) -> str:
    """A field of a form without blanks around it."""
    return str(form.get(name) or "").strip()


def _criteria(form: Given, which: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in _LISTS:
        found[key] = [str(each) for each in form.getlist(f"{which}.{key}") if each]
    for key in _LINES:
        found[key] = [line.strip() for line in text_of(form, f"{which}.{key}").splitlines() if line.strip()]
    found["min_score"] = text_of(form, f"{which}.min_score")
    return {key: value for key, value in found.items() if value}


def _as_form(rule: Rule) -> dict[str, Any]:
    """A rule as the values that its form shows."""
    how = {"digest": rule.how.digest, "timezone": rule.how.timezone} if isinstance(rule.how, Digest) else How.IMMEDIATE
    return {
        "id": rule.id,
        "note": rule.note,
        "send": list(rule.send),
        "when": _given(rule.when),
        "not": _given(rule.exclude or Criteria()),
        "how": how,
    }


def _given(criteria: Criteria) -> dict[str, Any]:
    values = {each.name: getattr(criteria, each.name) for each in fields(criteria)}
    return {
        key: list(map(str, value)) if isinstance(value, tuple) else str(value)
        for key, value in values.items()
        if value not in ((), None)
    }


def _but_not(rule: Rule, words: Words, catalog: Catalog) -> str:
    return in_words(rule.exclude, words, catalog) if rule.exclude else ""


ROUTES = [
    Route("/alerts/rules", show),
    Route("/alerts/rules/new", new),
    Route("/alerts/rules/new", take, methods=["POST"]),
    Route("/alerts/rules/{rule_id}/edit", edit),
    Route("/alerts/rules/{rule_id}/edit", change, methods=["POST"]),
    Route("/alerts/rules/{rule_id}/remove", remove, methods=["POST"]),
]
