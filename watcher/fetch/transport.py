"""httpx over our own connections (or the operator's proxy): requests go down to httpcore, answers come up raw."""

from __future__ import annotations

import http.cookiejar
import logging
import urllib.request
from collections.abc import AsyncIterator
from http.client import HTTPResponse
from typing import Protocol

import httpcore
import httpx

from watcher.fetch.urls import port_of


class Door(Protocol):
    """What carries a request out: our guarded connections, or a proxy of httpcore's."""

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response: ...

    async def aclose(self) -> None: ...


def make_client(door: Door) -> httpx.AsyncClient:
    """The one HTTP client: no proxy and no credentials from the environment, no cookies, no redirects by itself."""
    # httpx logs every address at INFO as it was asked, with whatever secrets its query carries.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.AsyncClient(transport=_Transport(door), trust_env=False, follow_redirects=False, cookies=_NoCookies())


class _Transport(httpx.AsyncBaseTransport):
    def __init__(self, door: Door) -> None:
        self._door = door

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._door.handle_async_request(_down(request))
        return _Answer(answer.status, headers=answer.headers, stream=_Stream(answer))

    async def aclose(self) -> None:
        await self._door.aclose()


def _down(request: httpx.Request) -> httpcore.Request:
    url = request.url
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port_of(url), target=url.raw_path)
    return httpcore.Request(
        request.method, target, headers=request.headers.raw, content=request.stream, extensions=request.extensions
    )


class _Answer(httpx.Response):
    """httpx builds the next request of every redirect, and fails where its address is bad; we go on by hand."""

    @property
    def has_redirect_location(self) -> bool:
        return False


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()


class _NoCookies(http.cookiejar.CookieJar):
    """Takes no cookie and sends none: a source is the same for every reader."""

    def extract_cookies(self, response: HTTPResponse, request: urllib.request.Request) -> None:
        return

    def add_cookie_header(self, request: urllib.request.Request) -> None:
        return
