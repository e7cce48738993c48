"""The operator's proxy in place of our own connections.

The proxy resolves and dials, so it has to be the guard for names; what can be judged by its name alone is judged here:
addresses written as numbers, and names that mean the proxy itself or its own network.
"""

from __future__ import annotations

import ssl
from collections.abc import Collection

import httpcore

from watcher.fetch.authorities import Authorities
from watcher.fetch.bounds import Limits
from watcher.fetch.guard import AllowedAddress, judge, literal
from watcher.fetch.problems import forbidden, plain

_INSIDE = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


class Proxied:
    """Sends every request to an HTTP proxy; TLS goes through it in a tunnel and is checked here."""

    def __init__(self, proxy: str, allow: Collection[AllowedAddress], limits: Limits, authorities: Authorities) -> None:
        self._proxy = proxy
        self._allow = allow
        self._limits = limits
        self._authorities = authorities
        self._pools: dict[ssl.SSLContext, httpcore.AsyncHTTPProxy] = {}

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Raises FetchError (refused, unasked) for what is inside by its name."""
        host, port = request.url.host.decode("ascii").strip("[]"), request.url.port or 0
        if literal(host) is not None:
            judge(host, port, [host], self._allow)
        elif _is_inside(host):
            raise forbidden(f"{plain(host)}:{port} is not a name of the public internet")
        context = self._authorities.context(request.extensions.get("ca_file"))
        return await self._pool(context).handle_async_request(request)

    def _pool(self, context: ssl.SSLContext) -> httpcore.AsyncHTTPProxy:
        """The connections that are trusted by the same authorities."""
        if context not in self._pools:
            self._pools[context] = httpcore.AsyncHTTPProxy(
                self._proxy,
                ssl_context=context,
                max_connections=self._limits.at_once,
                max_keepalive_connections=self._limits.idle,
                keepalive_expiry=self._limits.idle_for.total_seconds(),
            )
        return self._pools[context]

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


def _is_inside(host: str) -> bool:
    name = host.rstrip(".").lower()
    return "." not in name or name.endswith(_INSIDE)
