"""One incident: what was seen, what to do, and the bytes that show it, as text and as a file."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher.models.incidents import Incident
from watcher.web.render import page
from watcher.web.site import site

SHOWN = 20_000
"""Characters of the evidence; the file has all of it."""


async def show(request: Request) -> Response:
    """The page; what a server said is shown as text, whatever it claims to be."""
    incident = await _incident(request)
    body = await _evidence(request, incident)
    text = _readable(body[: SHOWN * 4]) if body is not None else ""
    return page(request, "incident.html", incident=incident, size=len(body or b""), text=text[:SHOWN])


async def evidence(request: Request) -> Response:
    """The bytes as a file to keep: never as a page."""
    incident = await _incident(request)
    body = await _evidence(request, incident)
    if body is None:
        raise HTTPException(404)
    headers = {
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": f'attachment; filename="evidence-{incident.id}.txt"',
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(body, headers=headers)


def _readable(body: bytes) -> str:
    """Lines and tabs stay; other controls become visible marks."""
    text = body.decode("utf-8", "replace")
    return "".join(char if char.isprintable() or char in "\n\t" else "·" for char in text.replace("\r\n", "\n"))


async def _incident(request: Request) -> Incident:
    found = await run_in_threadpool(site(request).store.incidents.show, request.path_params["incident_id"])
    if found is None:
        raise HTTPException(404)
    return found


async def _evidence(request: Request, incident: Incident) -> bytes | None:
    return await run_in_threadpool(site(request).store.captures.read, incident.evidence) if incident.evidence else None


ROUTES = [
    Route("/incidents/{incident_id}", show),
    Route("/incidents/{incident_id}/evidence", evidence),
]
