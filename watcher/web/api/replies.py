"""How the API answers: JSON as the command line prints it, with a validator; lists a page at a time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from watcher.models.plain import plain
from watcher.web.api.refusals import Refused
from watcher.web.site import site

T = TypeVar("T")


def reply(request: Request, value: object, *, status: int = 200) -> Response:
    """The value as JSON with an ETag; 304 without a body when the client has it already (RFC 9110, 13.1.2)."""
    body = json.dumps(plain(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if status == 200 and _has(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, status_code=status, headers=headers, media_type="application/json")


def _has(request: Request, tag: str) -> bool:
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return tag in known or "*" in known


def page(request: Request, items: Sequence[object], following: str | None, *, of: str, **more: Any) -> Response:
    """One page of a list; `following` is the store's cursor for the next one, None at the end."""
    cursor = None if following is None else wrapped(of, following)
    next_ = None
    if cursor is not None:
        address = f"{site(request).base_url.rstrip('/')}{request.url.path}"
        next_ = str(request.url.replace(scheme="", netloc="").include_query_params(cursor=cursor))
        next_ = address + next_[next_.index("?") :]
    answer = reply(request, {"items": items, "next_cursor": cursor, "next": next_, **more})
    if next_ is not None:
        answer.headers["link"] = f'<{next_}>; rel="next"'
    return answer


def part(items: Sequence[T], cursor: str | None, limit: int, *, key: Callable[[T], str]) -> tuple[list[T], str | None]:
    """A page of a list that is in memory, sorted by `key`; the cursor is the key of the last one of the page before."""
    rest = [item for item in sorted(items, key=key) if cursor is None or key(item) > cursor]
    return rest[:limit], key(rest[limit - 1]) if len(rest) > limit else None


def wrapped(of: str, cursor: str) -> str:
    """A cursor as clients see it: opaque, and good for the one list that it came from."""
    return base64.urlsafe_b64encode(f"{of}:{cursor}".encode()).decode().rstrip("=")


def unwrapped(of: str, cursor: str | None) -> str | None:
    """The store's cursor. Raises Refused (400) for one that this list did not give."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    name, _, inside = text.partition(":")
    if name != of or not inside:
        raise Refused(400, "The cursor is not one that this list gave. Leave it out to begin at the beginning.")
    return inside
