"""The operator's proxy in place of our own connections.

The proxy resolves and dials, so it has to be the guard for names; what can be judged by its name alone is judged here:
addresses written as numbers, and names that mean the proxy itself or its own network.
"""

from __future__ import annotations

import ssl
from collections.abc import Collection

import httpcore

from watcher.errors import ProblemClass
from watcher.fetch.bounds import Limits
from watcher.fetch.guard import AllowedAddress, judge, literal
from watcher.fetch.problems import plain, trouble

_INSIDE = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


class Proxied:
    """Sends every request to an HTTP proxy; TLS goes through it in a tunnel and is checked here."""

    def __init__(self, proxy: str, allow: Collection[AllowedAddress], limits: Limits, context: ssl.SSLContext) -> None:
        self._allow = allow
        self._pool = httpcore.AsyncHTTPProxy(
            proxy,
            ssl_context=context,
            max_connections=limits.at_once,
            max_keepalive_connections=limits.idle,
            keepalive_expiry=limits.idle_for.total_seconds(),
        )

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Raises FetchError (forbidden-address) for what is inside by its name."""
        host, port = request.url.host.decode("ascii").strip("[]"), request.url.port or 0
        if literal(host) is not None:
            judge(host, port, [host], self._allow)
        elif _is_inside(host):
            raise trouble(ProblemClass.FORBIDDEN_ADDRESS, f"{plain(host)}:{port} is not a name of the public internet")
        return await self._pool.handle_async_request(request)

    async def aclose(self) -> None:
        await self._pool.aclose()


def _is_inside(host: str) -> bool:
    name = host.rstrip(".").lower()
    return "." not in name or name.endswith(_INSIDE)
