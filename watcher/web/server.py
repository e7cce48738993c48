"""The web server inside the daemon: uvicorn with our limits, and the process's signals left to the daemon."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from watcher.errors import ConfigError

REQUEST_WITHIN = 10.0
"""Seconds in which a request must have come in whole; uvicorn itself would wait for good."""
CONNECTIONS = 600
"""At one time; more are answered 503. Below the usual 1,024 open files, so that the daemon keeps some for itself."""
CROWD = 500
"""From so many on, each new connection takes the place of the one that has dawdled longest over its request."""


class EmbeddedServer(uvicorn.Server):
    """A server that is stopped with `should_exit = True`; it installs no signal handler of its own."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class HurriedProtocol(H11Protocol):
    """Hangs up on who sends a request slower than `REQUEST_WITHIN`, or opens a connection and says nothing."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > CROWD:
            self._make_room()
        self._deadline = self.loop.call_later(REQUEST_WITHIN, transport.close)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._cancel_deadline()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_WITHIN, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_deadline()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        waiting = {each: each._deadline for each in self.connections if isinstance(each, HurriedProtocol)}
        oldest = min(
            ((each.when(), who) for who, each in waiting.items() if each), key=lambda pair: pair[0], default=None
        )
        if oldest is not None:
            oldest[1]._cancel_deadline()  # it is still among the connections when the next one comes
            oldest[1].transport.abort()

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def listen(host: str, port: int) -> socket.socket:
    """A socket for the pages; port 0 takes a free one. Raises ConfigError when the place is taken or forbidden."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"--host {host} --port {port}: cannot be served there ({error.strerror}); choose another with --port"
        ) from error
    listener.listen(128)
    listener.setblocking(False)
    return listener


def make_server(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A server for `await server.serve()`; port 0 takes a free one. Forwarding headers of proxies are not believed."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=HurriedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=16 * 1024,
    )
    return EmbeddedServer(config)
