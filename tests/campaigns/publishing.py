"""Origins that publish without end and a webhook receiver that keeps its own books: the ledgers of a campaign."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fetch.server import HOST, Asked, Server, reply, serving

HOSTS = 3
FEEDS = 6
SHOWN = 30
"""Announcements that a feed shows."""
XML = "Content-Type: application/rss+xml"
SECRET = "whsec_" + "d2F0Y2hlcg" * 4
ITEM = (
    "<item><guid isPermaLink='false'>{number}</guid><title>Notice No. {number}: the department terminates the Migrant "
    "Protection Protocols</title><description>It was signed today. {noise}</description></item>"
)


@dataclass
class Origin:
    """The feeds of all hosts, by path, and the numbers of what each has published, oldest first."""

    moments: random.Random
    published: dict[str, list[int]] = field(default_factory=lambda: {f"/{n}": [] for n in range(FEEDS)})
    items: dict[int, str] = field(default_factory=dict)

    def publish(self) -> int:
        """One more, in one of the feeds; long enough that a full disk has no room for it."""
        number = len(self.items) + 1
        noise = " ".join(f"{self.moments.getrandbits(64):x}" for _ in range(600))
        self.items[number] = ITEM.format(number=number, noise=noise)
        self.published[f"/{self.moments.randrange(FEEDS)}"].append(number)
        return number

    async def __call__(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        items = "".join(self.items[number] for number in self.published[asked.target][-SHOWN:][::-1])
        body = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()
        await reply("200 OK", [XML], body)(asked, out)


@dataclass
class Received:
    """What arrived at the webhook: by the number of the announcement, how often under which id."""

    hooks: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    async def __call__(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        found = re.search(rb"Notice No\. (\d+)", asked.body)
        assert found, asked.body
        self.hooks[int(found[1])][asked.headers["webhook-id"]] += 1
        await reply("204 No Content")(asked, out)

    def missing(self, numbers: Sequence[int]) -> list[int]:
        return [number for number in numbers if number not in self.hooks]

    @property
    def again(self) -> int:
        """Copies under the id of the first."""
        return sum(sum(ids.values()) - len(ids) for ids in self.hooks.values())

    @property
    def other_ids(self) -> int:
        """Copies under another id: a second alert about the same thing."""
        return sum(len(ids) - 1 for ids in self.hooks.values())


@dataclass(frozen=True)
class Watched:
    """Where it all is: the feeds' hosts, and a receiver for each who watches them."""

    origin: Origin
    hosts: tuple[Server, ...]
    receivers: dict[str, tuple[Received, Server]]

    def environment(self, name: str, url: str, folder: Path) -> dict[str, str]:
        """What processes need to watch the feeds and alert that receiver."""
        folder.mkdir()
        (folder / "sources.yaml").write_text(json.dumps(self._catalog(name)))
        return {
            "WATCHER_CONFIG": str(folder / "sources.yaml"),
            "WATCHER_DATA_DIR": str(folder / "data"),
            "WATCHER_ALLOW_FETCH": f"{HOST}/32",
            "WATCHER_ALLOW_SEND": f"{HOST}/32",
            "WATCHER_DATABASE_URL": url,
            "HOOK_SECRET": SECRET,
        }

    def _catalog(self, name: str) -> dict[str, Any]:
        source = {"publisher": "p", "kind": "feed", "every": "5s", "alert_backfill": True}
        urls = [self.hosts[n % len(self.hosts)].url(path) for n, path in enumerate(self.origin.published)]
        hook = self.receivers[name][1].url("/in")
        return {
            "publishers": [{"id": "p", "name": "Publisher", "type": "executive"}],
            "hosts": [{"host": "*", "apart": "0.2s", "robots": "ignore"}],
            "sources": [{**source, "id": f"s{n}", "url": url} for n, url in enumerate(urls)],
            "recipients": [{"id": "hook", "channel": "webhook", "url": hook, "secret": "${HOOK_SECRET}"}],
            "rules": [{"id": "all", "when": {"policies": ["mpp"]}, "send": ["hook"], "repeats": "all"}],
        }


@asynccontextmanager
async def published(seed: int, *names: str) -> AsyncIterator[Watched]:
    """Hosts and receivers, up and running."""
    origin = Origin(random.Random(seed))
    async with AsyncExitStack() as opened:
        hosts = [await opened.enter_async_context(serving(origin)) for _ in range(HOSTS)]
        receivers = {}
        for name in names:
            received = Received()
            receivers[name] = (received, await opened.enter_async_context(serving(received)))
        yield Watched(origin, tuple(hosts), receivers)
