"""Programs that ask the API of a planted site: each with a token of somebody with a role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
from starlette.applications import Starlette

from watcher.models.accounts import Role
from watcher.store import Store

BASE = "http://watcher.test"


def token(store: Store, now: datetime, role: Role) -> str:
    """A token with all that the role may."""
    name = f"program of a {role}"
    if name not in store.users.names():
        store.users.add(name, role, now)
    return store.tokens.add(name, "tests", role.scopes, now)


@asynccontextmanager
async def program(
    app: Starlette, store: Store, now: datetime, role: Role = Role.ADMIN
) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a token; its addresses are below /api/v1."""
    headers = {"authorization": f"Bearer {token(store, now, role)}"}
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=f"{BASE}/api/v1", headers=headers) as client:
        yield client
