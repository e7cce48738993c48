"""Incidents on the pages: a banner on the inbox, and on the page of the sources what to do."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from tests.web.planted import NOW
from watcher.models.identity import incident_id
from watcher.models.incidents import Incident, IncidentChange, IncidentKind, Repair
from watcher.store import Store

HOSTILE = "<script>alert(1)</script>"


def incident(source: str | None = "kind-news", kind: IncidentKind = IncidentKind.MOVED) -> Incident:
    return Incident(
        id=incident_id(source, kind, NOW),
        source_id=source,
        kind=kind,
        since=NOW - timedelta(hours=3),
        opened_at=NOW,
        message=f"{HOSTILE} is a web page, not a feed.",
        evidence="ab" * 32,
        repairs=(Repair("url", "https://kind.example.org/rss.xml", HOSTILE),),
    )


@pytest.fixture
def open_incident(planted: Store) -> Incident:
    opened = incident()
    planted.incidents.change(IncidentChange(opened=opened), NOW)
    return opened


async def test_the_inbox_says_that_a_source_needs_attention(desk: httpx.AsyncClient, open_incident: Incident) -> None:
    page = (await desk.get("/")).text
    assert "1 source needs attention" in page


async def test_without_an_incident_the_inbox_says_nothing(desk: httpx.AsyncClient) -> None:
    assert "attention" not in (await desk.get("/")).text


async def test_the_sources_show_what_is_wrong_what_to_do_and_what_is_proposed(
    desk: httpx.AsyncClient, open_incident: Incident
) -> None:
    page = (await desk.get("/sources")).text
    assert "Needs attention" in page
    assert "See whether the new address is the publisher&#39;s" in page
    assert "url: https://kind.example.org/rss.xml" in page
    assert HOSTILE not in page
    spanish = (await desk.get("/sources?lang=es")).text
    assert "Trasladada" in spanish
    assert "Propuesta" in spanish


async def test_the_network_stands_above_the_sources(desk: httpx.AsyncClient, planted: Store) -> None:
    planted.incidents.change(IncidentChange(opened=incident(None, IncidentKind.NO_NETWORK)), NOW)
    assert "No source can be reached" in (await desk.get("/sources")).text
