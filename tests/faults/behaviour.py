"""What a fault is: a code, its variants, and what each of them must become in a watcher that does its work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.fetch.server import Asked, Handler, reply

WELL = ""
"""The outcome of a source that was read."""
RSS = "Content-Type: application/rss+xml"
NO_ROBOTS = reply("404 Not Found")


class Family(StrEnum):
    """The rows of the table that a campaign prints."""

    HTTP = "HTTP transport F1-F19"
    PARSER = "parser bombs F20-F39"
    NAVIGATION = "navigation F40-F49"
    TIME = "content over time F50-F80"


class Door(StrEnum):
    """How the server listens for a variant."""

    PLAIN = "plain"
    SILENT = "silent"
    """TCP is accepted, and nothing is ever said."""
    EXPIRED = "expired"
    WRONG_NAME = "wrong-name"
    SELF_SIGNED = "self-signed"
    OLD_TLS = "old-tls"
    NO_INTERMEDIATE = "no-intermediate"
    TRUSTED = "trusted"


@dataclass(frozen=True)
class Served:
    """One answer, and the titles (as people should read them) of the entries that it completely carries."""

    handler: Handler
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where the server is, for answers that name addresses: `base` is the variant's own origin."""

    base: str
    port: int
    trap: int
    """A port on 127.0.0.1 that must never see a connection."""


Script = Callable[[int, Place], Served]
"""The answer to the n-th request (from 0) for a variant's address."""


@dataclass(frozen=True)
class Variant:
    """One way of showing a fault.

    `outcomes` are the classes of problem that are right in the end (WELL: none). `visits` is how often it wants to be
    asked. `robots` answers for /robots.txt of its host. `alerts` is how many alerts are right; None: nobody counts.
    `leave_alone` is for how many seconds it may not be asked again. `left_over` is how many entries must be there in
    the end where a check takes only some. `expect` is the source's, and `told` what its page must say in the end: the
    kind of an open incident, or "gap".
    """

    title: str
    script: Script
    outcomes: frozenset[str]
    kind: str = "feed"
    options: Mapping[str, Any] = field(default_factory=dict)
    door: Door = Door.PLAIN
    visits: int = 1
    robots: Handler = NO_ROBOTS
    alerts: int | None = None
    leave_alone: float = 0.0
    left_over: int = 0
    expect: str = ""
    told: str = ""
    longest_wait: float = 27 * 3600
    """Seconds from the last check to the next: a day and its jitter."""


@dataclass(frozen=True)
class Fault:
    """A fault of the catalogue; the seed in its address chooses the variant."""

    code: str
    family: Family
    variants: tuple[Variant, ...]


def always(handler: Handler, *titles: str) -> Script:
    """The same answer to every request."""
    served = Served(handler, titles)
    return lambda number, place: served


def in_turn(*answers: Served) -> Script:
    """One answer after the other; the last for ever."""
    return lambda number, place: answers[min(number, len(answers) - 1)]


def bad(title: str, handler: Handler, *outcomes: str, **more: Any) -> Variant:
    """A variant whose source cannot be read, for one of these reasons."""
    return Variant(title, always(handler), frozenset(outcomes), **more)


def well(title: str, handler: Handler, *titles: str, **more: Any) -> Variant:
    """A variant whose source is read all the same, with entries of these titles."""
    return Variant(title, always(handler, *titles), frozenset({WELL}), **more)


def page(body: bytes, *headers: str, status: str = "200 OK") -> Handler:
    """A complete answer, as a feed unless the headers say otherwise."""
    named = any(header.lower().startswith("content-type:") for header in headers)
    return reply(status, headers if named else [RSS, *headers], body)


def silence(data: bytes = b"") -> Handler:
    """These bytes, then nothing for an hour."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(data)
        await asyncio.sleep(3600)

    return handler


def pieces(head: bytes, body: Sequence[bytes]) -> Handler:
    """A head, pieces of a body, and the end of the connection."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(head)
        for piece in body:
            out.write(piece)
            await out.drain()
        out.close()

    return handler
