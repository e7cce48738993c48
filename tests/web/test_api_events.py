"""Events for programs: listed, shown, split, merged, taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from tests.web.api_client import program
from tests.web.conftest import Machine
from tests.web.reports import BACK, LEAD, WIRE, plant_reports
from watcher.models.accounts import Role
from watcher.store import Store


@pytest.fixture
async def api(app: Starlette, planted: Store, machine: Machine) -> AsyncIterator[httpx.AsyncClient]:
    plant_reports(planted)
    async with program(app, planted, machine.now, Role.REVIEWER) as client:
        yield client


async def test_events_are_listed_and_shown_by_their_id_and_by_that_of_an_entry(api: httpx.AsyncClient) -> None:
    first = (await api.get("/events?limit=1")).json()
    second = (await api.get(f"/events?limit=1&cursor={first['next_cursor']}")).json()
    assert [row["entries"] for row in (*first["items"], *second["items"])] == [1, 3]
    assert second["next"] is None
    (several,) = (await api.get("/events?least=2")).json()["items"]
    assert (several["lead"], several["publisher_name"]) == (LEAD, "Lead")
    shown = (await api.get(f"/events/{several['id']}")).json()
    assert {report["entry"]: bool(report["why"]) for report in shown["reports"]}[WIRE]
    assert shown["count"] == 3
    assert (await api.get(f"/events/{WIRE}")).json()["reports"] == shown["reports"]
    assert (await api.get("/events/none")).status_code == 404


async def test_events_are_split_and_merged_and_it_is_taken_back(api: httpx.AsyncClient) -> None:
    own, back = [(await api.get(f"/events/{entry}")).json()["id"] for entry in (LEAD, BACK)]
    made = (await api.post(f"/events/{own}/split", json={"entry": WIRE})).json()
    assert made["moved"] == [WIRE]
    assert (await api.post(f"/events/{own}/split", json={"entry": WIRE})).status_code == 409
    assert (await api.post(f"/events/acts/{made['act']}/undo")).json()["event"] == own
    assert (await api.post(f"/events/acts/{made['act']}/undo")).status_code == 409
    assert (await api.post(f"/events/{own}/merge", json={"other": BACK})).json()["event"] == own
    assert (await api.post(f"/events/{own}/merge", json={"other": back})).status_code == 404
    assert (await api.get(f"/events/{own}")).json()["count"] == 4
    assert (await api.post(f"/events/{own}/merge", json={})).status_code == 422


async def test_who_looks_only_does_not_split(app: Starlette, planted: Store, machine: Machine) -> None:
    plant_reports(planted)
    async with program(app, planted, machine.now, Role.VIEWER) as viewer:
        assert (await viewer.get("/events")).status_code == 200
        assert (await viewer.post(f"/events/{LEAD}/split", json={"entry": WIRE})).status_code == 403
