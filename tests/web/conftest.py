"""The site over a real store, and browsers without a window: one that is logged in and one that is not."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.web.planted import NOW, POLICIES, plant
from watcher.models.accounts import Role
from watcher.models.policies import Policy
from watcher.store import Store, open_store
from watcher.web.app import make_app
from watcher.web.health import HealthReport
from watcher.web.provider import Provider

BASE = "http://watcher.test"
FROM_OUR_PAGE = {"sec-fetch-site": "same-origin"}


@dataclass
class Machine:
    """What the daemon would hand to the site; tests turn its knobs."""

    now: datetime = NOW + timedelta(hours=1)
    report: HealthReport = field(default_factory=lambda: HealthReport(ticking=True, database_writable=True))

    def clock(self) -> datetime:
        return self.now

    def health(self) -> HealthReport:
        return self.report

    def metrics(self) -> bytes:
        return b"watcher_sources 2\n"


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture(scope="session")
def planted_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with what `plant` plants, to be copied."""
    path = tmp_path_factory.mktemp("planted") / "watcher.db"
    shutil.copy(migrated_sqlite, path)
    store = open_store(f"sqlite:///{path}")
    plant(store)
    store.users.ensure_admin(NOW)
    store.close()
    return path


@pytest.fixture
def planted(planted_sqlite: Path, tmp_path: Path) -> Iterator[Store]:
    """A store with a few things in it. The pages know only its methods, whose own tests use PostgreSQL too."""
    path = tmp_path / "watcher.db"
    shutil.copy(planted_sqlite, path)
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()


def site_over(
    store: Store,
    machine: Machine,
    *,
    https: bool = False,
    hosts: Sequence[str] = ("watcher.test",),
    policies: Mapping[str, Policy] = POLICIES,
    openid: Provider | None = None,
) -> Starlette:
    return make_app(
        store,
        policies=policies,
        hosts=hosts,
        secure_cookies=https,
        base_url=BASE.replace("http:", "https:") if https else BASE,
        clock=machine.clock,
        health=machine.health,
        metrics=machine.metrics,
        metrics_token="metrics-token",
        openid=openid,
    )


@pytest.fixture
def app(planted: Store, machine: Machine) -> Starlette:
    return site_over(planted, machine)


def browser(app: Starlette, base: str = BASE, client: tuple[str, int] = ("203.0.113.9", 4711)) -> httpx.AsyncClient:
    """A client that sends what a browser sends from one of our own pages, and follows no redirects."""
    transport = httpx.ASGITransport(app, client=client)
    return httpx.AsyncClient(transport=transport, base_url=base, headers={"accept": "text/html", **FROM_OUR_PAGE})


@pytest.fixture
async def stranger(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app) as client:
        yield client


@pytest.fixture
async def desk(app: Starlette, planted: Store, machine: Machine) -> AsyncIterator[httpx.AsyncClient]:
    """Logged in, the way people log in."""
    async with browser(app) as client:
        await log_in(client, planted, machine.now)
        yield client


async def log_in(client: httpx.AsyncClient, store: Store, now: datetime, name: str = "admin") -> None:
    token = store.users.new_login_token(name, now, timedelta(hours=1))
    answer = await client.post(f"/login/{token}")
    assert answer.status_code == 303, answer.text


@asynccontextmanager
async def signed_in(app: Starlette, store: Store, now: datetime, role: Role) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of a new person with this role, whose name is that of the role."""
    name = store.users.add(f"the {role}", role, now).name
    async with browser(app) as client:
        await log_in(client, store, now, name)
        yield client
