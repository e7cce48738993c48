"""What the pages try and change sources with: the real stages on a memory that knows nothing, and the file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from watcher.bootstrap import Plan, Stages, drafted_catalog, load_catalog, rewrite_catalog
from watcher.errors import ConfigError, FetchError, Problem, ProblemClass
from watcher.models.catalog import Catalog, Publisher, Source
from watcher.models.checks import CheckRecord
from watcher.pipeline.discovery import Discovery, discover
from watcher.pipeline.tools import Tools
from watcher.pipeline.trial import NothingKnown, try_source
from watcher.sources.base import kinds
from watcher.sources.catalog import edit
from watcher.sources.catalog.edit import Change
from watcher.sources.catalog.newcomer import WantedPublisher, refuse_watched

TOGETHER = 60.0
"""Seconds for everything that one visit to a page asks for."""
AT_ONCE = 2
"""Trials; who comes then waits, within the same seconds. The checks of the daemon have the rest of the machine."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Offered:
    """What an address offers, whose it would be, and whether that publisher is new."""

    found: Discovery
    publisher: Publisher
    is_new: bool


def refuse_private(kind: str, *values: object) -> None:
    """Raises ConfigError for what only the file may say: mailboxes and folders, and references to secrets.

    Otherwise a trial would send the secret that a reference means to whatever server was typed in beside it.
    """
    if kind in kinds() and kinds()[kind].door != "web":
        raise ConfigError(f"{kind}: address and options of a mailbox or a folder are changed in sources.yaml only")
    if any(_refers(value) for value in values):
        raise ConfigError("references to secrets (`${NAME}`, `file:`) are written in sources.yaml only")


def _refers(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_refers(each) for each in (*value, *value.values()))
    if isinstance(value, list | tuple):
        return any(_refers(each) for each in value)
    return isinstance(value, str) and (value.startswith("file:") or "${" in value)


class Workbench:
    """Tries sources without storing anything, and edits sources.yaml. Bound to the event loop of the stages."""

    def __init__(self, stages: Stages, plan: Callable[[], Plan]) -> None:
        self._stages = stages
        self._plan = plan
        self._room = asyncio.Semaphore(AT_ONCE)

    @property
    def config(self) -> Path:
        return self._stages.settings.config

    async def offers(self, url: str) -> Offered:
        """What an address offers, each tried. Raises ConfigError, FetchError, ParseError."""
        catalog = await asyncio.to_thread(self.catalog)
        refuse_watched(url, catalog)
        publisher, is_new = WantedPublisher().among(catalog, url)
        return Offered(await self._within(discover(url, publisher, self._tools()), url), publisher, is_new)

    async def trial(self, source: Source, publisher: Publisher) -> CheckRecord:
        """What a check of the source would store and alert. Raises FetchError when it takes too long."""
        return await self._within(try_source(source, publisher, self._tools()), source.url)

    def catalog(self) -> Catalog:
        """What the file says now. Raises ConfigError."""
        return load_catalog(self._stages.settings, self._stages.knowledge.policies)

    def drafted(self, *changes: Change) -> Catalog:
        """What it would say after the changes. Raises ConfigError."""
        return drafted_catalog(self._stages.settings, self._stages.knowledge.policies, *changes)

    def write(self, *changes: Change) -> bool:
        """Change it, if it is right afterwards; False when nothing is different. Raises ConfigError."""
        return rewrite_catalog(self._stages.settings, self._stages.knowledge.policies, *changes)

    def read_only(self) -> str:
        """Why the file cannot be changed from here; "" when it can."""
        try:
            edit.refuse_read_only(self.config)
        except ConfigError as error:
            return str(error)
        return ""

    def _tools(self) -> Tools:
        return self._stages.tools(NothingKnown(), self._plan)

    async def _within(self, work: Awaitable[T], url: str) -> T:
        try:
            async with asyncio.timeout(TOGETHER), self._room:
                return await work
        except TimeoutError as error:
            message = f"{url}: not tried within {TOGETHER:g} s"
            advice = "Try again; if it stays like this, the server is very slow, or too many trials run at once."
            raise FetchError(Problem(ProblemClass.TIMEOUT, message, advice)) from error
