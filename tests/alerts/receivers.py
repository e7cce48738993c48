"""Real receivers on loopback: a mail server and an HTTP receiver that do as a test says and keep what they get."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

HOST = "127.0.0.2"


# --- mail --------------------------------------------------------------------------------------------------------


@dataclass
class Mailbox:
    """A mail server's behaviour and what it took: `answers` maps a command to what is said instead of 250.

    `rcpt` answers by address. `after_data` is awaited after a message was stored, before it is answered.
    """

    answers: dict[str, str] = field(default_factory=dict)
    rcpt: dict[str, str] = field(default_factory=dict)
    after_data: Callable[[SMTP], Awaitable[None]] | None = None
    messages: list[bytes] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if "MAIL" not in self.answers:
            envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        refusal = self.rcpt.get(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            content = envelope.content
            assert isinstance(content, bytes)
            self.messages.append(content)
            self.addresses.extend(envelope.rcpt_tos)
            if self.after_data:
                await self.after_data(server)
        finally:
            self.at_once -= 1
        return f"250 queued as {len(self.messages)}"


@asynccontextmanager
async def mail_server(mailbox: Mailbox, **options: Any) -> AsyncIterator[int]:
    """A mail server on HOST; gives its port. `options` are aiosmtpd's, and `tls` a context for TLS from the start.

    `before`: talks that the first connections get instead of mail, one each; `port`: a certain one.
    """
    tls, port, before = options.pop("tls", None), options.pop("port", 0), list(options.pop("before", ()))
    loop = asyncio.get_running_loop()

    def speaking() -> asyncio.Protocol:
        if before:
            return asyncio.StreamReaderProtocol(asyncio.StreamReader(), before.pop(0))
        return SMTP(mailbox, hostname="mx.example", **options)

    server = await loop.create_server(speaking, HOST, port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def only_password(user: bytes, password: bytes) -> Callable[..., AuthResult]:
    """An authenticator that lets one user in."""

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (user, password), handled=False)

    return check


@dataclass(frozen=True)
class Certificates:
    """A certificate for HOST: a context that serves with it, one that trusts it, and one that does not."""

    serving: ssl.SSLContext
    trusting: ssl.SSLContext
    suspicious: ssl.SSLContext


def certificates() -> Certificates:
    authority = trustme.CA()
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    return Certificates(serving, trusting, ssl.create_default_context())


# --- anything that speaks over a connection -----------------------------------------------------------------------

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk, *, tls: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[int]:
    """A server on HOST that holds this talk with everyone who connects; gives its port."""
    tasks: set[asyncio.Task[Any]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await talk(reader, writer)
        tasks.discard(task)
        writer.close()

    server = await asyncio.start_server(answer, HOST, port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()


# --- HTTP --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """What an HTTP receiver was sent; header names in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HttpReceiver:
    """Answers requests one after the other with `script`: bytes to send, or a talk; the last one goes on for ever."""

    script: list[bytes | Talk]
    requests: list[Request] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rest = head.rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        step = self.script[min(len(self.requests), len(self.script) - 1)]
        self.requests.append(Request(line, headers, body))
        if isinstance(step, bytes):
            writer.write(step)
            await writer.drain()
        else:
            await step(reader, writer)


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """An answer; `retry_after="5"` becomes the header Retry-After."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says nothing until the other side is gone."""
    while await reader.read(4096):
        pass


def dripping(head: bytes, drop: bytes, every: float = 0.02) -> Talk:
    """Says `head`, and then `drop` for ever."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(every)

    return talk


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Breaks the connection."""
    writer.transport.abort()


@contextmanager
def quietly() -> Iterator[None]:
    """For loops whose exception handler would report connections that a test breaks on purpose."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda loop, context: None)
    try:
        yield
    finally:
        loop.set_exception_handler(before)
