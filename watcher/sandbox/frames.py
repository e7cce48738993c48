"""How the two sides talk: a frame is two lengths, a header in JSON, and raw bytes. Neither side unpickles anything.

A request's header is `{"function": "package.module:name", "arguments": {...}, "blobs": [["body", 1234], ...]}`; its
bytes are the values of the arguments named in `blobs`, one after the other. An answer's header is
`{"outcome": Outcome, "resident": bytes, ...}`; its bytes are the returned value in JSON.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

LENGTHS = struct.Struct(">IQ")


class Outcome(StrEnum):
    """How a job ended, as the child says."""

    READY = "ready"
    """Not a job: the child is up."""
    VALUE = "value"
    """The function returned."""
    REFUSED = "refused"
    """The function raised ParseError: `kind`, `message`, `advice`, `sample`."""
    MEMORY = "memory"
    """MemoryError."""
    FAILED = "failed"
    """Any other exception: `type`, `message`."""


def head(header: Mapping[str, Any], payload: int) -> bytes:
    """The beginning of a frame, to be followed by `payload` raw bytes."""
    data = json.dumps(header, separators=(",", ":")).encode()
    return LENGTHS.pack(len(data), payload) + data


def request(function: str, arguments: Mapping[str, Any]) -> list[bytes]:
    """A request as pieces to be written one after the other; bytes arguments are not copied."""
    blobs = {name: value for name, value in arguments.items() if isinstance(value, bytes)}
    header = {
        "function": function,
        "arguments": {name: value for name, value in arguments.items() if name not in blobs},
        "blobs": [[name, len(value)] for name, value in blobs.items()],
    }
    return [head(header, sum(map(len, blobs.values()))), *blobs.values()]


def arguments(header: Mapping[str, Any], payload: bytes) -> dict[str, Any]:
    """The arguments of a request, put together again."""
    found = dict(header["arguments"])
    start = 0
    for name, length in header["blobs"]:
        found[name] = payload[start : start + length]
        start += length
    return found


def value_to_json(value: object) -> bytes:
    """A returned value (dataclasses, dates, durations in seconds, plain data) in JSON; raises TypeError for others.

    Lone surrogates become `?`: they have no UTF-8 and pydantic would refuse the whole answer.
    """
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a function in the sandbox cannot return {type(value).__name__}")
