"""Connections that are kept for the next request to the same origin.

httpcore's pool looks through all its connections and requests on every request, which makes it the most expensive
part of an exchange. Here a host's idle connections are found by key, and the rest is httpcore's HTTP/1.1.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Any

import httpcore

from watcher.fetch.bounds import KIB, Limits
from watcher.fetch.dial import Dialer, Stream

_Key = tuple[bytes, bytes, int, str | None]


class _Line:
    """A connection to one origin: httpcore's end of it and ours."""

    __slots__ = ("http", "key", "stream")

    def __init__(self, key: _Key, stream: Stream, idle_for: float) -> None:
        self.key = key
        self.stream = stream
        self.http = httpcore.AsyncHTTP11Connection(httpcore.Origin(*key[:3]), stream, keepalive_expiry=idle_for)

    async def ask(self, request: httpcore.Request, limits: Limits) -> httpcore.Response:
        # Small steps: thousands of interim answers (1xx) fit into one, and are parsed without a rest.
        self.stream.budget, self.stream.step, self.stream.goes_on = limits.head, 16 * KIB, False
        answer = await self.http.handle_async_request(request)
        # A chunked body has its frames beside its bytes; the body itself is counted where it is read.
        self.stream.budget, self.stream.step = 2 * limits.raw + 64 * KIB, 64 * KIB
        return answer


class Connections:
    """Guarded connections, a bounded number of idle ones kept open; the longest unused is closed first."""

    def __init__(self, dialer: Dialer, limits: Limits) -> None:
        self._dialer = dialer
        self._limits = limits
        self._idle: OrderedDict[int, _Line] = OrderedDict()
        self._by_key: dict[_Key, list[_Line]] = {}

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send on an idle connection to that origin, else on a new one."""
        url = request.url
        ca_file = request.extensions.get("ca_file")  # a connection is trusted by those who vouched for it
        key = (url.scheme, url.host, url.port or 0, ca_file)
        kept = await self._take(key)
        if kept is not None:
            try:
                return await self._ask(kept, request)
            except (httpcore.ProtocolError, httpcore.NetworkError, ConnectionError):
                # The server may have closed it at this very moment; only what changes nothing is sent twice.
                if request.method != b"GET":
                    raise
        host, tls = url.host.decode("ascii").strip("[]"), url.scheme == b"https"
        stream = await self._dialer.connect(host, key[2], tls=tls, ca_file=ca_file)
        return await self._ask(_Line(key, stream, self._limits.idle_for.total_seconds()), request)

    async def _ask(self, line: _Line, request: httpcore.Request) -> httpcore.Response:
        answer = await line.ask(request, self._limits)
        answer.stream = _Body(self, line, answer.stream)
        return answer

    async def _take(self, key: _Key) -> _Line | None:
        lines = self._by_key.get(key)
        while lines:
            line = self._forget(lines[-1])
            if not line.http.has_expired():
                return line
            await line.http.aclose()
        return None

    async def put(self, line: _Line) -> None:
        """Keep a connection whose answer was read to its end, and close the oldest ones beyond the bound."""
        if not line.http.is_idle() or not self._limits.idle:
            return
        self._idle[id(line)] = line
        self._by_key.setdefault(line.key, []).append(line)
        while len(self._idle) > self._limits.idle or self._oldest().http.has_expired():
            await self._forget(self._oldest()).http.aclose()
            if not self._idle:
                return

    def _oldest(self) -> _Line:
        return next(iter(self._idle.values()))

    def _forget(self, line: _Line) -> _Line:
        del self._idle[id(line)]
        lines = self._by_key[line.key]
        lines.remove(line)
        if not lines:
            del self._by_key[line.key]
        return line

    async def aclose(self) -> None:
        """Close what is idle; what is in use closes with its answer."""
        while self._idle:
            await self._forget(self._oldest()).http.aclose()


class _Body:
    """The body of an answer as it comes; closing it gives the connection back."""

    def __init__(self, home: Connections, line: _Line, pieces: Any) -> None:
        self._home = home
        self._line = line
        self._pieces = pieces  # httpcore's stream: iterable and closable, without a public name
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._pieces:
            yield piece

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self._pieces.aclose()
        await self._home.put(self._line)
