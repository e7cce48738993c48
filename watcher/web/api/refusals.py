"""How handlers of the API say no: one exception, and the answers for what FastAPI and the store refuse."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from watcher.errors import SearchError, StoreError
from watcher.web.problems import ADVICE, problem

log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - it is an answer, not an error
    """An answer that is a problem; `more` are further members of it."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str = "about:blank",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind, self.headers, self.more = status, detail, kind, headers, more


def missing(noun: str) -> Refused:
    """404 for an id that nothing has."""
    return Refused(404, f"There is no {noun} of this id.")


async def refused(request: Request, error: Exception) -> Response:
    """What a handler refused."""
    assert isinstance(error, Refused)
    title = HTTPStatus(error.status).phrase
    return problem(error.status, title, error.detail, kind=error.kind, headers=error.headers, **error.more)


async def by_router(request: Request, error: Exception) -> Response:
    """What the router refused, or a body that is no JSON."""
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    detail = ADVICE.get(error.status_code, error.detail) if error.detail == title else error.detail
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    return problem(error.status_code, title, detail, headers=headers)


def _allowed(request: Request) -> str:
    """The methods of an address (RFC 9110, 10.2.1); the router knows those of one of its routes only."""
    here = (each for each in request.app.addresses if each.matches(request.scope)[0] is not Match.NONE)
    return ", ".join(sorted(next(here).methods))


async def invalid(request: Request, error: Exception) -> Response:
    """422: each place that is wrong, and why; what was sent is not repeated."""
    assert isinstance(error, RequestValidationError)
    errors = [{"in": str(e["loc"][0]), "at": _place(e["loc"][1:]), "why": e["msg"]} for e in error.errors()]
    first = errors[0] if errors else {"in": "request", "at": "", "why": "it cannot be read"}
    detail = f"{first['in']} {first['at']}: {first['why']}".replace(" :", ":")
    return problem(422, HTTPStatus(422).phrase, detail, kind="urn:watcher:problem:invalid", errors=errors)


def _place(path: Sequence[int | str]) -> str:
    """The name and what stands where in it: which of several types pydantic tried there is nobody's word."""
    return "/".join(str(part) for number, part in enumerate(path) if number == 0 or isinstance(part, int))


async def no_search(request: Request, error: Exception) -> Response:
    """400: `q` is no search."""
    return problem(400, "Bad Request", f"q: {error}", kind="urn:watcher:problem:search")


async def no_store(request: Request, error: Exception) -> Response:
    """503: the database cannot be used at this moment."""
    log.error("api.store", extra={"error": str(error)})
    detail = "The database cannot be used at this moment; send it again later."
    return problem(503, "Service Unavailable", detail, headers={"Retry-After": "10"})


HANDLERS: dict[int | type[Exception], Any] = {
    Refused: refused,
    HTTPException: by_router,
    RequestValidationError: invalid,
    SearchError: no_search,
    StoreError: no_store,
}
