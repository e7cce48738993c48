"""The pages for what cannot be shown: each says what happened and what to do next, nothing about our insides."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from watcher.web.render import page


async def expected(request: Request, error: Exception) -> Response:
    """The page for a status that a handler or the router asked for."""
    assert isinstance(error, HTTPException)
    return page(request, "failure.html", status=error.status_code, headers=error.headers, code=error.status_code)


def unexpected(scope: Scope) -> Response:
    """The page for a failure that we did not foresee; the log has it."""
    return page(Request(scope), "failure.html", status=500, code=500)
