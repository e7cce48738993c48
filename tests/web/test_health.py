"""What machines ask."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette

from tests.web.conftest import Machine, browser
from watcher.web.health import HealthReport


async def test_a_process_that_answers_is_alive(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (HealthReport(ticking=True, database_writable=True), 200),
        (HealthReport(ticking=False, database_writable=True, detail="last tick 5 minutes ago"), 503),
        (HealthReport(ticking=True, database_writable=False, detail="disk full"), 503),
    ],
)
async def test_it_is_ready_while_it_ticks_and_can_write(
    stranger: httpx.AsyncClient, machine: Machine, report: HealthReport, status: int
) -> None:
    machine.report = report
    answer = await stranger.get("/readyz")
    assert answer.status_code == status
    assert answer.json()["detail"] == report.detail
    assert answer.json()["ready"] is report.ready


async def test_metrics_are_for_the_token(stranger: httpx.AsyncClient) -> None:
    for token, status in (("metrics-token", 200), ("wrong", 401), ("", 401)):
        answer = await stranger.get("/metrics", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == status
    assert (await stranger.get("/metrics")).status_code == 401


async def test_metrics_are_for_this_machine_but_not_for_whom_a_proxy_speaks(app: Starlette) -> None:
    async with browser(app, client=("127.0.0.1", 5)) as local:
        answer = await local.get("/metrics")
        assert (answer.status_code, answer.text) == (200, "watcher_sources 2\n")
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert (await local.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})).status_code == 401
