"""A webhook receiver that trusts nobody: it checks every signature (Standard Webhooks 1.0) before it takes a message.

It is written from the specification alone and shares no line with the sender, so that the two prove each other.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

TOLERANCE = timedelta(minutes=5)
"""How far the sender's clock may be off; older messages may be replayed ones."""


class RefusedError(Exception):
    """A message that is not taken; the text says why."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A message that was taken. `times` counts how often it came under this id; only the first counts."""

    id: str
    first_at: datetime
    times: int
    body: dict[str, Any]


class Receiver:
    """All messages with a right signature, by their webhook-id, and how many were refused."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        self._secret = secret
        self._clock = clock
        self._hooks: dict[str, Hook] = {}
        self.refused: list[str] = []

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """What arrived so far, in the order of first arrival."""
        return tuple(self._hooks.values())

    def take(self, headers: Mapping[str, str], body: bytes) -> int:
        """Takes a message or refuses it; gives the HTTP status to answer with: 204, 400 or 401."""
        now = self._clock()
        try:
            identity = verify(self._secret, headers, body, now)
        except RefusedError as error:
            self.refused.append(str(error))
            return 401
        try:
            said = json.loads(body)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            self.refused.append("signed, but the body is no JSON object")
            return 400
        self._keep(identity, said, now)
        return 204

    def _keep(self, identity: str, said: dict[str, Any], now: datetime) -> None:
        before = self._hooks.get(identity)
        again = Hook(identity, before.first_at, before.times + 1, before.body) if before else None
        self._hooks[identity] = again or Hook(identity, now, 1, said)


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The webhook-id of a rightly signed message. `headers` have lower-case names, `secret` starts with whsec_.

    Raises RefusedError: a header is missing, the time is off by more than the tolerance, or no signature is right.
    """
    identity, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not identity or not timestamp:
        raise RefusedError("webhook-id or webhook-timestamp is missing")
    if not timestamp.isascii() or not timestamp.isdigit():
        raise RefusedError("webhook-timestamp is not a number of seconds")
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE.total_seconds():
        raise RefusedError("webhook-timestamp is more than five minutes off")
    right = _signature(secret, identity, timestamp, body)
    offered = headers.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(each.encode(), right.encode()) for each in offered):
        raise RefusedError("no signature is right")
    return identity


def _signature(secret: str, identity: str, timestamp: str, body: bytes) -> str:
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{identity}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()
