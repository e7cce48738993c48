"""Content encodings, undone in small steps, so that a bomb is noticed at the limit and not in memory.

Each decoder gives its output in pieces of some 64 KiB (brotli: up to 100) and knows whether the encoded stream came to
its end: an answer without a length that breaks off inside a gzip stream would otherwise pass as complete.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPTED = "gzip, br, zstd"
"""What we ask for; deflate is decoded too, but servers disagree on what it means."""
STEP = 1 << 16
_WINDOW_LOG = 23  # 8 MiB: what RFC 9659 lets a server use for HTTP


class EncodingError(ValueError):
    """The bytes are not what their encoding says, or the encoding is none that we know."""


class Decoder(Protocol):
    """Undoes one encoding. `finished` tells whether the stream is at its end."""

    @property
    def finished(self) -> bool: ...

    def feed(self, data: bytes) -> Iterator[bytes]: ...


class Plain:
    """No encoding: the end of the body is the business of HTTP."""

    finished = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data


class Gzip:
    """RFC 1952, members in a row included; what follows the last member and is none (padding) is dropped."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)
        self._ended = False
        self._fed = False

    @property
    def finished(self) -> bool:
        return self._member.eof or not self._fed

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._fed = self._fed or bool(data)
        while data and not self._ended:
            yield from _inflated(self._member, data)
            data = self._member.unused_data if self._member.eof else b""
            if data[:1] == b"\x1f":
                self._member = zlib.decompressobj(31)
            elif data:
                self._ended = True


class Deflate:
    """RFC 9110 says zlib (RFC 1950), some servers send bare deflate (RFC 1951): the first two bytes tell."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._start = b""

    @property
    def finished(self) -> bool:
        return self._stream.eof if self._stream is not None else not self._start

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            data = self._start = self._start + data
            if len(data) < 2:
                return
            self._stream = zlib.decompressobj(15 if _is_zlib(data) else -15)
        yield from _inflated(self._stream, data)


def _is_zlib(data: bytes) -> bool:
    return data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0


def _inflated(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while data and not stream.eof:
        piece = stream.decompress(data, STEP)
        if piece:
            yield piece
        # With output pending and no input left, zlib wants to be asked again, with whatever it has not consumed.
        data = stream.unconsumed_tail
        while not data and not stream.eof and len(piece) == STEP:
            piece = stream.decompress(b"", STEP)
            if piece:
                yield piece


class Brotli:
    """RFC 7932."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._fed = False

    @property
    def finished(self) -> bool:
        return bool(self._stream.is_finished()) or not self._fed

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._fed = self._fed or bool(data)
        if self._stream.is_finished():
            return
        # Not `can_accept_more_data`: it says yes while output is still pending.
        while piece := self._stream.process(data, output_buffer_limit=STEP):
            yield piece
            data = b""


class Zstd:
    """RFC 8878, frames in a row included, with the window bounded as RFC 9659 says."""

    def __init__(self) -> None:
        self._frame = _frame()
        self._fed = False

    @property
    def finished(self) -> bool:
        return self._frame.eof or not self._fed

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._fed = self._fed or bool(data)
        if self._frame.eof and data:
            self._frame = _frame()
        while True:
            piece = self._frame.decompress(data, STEP)
            data = b""
            if piece:
                yield piece
            if self._frame.eof and self._frame.unused_data:
                data, self._frame = self._frame.unused_data, _frame()
            elif self._frame.eof or self._frame.needs_input:
                return


def _frame() -> zstd.ZstdDecompressor:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})


_DECODERS: Mapping[str, Callable[[], Decoder]] = MappingProxyType(
    {"": Plain, "identity": Plain, "gzip": Gzip, "x-gzip": Gzip, "deflate": Deflate, "br": Brotli, "zstd": Zstd}
)

BROKEN = (zlib.error, brotli.error, zstd.ZstdError, EncodingError)
"""What `feed` raises for bytes that are not what they should be."""


def decoder(encoding: str) -> Decoder:
    """The decoder for a Content-Encoding. Raises EncodingError for unknown ones and for several stacked.

    No server has a reason to encode twice; a bomb of some hundred bytes has.
    """
    make = _DECODERS.get(encoding.strip().lower())
    if make is None:
        raise EncodingError(encoding)
    return make()
