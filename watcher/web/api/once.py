"""Requests that change something and are sent again: done once, answered as often as they come (Idempotency-Key)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from watcher.store.answers import Kept
from watcher.web.api.refusals import Refused
from watcher.web.auth import principal
from watcher.web.site import site


def once(request: Request, key: str | None, asked: str, work: Callable[[], Response]) -> Response:
    """The answer of `work`, or the one that was kept under the key. Raises Refused (409, 422) and what `work` raises.

    `asked` is what the request says besides its address. A refusal did nothing, so its key is free again.
    """
    who = principal(request)
    if key is None or who is None:
        return work()
    here = site(request)
    digest = hashlib.sha256(f"{request.url.path}?{request.url.query}\n{asked}".encode("utf-8", "replace")).hexdigest()
    known = here.store.answers.begin(who.user_id, key, digest, here.clock())
    if known is not None:
        return _again(known)
    try:
        answer = work()
    except BaseException:
        here.store.answers.give_up(who.user_id, key)
        raise
    here.store.answers.end(who.user_id, key, answer.status_code, bytes(answer.body).decode())
    return answer


def _again(known: Kept) -> Response:
    if not known.same:
        told = "This Idempotency-Key was used for another request. Take a new one for each thing to do."
        raise Refused(422, told, kind="urn:watcher:problem:key-used")
    if known.status == 0:
        told = "The same request is under way. Ask again in a moment."
        raise Refused(409, told, kind="urn:watcher:problem:under-way", headers={"Retry-After": "1"})
    headers = {"idempotency-replayed": "true", "cache-control": "no-store"}
    return Response(known.body, status_code=known.status, headers=headers, media_type="application/json")
