"""Commands run as people run them, against a server on loopback and a sources.yaml in a folder."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.fetch.server import HOST, Handler, Server, reply, serving
from watcher.cli import cli
from watcher.errors import WatcherError

SOURCES = """# what we watch
hosts:
  - {host: "*", at_once: 20, apart: 0s}

publishers:
  - {id: agency, name: Agency, type: executive}   # the agency

sources:
  - id: agency-old   # the first
    publisher: agency
    kind: feed
    url: https://agency.example/feed

recipients:
  - {id: terminal, channel: console}

rules:
  - {id: all, when: {modalities: [actual]}, send: [terminal]}
"""


@dataclass
class Desk:
    """A folder with a sources.yaml, and the commands that work on it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "sources.yaml"

    @property
    def text(self) -> str:
        return self.config.read_text("utf-8")

    def run(self, *arguments: str, given: str = "") -> Result:
        """What a command does; `given` is what is typed. An error of ours is its output and exit code 2."""
        environment = {
            "WATCHER_CONFIG": str(self.config),
            "WATCHER_DATA_DIR": str(self.folder / "data"),
            **self.environment,
        }
        result = CliRunner().invoke(cli, arguments, input=given, env=environment, standalone_mode=False)
        if result.exception and not isinstance(result.exception, WatcherError | SystemExit):
            raise result.exception
        return result


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.config.write_text(SOURCES, encoding="utf-8")
    return made


@contextmanager
def site(desk: Desk, pages: dict[str, tuple[str, str]]) -> Iterator[Server]:
    """A server of pages, path -> (media type, body), that the desk's commands may dial; all else is 404."""
    routes = {
        path: reply(headers=[f"Content-Type: {kind}"], body=body.encode()) for path, (kind, body) in pages.items()
    }
    ready = threading.Event()
    done = threading.Event()
    servers: list[Server] = []

    async def serve() -> None:
        async with serving(_Routes(routes)) as server:
            servers.append(server)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        desk.environment["WATCHER_ALLOW_FETCH"] = f"{HOST}/32:{servers[0].port}"
        yield servers[0]
    finally:
        done.set()
        thread.join(10)


class _Routes(dict[str, Handler]):
    def __missing__(self, path: str) -> Handler:
        return reply("404 Not Found", body=b"nothing here")
