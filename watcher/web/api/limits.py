"""How often somebody may ask: a bucket per person that fills again, and 429 with Retry-After when it is empty."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from threading import Lock

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from watcher.web.auth import principal
from watcher.web.problems import problem
from watcher.web.site import site

AT_ONCE = 300
PER_SECOND = 10.0


@dataclass
class Buckets:
    """One for each person who asked; a person's tokens and sessions share it."""

    at_once: int = AT_ONCE
    per_second: float = PER_SECOND
    _filled: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _one: Lock = field(default_factory=Lock)

    def wait(self, who: str, now: datetime) -> float:
        """Seconds until the next request is answered; 0 takes one out of the bucket."""
        with self._one:
            left, at = self._filled.get(who, (float(self.at_once), now))
            left = min(self.at_once, left + max((now - at).total_seconds(), 0) * self.per_second)
            if left < 1:
                self._filled[who] = (left, now)
                return (1 - left) / self.per_second
            self._filled[who] = (left - 1, now)
            return 0


class Limited:
    """Answers as long as the bucket of who asks is not empty."""

    def __init__(self, app: ASGIApp, *, buckets: Buckets) -> None:
        self.app = app
        self.buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        who = principal(request)
        wait = self.buckets.wait(who.user_id, site(request).clock()) if who else 0
        if not wait:
            await self.app(scope, receive, send)
            return
        told = f"At most {self.buckets.at_once} requests at once and {self.buckets.per_second:g} a second are answered."
        answer = problem(429, "Too Many Requests", told, headers={"Retry-After": str(ceil(wait))})
        await answer(scope, receive, send)
