"""The style sheet, the script and the icon: addresses that change with the content, kept by browsers for good."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class KeptFiles(StaticFiles):
    """Static files that a browser asks for once: a new content has a new address (see `address`)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


@cache
def address(name: str) -> str:
    """The address of a static file, with the digest of what is in it."""
    content = files(__package__).joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"
