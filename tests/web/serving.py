"""The site behind a real socket, for browsers and for clients that misbehave."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from watcher.web.server import make_server


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[int]:
    """The port of the running server on 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = make_server(app, "127.0.0.1", 0)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await asyncio.wait_for(task, 10)
