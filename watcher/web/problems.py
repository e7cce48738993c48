"""Refusals that programs can read (RFC 9457), and the layer that makes every refusal below /api one."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEDIA_TYPE = "application/problem+json"
FOR_PROGRAMS = ("/api",)
"""Where a token counts as well as a session, and every refusal is one that programs can read."""
_LONGEST_DETAIL = 1_000
ADVICE = {
    404: "There is nothing at this address. /api/v1/docs lists what there is.",
    405: "This address does not take this method. /api/v1/docs lists what it takes.",
    413: "The request is too large; send it in parts.",
    500: "Something went wrong here; the log of the server says what. Sending it again may help.",
}
"""What to do, where a router says nothing but the status."""


def is_for_programs(path: str) -> bool:
    """Whether an address belongs to the API."""
    return any(path == place or path.startswith(f"{place}/") for place in FOR_PROGRAMS)


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    kind: str = "about:blank",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """The answer. `kind` is the problem's type, a URI; `more` are members beside those that the RFC names."""
    body = {"type": kind, "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


class ProblemDetails:
    """Below /api, turns what routers and outer layers refuse as text or as a page into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_for_programs(scope["path"]):
            await self.app(scope, receive, send)
            return
        refusal: Message | None = None
        said = b""

        async def translated(message: Message) -> None:
            nonlocal refusal, said
            if message["type"] == "http.response.start" and _is_foreign(message):
                refusal = message
            elif refusal is None:
                await send(message)
            else:
                said = (said + message.get("body", b""))[:_LONGEST_DETAIL]
                if not message.get("more_body"):
                    await _translate(refusal, said)(scope, receive, send)

        await self.app(scope, receive, translated)


def _is_foreign(start: Message) -> bool:
    return start["status"] >= 400 and not _media_type(start).startswith(MEDIA_TYPE)


def _media_type(start: Message) -> str:
    return Headers(raw=start["headers"]).get("content-type", "")


def _translate(start: Message, said: bytes) -> Response:
    status: int = start["status"]
    detail = ADVICE.get(status, "")
    if not detail and _media_type(start).startswith("text/plain"):
        detail = said.decode("utf-8", "replace").strip()
    answer = problem(status, HTTPStatus(status).phrase, detail)
    kept = MutableHeaders(raw=list(start["headers"]))
    for name in ("content-length", "content-type"):
        del kept[name]
    answer.raw_headers.extend(kept.raw)
    return answer
