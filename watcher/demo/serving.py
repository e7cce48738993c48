"""Listening on loopback addresses, and a web server on them in this very event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

_TRIES = 20


def listen(hosts: Sequence[str], port: int = 0) -> list[socket.socket]:
    """One listening socket for each address, all on the same port; 0 = one that is free on all of them.

    Raises OSError when the port is taken, or the machine does not have these addresses.
    """
    for tries_left in reversed(range(_TRIES)):
        sockets = [_bound(hosts[0], port)]
        try:
            sockets += [_bound(host, port_of(sockets[0])) for host in hosts[1:]]
        except OSError:
            _close(sockets)
            if port or not tries_left:
                raise
            continue
        return sockets
    raise AssertionError("the last try returns or raises")


def port_of(listening: socket.socket) -> int:
    """The port that a socket listens on."""
    return int(listening.getsockname()[1])


@asynccontextmanager
async def serving(app: Any, sockets: Sequence[socket.socket]) -> AsyncIterator[None]:
    """Serves an ASGI application on these sockets, until the context ends; closes them then."""
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2)
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=list(sockets)))
    try:
        yield  # the sockets listen already: who connects before the server runs is served then
    finally:
        server.should_exit = True
        await task
        _close(sockets)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the process, not to this server."""
        yield


def _bound(host: str, port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def _close(sockets: Sequence[socket.socket]) -> None:
    for each in sockets:
        each.close()
