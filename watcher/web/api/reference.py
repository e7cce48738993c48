"""The description of the API: as OpenAPI for programs, as one page for people, without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher.web.api.replies import reply
from watcher.web.render import page


@dataclass(frozen=True, slots=True)
class Operation:
    """One address with one method, as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    answers: dict[str, str]
    """Status -> what it means."""


async def document(request: Request) -> Response:
    """OpenAPI 3.1."""
    described = await run_in_threadpool(request.app.openapi)
    return reply(request, described)


async def show(request: Request) -> Response:
    """The page."""
    described = await run_in_threadpool(request.app.openapi)
    nouns = [(tag, list(_operations(described, tag["name"]))) for tag in described["tags"]]
    return page(request, "api.html", nouns=nouns, paragraphs=described["info"]["description"].split("\n\n"))


def _operations(described: dict[str, Any], tag: str) -> Iterator[Operation]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield Operation(
                    method.upper(),
                    path,
                    operation["summary"],
                    operation.get("description", ""),
                    operation.get("parameters", []),
                    {status: answer["description"] for status, answer in operation["responses"].items()},
                )


ROUTES = [Route("/openapi.json", document), Route("/docs", show)]
