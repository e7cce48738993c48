"""A bundle of mail messages as one document: how what was fetched from a mailbox reaches what reads it.

The first lines say how many messages were left in the mailbox. Each message then is a line `From <bytes>` and so many
bytes, as in an mbox file, but counted: nothing in a message can be taken for the beginning of the next one.
"""

from __future__ import annotations

from dataclasses import dataclass

MEDIA_TYPE = "application/mbox"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Messages as their bytes (RFC 5322).

    `left_over` are further ones that wait for the next look, `older` those that were there before the first one and
    are not taken.
    """

    messages: tuple[bytes, ...]
    left_over: int = 0
    older: int = 0


def pack(bundle: Bundle) -> bytes:
    """The bundle as bytes."""
    parts = (b"From %d\n%s\n" % (len(message), message) for message in bundle.messages)
    return b"Left %d\nOlder %d\n" % (bundle.left_over, bundle.older) + b"".join(parts)


def unpack(body: bytes) -> Bundle:
    """The bundle in these bytes. Raises ValueError when they are none."""
    left_over, place = _number(body, 0, b"Left ")
    older, place = _number(body, place, b"Older ")
    messages = []
    while place < len(body):
        length, place = _number(body, place, b"From ")
        if place + length >= len(body):
            raise ValueError("the last message is not complete")
        messages.append(body[place : place + length])
        place += length + 1
    return Bundle(tuple(messages), left_over, older)


def _number(body: bytes, place: int, name: bytes) -> tuple[int, int]:
    end = body.find(b"\n", place, place + 40)
    digits = body[place + len(name) : end]
    if end < 0 or not body.startswith(name, place) or not digits.isdigit():
        raise ValueError(f"there is no line {name.decode()!r} at byte {place}")
    return int(digits), end + 1
