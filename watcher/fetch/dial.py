"""Opening a connection: resolve the name, judge every address, dial one of the judged ones, check the name by TLS.

httpcore's own way would resolve again inside the connect call; here the address that was judged is the one in the
connect call. The URL keeps its host name, so that the certificate is checked against that.
"""

from __future__ import annotations

import asyncio
import ipaddress
import select
import socket
import ssl
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from contextlib import aclosing
from typing import Any

import httpcore

from watcher.errors import ProblemClass
from watcher.fetch.authorities import Authorities
from watcher.fetch.bounds import KIB, Limits
from watcher.fetch.certificate import names, validity
from watcher.fetch.guard import Address, AllowedAddress, judge, literal
from watcher.fetch.problems import OverBudgetError, plain, tls_words, trouble
from watcher.fetch.resolver import Resolver

_NEXT_AFTER = 3.0  # seconds for an address that is not the last of its host
# OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID, _CERT_HAS_EXPIRED, _HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH
_WRONG_DATE = frozenset({9, 10})
_WRONG_NAME = frozenset({62, 64})
_MOST_NAMES = 5


class Stream(httpcore.AsyncNetworkStream, ABC):
    """A connection as httpcore uses one, with a budget of bytes that may still be read, and how many at a time.

    There are no time-outs in it: the whole exchange has one deadline.
    """

    budget: int = 0
    step: int = 64 * KIB
    goes_on: bool = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        if self.goes_on:  # what has arrived already is read without a rest for the event loop
            await asyncio.sleep(0)
        self.goes_on = True
        data = await self._receive(min(max_bytes, self.step))
        self.budget -= len(data)
        if self.budget < 0:
            raise OverBudgetError
        return data

    @abstractmethod
    async def _receive(self, max_bytes: int) -> bytes:
        """What has arrived, at most so many bytes; b"" at the end."""

    @abstractmethod
    def is_stale(self) -> bool:
        """Whether an unused connection was closed, or spoken to out of turn, by the server."""

    def get_extra_info(self, info: str) -> Any:
        return self.is_stale() if info == "is_readable" else None


class SocketStream(Stream):
    """Plain TCP on the loop's socket calls: half the CPU of a transport for connections that live for one request."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._loop = asyncio.get_running_loop()

    async def _receive(self, max_bytes: int) -> bytes:
        return await self._loop.sock_recv(self._socket, max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        try:
            await self._loop.sock_sendall(self._socket, buffer)
        except OSError as error:
            # httpcore then still reads: a server may answer before it has read everything.
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        self._socket.close()

    def is_stale(self) -> bool:
        poll = select.poll()
        try:
            poll.register(self._socket, select.POLLIN)
        except ValueError:
            return True
        return bool(poll.poll(0))


class TlsStream(Stream):
    """TLS on asyncio's streams."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def _receive(self, max_bytes: int) -> bytes:
        return await self._reader.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        try:
            self._writer.write(buffer)
            await self._writer.drain()
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        # Not `close`: it would wait up to 30 s for the peer's goodbye, which an HTTP exchange does not need.
        self._writer.transport.abort()

    def certificate(self) -> bytes:
        """The server's certificate, DER."""
        found: bytes | None = self._writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return found or b""

    def is_stale(self) -> bool:
        return self._writer.is_closing() or self._reader.at_eof()


class Dialer:
    """Opens guarded connections."""

    def __init__(
        self, resolve: Resolver, allow: Collection[AllowedAddress], limits: Limits, authorities: Authorities
    ) -> None:
        self._resolve = resolve
        self._allow = allow
        self._limits = limits
        self._authorities = authorities

    async def connect(self, host: str, port: int, *, tls: bool, ca_file: str | None = None) -> Stream:
        """A connection to the host, its certificate checked where there is one, also by the authorities in a file.

        Raises FetchError (name-not-found, refused, timeout) or OSError (refused, TLS).
        """
        context = self._authorities.context(ca_file) if tls else None
        addresses = judge(host, port, await self._addresses(host, port), self._allow)
        limit = self._limits.connect.total_seconds()
        try:
            async with asyncio.timeout(limit):
                sock = await _first(addresses, port)
                return await _secured(sock, context, host) if context else SocketStream(sock)
        except TimeoutError as error:
            raise trouble(ProblemClass.TIMEOUT, f"{plain(host)}:{port}: no connection within {limit:g} s") from error

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        if literal(host) is not None:
            return [host]
        limit = self._limits.resolve.total_seconds()
        try:
            async with asyncio.timeout(limit):
                found = await self._resolve(host, port)
        except TimeoutError as error:
            raise trouble(ProblemClass.NAME_NOT_FOUND, f"{plain(host)}: not resolved within {limit:g} s") from error
        if not found:
            raise trouble(ProblemClass.NAME_NOT_FOUND, f"{plain(host)}: this host name has no address")
        return found


async def _secured(sock: socket.socket, context: ssl.SSLContext, host: str) -> Stream:
    peer = sock.getpeername()
    try:
        return await _handshake(sock, context, host)
    except ssl.SSLCertVerificationError as error:
        details = await _details(peer, host, error.verify_code)
        raise trouble(ProblemClass.TLS, f"{plain(host)}: {tls_words(error)}{details}") from error
    except ConnectionError as error:
        message = f"{plain(host)}: the server broke the TLS handshake off"
        raise trouble(ProblemClass.TLS, message) from error


async def _handshake(sock: socket.socket, context: ssl.SSLContext, host: str) -> TlsStream:
    try:
        streams = await asyncio.open_connection(
            sock=sock, ssl=context, server_hostname=host.rstrip("."), ssl_shutdown_timeout=1
        )
    except BaseException:
        sock.close()
        raise
    return TlsStream(*streams)


async def _details(peer: tuple[Any, ...], host: str, code: int) -> str:
    """When, or for which names, the certificate that was just refused is valid; a second look, without a request."""
    if code not in _WRONG_DATE | _WRONG_NAME:
        return ""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        stream = await _handshake(await _dial(ipaddress.ip_address(peer[0]), peer[1]), context, host)
        async with aclosing(stream):
            return _valid_when(stream.certificate()) if code in _WRONG_DATE else _valid_for(stream.certificate())
    except (OSError, ValueError):
        return ""


def _valid_when(certificate: bytes) -> str:
    begin, end = validity(certificate)
    return f" (valid from {begin:%Y-%m-%d} until {end:%Y-%m-%d})"


def _valid_for(certificate: bytes) -> str:
    found = names(certificate)
    more = f" and {len(found) - _MOST_NAMES} more" if len(found) > _MOST_NAMES else ""
    return f" (it is for {', '.join(plain(name, 60) for name in found[:_MOST_NAMES])}{more})" if found else ""


async def _first(addresses: Sequence[Address], port: int) -> socket.socket:
    """The first address that answers; with several, each but the last has 3 s."""
    for address in addresses[:-1]:
        try:
            async with asyncio.timeout(_NEXT_AFTER):
                return await _dial(address, port)
        except OSError:  # a time-out is one too
            continue
    return await _dial(addresses[-1], port)


async def _dial(address: Address, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, (str(address), port))
    except BaseException:
        sock.close()
        raise
    return sock
