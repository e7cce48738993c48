"""One source: how it is, what is proposed, what its entry in sources.yaml says; trying, checking and changing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.errors import ConfigError, FetchError
from watcher.models.checks import CheckRecord
from watcher.models.views import SourceHealth
from watcher.sources.catalog import edit
from watcher.sources.catalog.edit import Change, set_enabled, set_key
from watcher.sources.catalog.field import from_field, to_field
from watcher.web.auth import may_administer
from watcher.web.newsource import workbench
from watcher.web.render import page
from watcher.web.site import Site, site
from watcher.web.workbench import Workbench, refuse_private

KEYS = ("url", "every", "expect", "language", "options")
"""What can be changed here, beside whether the source is checked."""
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of the form as texts, and the lines that stand in the file."""

    fields: dict[str, str]
    paused: bool
    lines: str
    read_only: str


async def show(request: Request) -> Response:
    """The page."""
    return await _page(request, await _health(request))


async def change(request: Request) -> Response:
    """Writes what was filled in into sources.yaml, if the file is right afterwards."""
    health, bench = await _health(request), workbench(request)
    form = await request.form(max_files=0, max_fields=12)
    try:
        changes = await run_in_threadpool(_changes, bench, health.source.id, form)
        read_only = await run_in_threadpool(bench.read_only)
        if read_only:
            after = await run_in_threadpool(edit.after_changes, bench.config, *changes)
            lines = edit.written(after, health.source.id)[1]
            return await _page(request, health, form=form, lines=lines, wrong=read_only, status=409)
        await run_in_threadpool(bench.write, *changes)
    except ConfigError as error:
        return await _page(request, health, form=form, wrong=str(error), status=400)
    return RedirectResponse(f"{_address(health)}?done=changed", status_code=303)


async def attempt(request: Request) -> Response:
    """What a check would bring with what was filled in; nothing is stored, nothing is sent."""
    health, bench = await _health(request), workbench(request)
    form = await request.form(max_files=0, max_fields=12)
    try:
        changes = await run_in_threadpool(_changes, bench, health.source.id, form)
        catalog = await run_in_threadpool(bench.drafted, *changes)
        source = next(each for each in catalog.sources if each.id == health.source.id)
        publisher = next(each for each in catalog.publishers if each.id == source.publisher)
        record = await bench.trial(source, publisher)
    except ConfigError as error:
        return await _page(request, health, form=form, wrong=str(error), status=400)
    except FetchError as error:
        return await _page(request, health, form=form, wrong=f"{error.problem.message}. {error.problem.advice}")
    return await _page(request, health, form=form, record=record)


async def check_now(request: Request) -> Response:
    """Makes the source due; the daemon takes it with its next tick."""
    health, here = await _health(request), site(request)
    if not await run_in_threadpool(here.store.sources.hurry, health.source.id, here.clock()):
        raise HTTPException(409)
    return RedirectResponse(f"{_address(health)}?done=due", status_code=303)


def _changes(bench: Workbench, source_id: str, form: FormData) -> list[Change]:
    """What the form says otherwise than the file. Raises ConfigError: what is no YAML, with its line."""
    data, _lines = edit.current(bench.config, source_id)
    changes: list[Change] = []
    for key in KEYS:
        if key not in form:
            continue
        value = from_field(key, str(form.get(key)))
        if value != data.get(key):
            if key in ("url", "options"):
                refuse_private(str(data.get("kind")), value, data.get("options"))
            changes.append(set_key(source_id, key, value))
    if "whole" in form and ("paused" in form) != _is_paused(data):
        changes.append(set_enabled(source_id, "paused" not in form))
    return changes


def _is_paused(data: Any) -> bool:
    return str(data.get("enabled", "true")).lower() in ("false", "no", "off")


def _draft(here: Site, source_id: str, form: FormData | None) -> Draft | None:
    """What the file says of a source, overlaid with what was filled in; None where it has no such source."""
    if here.workbench is None:
        return None
    try:
        data, lines = edit.current(here.workbench.config, source_id)
    except ConfigError:
        return None
    fields = {key: to_field(data.get(key)) for key in KEYS}
    given = {key: str(form.get(key)) for key in KEYS if form is not None and key in form}
    whole = form is not None and "whole" in form
    paused = "paused" in form if form is not None and whole else _is_paused(data)
    return Draft(fields | given, paused, lines, here.workbench.read_only())


async def _page(
    request: Request,
    health: SourceHealth,
    *,
    form: FormData | None = None,
    record: CheckRecord | None = None,
    lines: str = "",
    wrong: str = "",
    status: int = 200,
) -> Response:
    here = site(request)
    draft = None
    if may_administer(request):
        draft = await run_in_threadpool(_draft, here, health.source.id, form)
    past = await run_in_threadpool(lambda: here.store.incidents.listing(source=health.source.id, limit=SHOWN))
    return page(
        request,
        "source.html",
        status=status,
        health=health,
        draft=draft,
        record=record,
        shown=SHOWN,
        lines=lines,
        wrong=wrong,
        past=past,
        done=request.query_params.get("done", ""),
        address=_address(health),
    )


async def _health(request: Request) -> SourceHealth:
    found = await run_in_threadpool(site(request).store.sources.health, [request.path_params["source_id"]])
    if not found:
        raise HTTPException(404)
    return found[0]


def _address(health: SourceHealth) -> str:
    return f"/sources/{quote(health.source.id, safe='')}"


ROUTES = [
    Route("/sources/{source_id}", show),
    Route("/sources/{source_id}", change, methods=["POST"]),
    Route("/sources/{source_id}/try", attempt, methods=["POST"]),
    Route("/sources/{source_id}/check", check_now, methods=["POST"]),
]
