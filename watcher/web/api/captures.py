"""/captures: the documents behind the entries, byte for byte as they came."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from watcher.models.views import CaptureView
from watcher.web.api.refusals import missing
from watcher.web.api.replies import reply
from watcher.web.site import site

router = APIRouter(prefix="/captures", tags=["captures"])
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The SHA-256 of its bytes, in hexadecimal digits.")]
BYTES = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    "description": "The bytes, as an attachment: nothing in them is shown or run here.",
}


@router.get("/{sha256}", response_model=CaptureView, summary="Where a document came from")
def show(request: Request, sha256: Sha256) -> Response:
    """Its size, and the answers of servers in which it came, the newest first."""
    found = site(request).store.captures.show(sha256)
    if found is None:
        raise missing("capture")
    return reply(request, found)


@router.get("/{sha256}/content", response_class=Response, responses={200: BYTES}, summary="Its bytes")
def content(request: Request, sha256: Sha256) -> Response:
    """Whatever they claim to be, they come as a file to keep."""
    body = site(request).store.captures.read(sha256)
    if body is None:
        raise missing("capture")
    headers = {
        "content-disposition": f'attachment; filename="capture-{sha256[:16]}.bin"',
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "etag": f'"{sha256}"',
        "cache-control": "private, no-cache",
    }
    if f'"{sha256}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/octet-stream")
