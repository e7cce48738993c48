"""What schemathesis asks of the API: what its description allows and what it forbids; each answer is checked.

`test_api.py` runs it: the tests are made from the description, so the site stands before they are collected.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import schemathesis
from schemathesis.config import SchemathesisConfig

from tests.web.api_client import token
from tests.web.conftest import Machine, site_over
from tests.web.planted import plant
from watcher.models.accounts import Role
from watcher.store import migrate, open_store

HOST = "testserver"
ACCEPTED = ["2xx", "304", "400", "403", "404", "409"]
"""Of what fits the description: 400 is a search or a cursor that means nothing, 409 a source that cannot be changed."""
keys = itertools.count()


class Patient(Machine):
    """A clock that goes on between two requests, so that the limit on requests is not met."""

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def described(directory: str) -> Any:
    """The description of a planted site, with somebody who may do everything."""
    url = f"sqlite:///{directory}/watcher.db"
    migrate.upgrade(url)
    store = open_store(url)
    plant(store)
    machine = Patient()
    key = token(store, machine.now, Role.ADMIN)
    checks = {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}
    config = SchemathesisConfig.from_dict({"auth": {"openapi": {"token": {"bearer": key}}}, "checks": checks})
    app = site_over(store, machine, hosts=(HOST,))
    headers = {"authorization": f"Bearer {key}"}
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=headers, config=config)


directory = TemporaryDirectory(prefix="watcher-api-")
schema = described(directory.name)


@schemathesis.serializer("application/jsonl")
def json_lines(context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schema.parametrize()  # type: ignore[untyped-decorator]
@hypothesis.settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_every_answer_is_one_that_is_described(case: schemathesis.Case[Any]) -> None:
    if "Idempotency-Key" in case.headers and case.meta and case.meta.generation.mode.is_positive:
        case.headers["Idempotency-Key"] = f"key-{next(keys)}"  # of your own, new for each thing to do
    case.call_and_validate()
