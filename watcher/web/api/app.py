"""The API as one application: its nouns, its refusals, its limits; FastAPI writes the description from them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher import __version__
from watcher.web.api import (
    captures,
    changes,
    deliveries,
    entries,
    events,
    matches,
    reference,
    reviews,
    sources,
    watching,
)
from watcher.web.api.describing import describe
from watcher.web.api.limits import Buckets, Limited
from watcher.web.api.refusals import HANDLERS
from watcher.web.api.shapes import Problem

NOUNS = (entries, events, matches, reviews, watching, sources, deliveries, captures, changes)
QUIET: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
_REFUSALS = {
    400: "It can be read and cannot be done: a search, a cursor or a name that means nothing.",
    401: "No token or session that is in force.",
    403: "Not allowed with these scopes; or a browser's request that no page of ours sent.",
    404: "There is nothing of this id.",
    413: "The request is too large.",
    422: "Something in the request is not as described here.",
    429: "Too many requests; see Retry-After.",
    500: "Something went wrong here.",
    503: "The database cannot be used at this moment; see Retry-After.",
}


class Api(FastAPI):
    """FastAPI with our description of what it cannot know."""

    def openapi(self) -> dict[str, Any]:
        """OpenAPI 3.1 of everything here."""
        if not self.openapi_schema:
            self.openapi_schema = describe(super().openapi())
        return self.openapi_schema

    @cached_property
    def addresses(self) -> list[Route]:
        """Every address once, with all of its methods; they only describe, and answer nothing."""
        methods: dict[str, set[str]] = {}
        for context in iter_route_contexts(self.routes):
            methods.setdefault(str(context.path), set()).update(context.methods or ())
        found = [Route(path, _nobody) for path in methods]
        for route in found:
            route.methods = methods[route.path]
        return found


async def _nobody(request: Request) -> Response:
    raise HTTPException(404)


def make_api(buckets: Buckets | None = None) -> Api:
    """The application; it finds the site that answers in its state."""
    api = Api(
        title="watcher",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry=QUIET,
        middleware=[Middleware(Limited, buckets=buckets or Buckets())],
        exception_handlers=HANDLERS,
        responses=_described(_REFUSALS),
        redirect_slashes=False,
    )
    for noun in NOUNS:
        api.include_router(noun.router)
    api.router.routes.extend(reference.ROUTES)
    return api


def _described(refusals: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem, "description": said} for status, said in refusals.items()}
