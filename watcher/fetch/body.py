"""Reading a body to its end within its bounds, decoded, or an error that says why it was not to be had."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx

from watcher.errors import FetchError, ProblemClass
from watcher.fetch.bounds import KIB, MIB, Limits
from watcher.fetch.decode import BROKEN, Decoder, EncodingError, decoder
from watcher.fetch.headers import Head
from watcher.fetch.problems import plain, trouble

# Rests for the event loop, every few milliseconds of work: h11 hands out a full buffer of pieces without one.
_BREATH = 50  # pieces
_STRIDE = 256 * KIB  # decoded bytes


class BodyReader:
    """Reads the bodies of all exchanges; of those that grow large, only some are in memory at one time.

    Sixty bombs at once, each stopped at its own cap, would still be more than a gigabyte.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._large = asyncio.Semaphore(limits.large_at_once)

    async def read(self, response: httpx.Response, headers: Head, where: str) -> bytes:
        """The whole decoded body. Raises FetchError (too-large, unreadable, incomplete)."""
        encoding = headers.get("content-encoding", "")
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self._limits.raw:
            raise _too_large(where, self._limits.raw)
        try:
            return await self._decoded(response, decoder(encoding), where)
        except EncodingError:
            message = f"{where}: sent in an encoding that was not asked for ({plain(encoding)})"
            raise trouble(ProblemClass.UNREADABLE, message) from None
        except BROKEN as error:
            raise trouble(ProblemClass.UNREADABLE, f"{where}: the body is not valid {plain(encoding)}") from error

    async def _decoded(self, response: httpx.Response, decode: Decoder, where: str) -> bytes:
        body = bytearray()
        steps, placed = 0, False
        async with AsyncExitStack() as place:
            place.callback(body.clear)  # an error that is kept keeps this frame, and with it up to 20 MiB
            async for piece in _pieces(response, self._limits, where):
                for part in decode.feed(piece):
                    body += part
                    if len(body) > self._limits.decoded:
                        raise _too_large(where, self._limits.decoded)
                    if len(body) // _STRIDE > steps:
                        steps = len(body) // _STRIDE
                        await asyncio.sleep(0)
                    if len(body) > self._limits.large and not placed:
                        await place.enter_async_context(self._large)
                        placed = True
            if not decode.finished:
                raise trouble(ProblemClass.INCOMPLETE, f"{where}: the answer broke off inside its compressed body")
            return bytes(body)


async def _pieces(
    response: httpx.Response, limits: Limits, where: str, *, most: int | None = None
) -> AsyncIterator[bytes]:
    """The body as it comes over the wire, counted in bytes (at most `most`) and in pieces."""
    raw = count = 0
    most = limits.raw if most is None else most
    async for piece in response.aiter_raw():
        raw, count = raw + len(piece), count + 1
        if raw > most:
            raise _too_large(where, most)
        if count > limits.pieces:
            raise trouble(ProblemClass.TOO_LARGE, f"{where}: the body comes in more than {limits.pieces} pieces")
        if count % _BREATH == 0:
            await asyncio.sleep(0)
        yield piece


async def robots_body(response: httpx.Response, headers: Head, limits: Limits, where: str) -> bytes:
    """The decoded body up to the size that counts for a robots.txt, whatever follows.

    Raises FetchError (unreadable, incomplete, too-large).
    """
    encoding, body = headers.get("content-encoding", ""), bytearray()
    try:
        decode = decoder(encoding)
        async for piece in _pieces(response, limits, where, most=2 * limits.robots):
            for part in decode.feed(piece):
                body += part
                if len(body) >= limits.robots:
                    return bytes(body[: limits.robots])
    except BROKEN as error:
        raise trouble(ProblemClass.UNREADABLE, f"{where}: the body is not valid {plain(encoding)}") from error
    if not decode.finished:
        raise trouble(ProblemClass.INCOMPLETE, f"{where}: the answer broke off inside its compressed body")
    return bytes(body)


async def beginning(response: httpx.Response, headers: Head, limit: int, into: bytearray) -> None:
    """The first decoded bytes of an answer, into a buffer that is of use also when the rest does not come.

    Raises what reading and decoding raise.
    """
    decode = decoder(headers.get("content-encoding", ""))
    raw = 0
    async for piece in response.aiter_raw():
        for part in decode.feed(piece[: limit - raw]):
            into += part[: limit - len(into)]
            if len(into) >= limit:
                return
        raw += len(piece)
        if raw >= limit:
            return


def _too_large(where: str, limit: int) -> FetchError:
    size = f"{limit / MIB:.0f} MiB" if limit >= MIB else f"{limit / KIB:.0f} KiB"
    return trouble(ProblemClass.TOO_LARGE, f"{where}: the answer is larger than {size}")


async def read_some(response: httpx.Response, limit: int, into: bytearray) -> None:
    """The first bytes of a body as they came, into a buffer that is of use also when time runs out."""
    async for piece in response.aiter_raw():
        into += piece[: limit - len(into)]
        if len(into) >= limit:
            return
