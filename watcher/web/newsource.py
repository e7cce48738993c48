"""Adding a source: an address, what it offers with its first entries, a choice, and the lines in sources.yaml."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.errors import ConfigError, FetchError, ParseError
from watcher.models.catalog import Publisher, Source
from watcher.models.words import PublisherType
from watcher.sources.catalog.edit import Change, add_publisher, add_source, as_lines
from watcher.sources.catalog.newcomer import WantedPublisher, free_id
from watcher.web.render import page
from watcher.web.site import site
from watcher.web.workbench import Offered, Workbench, refuse_private

LONGEST = 2000
"""Characters of an address."""
SHOWN = 3
"""Entries of each offer."""


async def ask(request: Request) -> Response:
    """The form for an address."""
    return _page(request, await _read_only(request))


async def offer(request: Request) -> Response:
    """What the address offers, each tried; nothing is stored."""
    form = await request.form(max_files=0, max_fields=5)
    url = str(form.get("url") or "").strip()[:LONGEST]
    if url and "://" not in url:
        url = f"https://{url}"
    try:
        offered = await workbench(request).offers(url)
    except ConfigError as error:
        return _page(request, await _read_only(request), url=url, wrong=str(error), status=400)
    except (FetchError, ParseError) as error:
        wrong = f"{error.problem.message.rstrip('.')}. {error.problem.advice}"
        return _page(request, await _read_only(request), url=url, wrong=wrong, status=400)
    return _page(request, await _read_only(request), url=url, offered=offered)


async def take(request: Request) -> Response:
    """Writes the chosen source into sources.yaml, or shows the lines where the file cannot be changed."""
    form = await request.form(max_files=0, max_fields=12)
    bench = workbench(request)
    try:
        source, new = await run_in_threadpool(_chosen, bench, {key: str(value) for key, value in form.items()})
        read_only = await run_in_threadpool(bench.read_only)
        if read_only:
            return _page(request, read_only, url=source.url, lines=_lines(source, new))
        changes: list[Change] = [add_publisher(new)] if new else []
        await run_in_threadpool(bench.write, *changes, add_source(source))
    except ConfigError as error:
        return _page(request, "", url=str(form.get("url") or ""), wrong=str(error), status=400)
    return RedirectResponse(f"/sources?added={source.id}#s-{source.id}", status_code=303)


def workbench(request: Request) -> Workbench:
    """What sources are changed with. Raises HTTPException (404) where this process has no sources.yaml."""
    bench = site(request).workbench
    if bench is None:
        raise HTTPException(404)
    return bench


async def _read_only(request: Request) -> str:
    return await run_in_threadpool(workbench(request).read_only)


def _chosen(bench: Workbench, form: dict[str, str]) -> tuple[Source, Publisher | None]:
    """The source of a filled-in form, and its publisher where that is a new one. Raises ConfigError."""
    catalog = bench.catalog()
    url = form.get("url", "")[:LONGEST]
    if form.get("type", "other") not in set(PublisherType):
        raise ConfigError(f"{form.get('type')}: is no type of publisher")
    source_kind, options = form.get("kind", ""), _options(form.get("options", "{}"))
    wanted = WantedPublisher(None, form.get("publisher", "").strip() or None, form.get("type"))
    named = next((each.id for each in catalog.publishers if each.name == wanted.name), None)
    refuse_private(source_kind, url, options)
    publisher, is_new = replace(wanted, id=named).among(catalog, url)
    source = Source("new", publisher.id, source_kind, url, options=options)
    source = replace(source, language=form.get("language") or None)
    return replace(source, id=form.get("id") or free_id(source, publisher.id, catalog)), publisher if is_new else None


def _options(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ConfigError("the options were not sent as they were shown; look at the address again")
    return found


def _lines(source: Source, new: Publisher | None) -> str:
    return "\n".join([*([as_lines("publishers", new)] if new else []), as_lines("sources", source)])


def _page(
    request: Request,
    read_only: str,
    *,
    url: str = "",
    wrong: str = "",
    offered: Offered | None = None,
    lines: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "add_source.html",
        status=status,
        read_only=read_only,
        url=url,
        wrong=wrong,
        offered=offered,
        lines=lines,
        shown=SHOWN,
        types=list(PublisherType),
        as_json=lambda options: json.dumps(dict(options), ensure_ascii=False),
    )


ROUTES = [
    Route("/new-source", ask),
    Route("/new-source", offer, methods=["POST"]),
    Route("/new-source/take", take, methods=["POST"]),
]
