"""What a rule would have sent: one of sources.yaml, or one that is written into the form before it is saved."""

from __future__ import annotations

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher.alerts.preview import Preview
from watcher.errors import ConfigError
from watcher.models.catalog import Catalog
from watcher.pipeline.previewing import USUAL, preview_rule
from watcher.sources.catalog.onerule import read_rule
from watcher.web.catalog import in_force
from watcher.web.render import page
from watcher.web.site import Site, site

SHOWN = 100
LONGEST = 3660


async def show(request: Request) -> Response:
    """The preview of a saved rule, or the empty form."""
    return await _page(request, str(request.query_params.get("rule", "")), "", request.query_params.get("days", ""))


async def draft(request: Request) -> Response:
    """The preview of a rule that is not saved; nothing is changed."""
    form = await request.form(max_files=0, max_fields=5)
    return await _page(request, "", str(form.get("text") or ""), str(form.get("days") or ""))


async def _page(request: Request, rule_id: str, text: str, days: str) -> Response:
    here = site(request)
    catalog = await run_in_threadpool(in_force, here.store)
    number = min(int(days), LONGEST) if days.isascii() and days.isdigit() and 0 < len(days) < 6 else USUAL.days
    found, wrong = await run_in_threadpool(_previewed, here, catalog, rule_id, text, number)
    return page(
        request,
        "preview.html",
        status=400 if wrong else 200,
        rules=catalog.rules,
        chosen=rule_id,
        text=text,
        days=number,
        found=found,
        shown=found.news[:SHOWN] if found else (),
        wrong=wrong,
    )


def _previewed(here: Site, catalog: Catalog, rule_id: str, text: str, days: int) -> tuple[Preview | None, str]:
    """The preview, or what is wrong with the rule."""
    if not rule_id and not text.strip():
        return None, ""
    rule = next((each for each in catalog.rules if each.id == rule_id), None)
    try:
        rule = rule or read_rule(text, catalog, here.policies.keys())
    except ConfigError as error:
        return None, str(error)
    since = here.clock() - timedelta(days=days)
    return preview_rule(rule, catalog, here.store.entries.announcements, here.policies, since=since), ""


ROUTES = [
    Route("/alerts/preview", show),
    Route("/alerts/preview", draft, methods=["POST"]),
]
