"""The dates and names of a server's certificate, for the message that says why it is not trusted.

Python hands out the details of trusted certificates only, so the bytes (DER, X.690) are read here:
Certificate { tbs { [0] version, serial, algorithm, issuer, validity { from, until }, subject, key, ...,
[3] { extensions { id, critical, value } } } } (RFC 5280 section 4.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

_SEQUENCE = 0x30
_VERSION = 0xA0
_EXTENSIONS = 0xA3
_ALTERNATIVE_NAMES = bytes.fromhex("0603551d11")  # the object identifier 2.5.29.17 (RFC 5280 section 4.2.1.6)
_DNS_NAME = 0x82
_OCTETS = 0x04
_UTC_TIME = 0x17


def validity(der: bytes) -> tuple[datetime, datetime]:
    """From when until when a certificate is valid, aware UTC. Raises ValueError when the bytes are none."""
    try:
        tbs = _content(_content(der, 0), 0)
        at = _end(tbs, 0) if tbs[0] == _VERSION else 0
        for _field in ("serial", "algorithm", "issuer"):
            at = _end(tbs, at)
        dates = _content(tbs, at)
        return _time(dates, 0), _time(dates, _end(dates, 0))
    except IndexError:
        raise ValueError("not a certificate") from None


def names(der: bytes) -> list[str]:
    """The host names that a certificate is for, as it writes them. Raises ValueError when the bytes are none."""
    try:
        tbs = _content(_content(der, 0), 0)
        extensions = next((inner for tag, inner in _elements(tbs) if tag == _EXTENSIONS), b"")
        for _tag, extension in _elements(_content(extensions, 0) if extensions else b""):
            if extension.startswith(_ALTERNATIVE_NAMES):
                value = next(inner for tag, inner in _elements(extension) if tag == _OCTETS)
                return [name.decode("latin-1") for tag, name in _elements(_content(value, 0)) if tag == _DNS_NAME]
        return []
    except (IndexError, StopIteration):
        raise ValueError("not a certificate") from None


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements that follow each other: tag and content."""
    at = 0
    while at < len(data):
        start, end = _bounds(data, at)
        yield data[at], data[start:end]
        at = end


def _content(data: bytes, at: int) -> bytes:
    if data[at] != _SEQUENCE:
        raise ValueError("not a certificate")
    start, end = _bounds(data, at)
    return data[start:end]


def _end(data: bytes, at: int) -> int:
    return _bounds(data, at)[1]


def _bounds(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins and ends."""
    length = data[at + 1]
    start = at + 2
    if length & 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    return start, start + length


def _time(data: bytes, at: int) -> datetime:
    start, end = _bounds(data, at)
    text = data[start:end].decode("ascii")
    if data[at] == _UTC_TIME:  # two digits of the year: 50 to 99 are 19xx
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
