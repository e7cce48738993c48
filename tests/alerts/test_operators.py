"""What operators are told of an incident, on every channel and in both languages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from watcher.alerts import trouble
from watcher.alerts.channels.console import lines
from watcher.alerts.channels.webhook import body_of
from watcher.alerts.mail import compose
from watcher.alerts.operators import payload, tell
from watcher.alerts.payload import Links
from watcher.alerts.render import email
from watcher.models.catalog import Publisher, Recipient, Source
from watcher.models.incidents import Incident, IncidentKind, Repair
from watcher.models.words import PublisherType

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
KIND = Publisher("kind", "Kids in Need of Defense", PublisherType.NGO)
NEWS = Source("kind-news", "kind", "feed", "https://kind.example.org/feed", name="KIND news")
MOVED = Incident(
    id="abc",
    source_id="kind-news",
    kind=IncidentKind.MOVED,
    since=NOW - timedelta(hours=3),
    opened_at=NOW,
    message="https://kind.example.org/feed is a web page, not a feed.",
    evidence="ab" * 32,
    repairs=(Repair("url", "https://kind.example.org/rss.xml", "finds 10 entries"),),
)
OVER = Incident(
    **{**{name: getattr(MOVED, name) for name in MOVED.__dataclass_fields__}, "closed_at": NOW, "note": "look"}
)


def said(incident: Incident = MOVED, base: str = "https://watcher.example") -> dict[str, Any]:
    return payload(incident, NEWS, KIND, links=Links(base), now=NOW)


def test_the_payload_says_what_since_when_and_what_to_do() -> None:
    data = said()["data"]
    assert said()["type"] == "incident.opened"
    assert data["incident"]["kind"] == "moved"
    assert data["incident"]["since"] == "2026-03-09T09:00:00Z"
    assert data["incident"]["headline"]["es"] == "KIND news (Kids in Need of Defense) se ha trasladado"
    assert data["incident"]["repairs"] == [
        {"option": "url", "value": "https://kind.example.org/rss.xml", "preview": "finds 10 entries"}
    ]
    assert data["links"] == {
        "health": "https://watcher.example/sources#s-kind-news",
        "source": "https://kind.example.org/feed",
    }
    assert json.loads(body_of(said())) == said()


def test_the_end_has_a_type_of_its_own() -> None:
    assert said(OVER)["type"] == "incident.closed"
    assert said(OVER)["data"]["incident"]["closed"] == "2026-03-09T12:00:00Z"


def test_an_incident_of_the_network_has_no_source() -> None:
    network = Incident("n", None, IncidentKind.NO_NETWORK, NOW, NOW, "no network")
    data = payload(network, None, None, links=Links(""), now=NOW)["data"]
    assert (data["source"], data["publisher"], data["links"]) == (None, None, {"health": None, "source": None})
    assert data["incident"]["headline"]["en"] == "No source can be reached"


@pytest.mark.parametrize(
    ("language", "subject", "advice"),
    [
        ("en", "KIND news (Kids in Need of Defense) has moved", "See whether the new address is the publisher's"),
        ("es-MX", "KIND news (Kids in Need of Defense) se ha trasladado", "Compruebe que la nueva dirección"),
        ("fr", "KIND news (Kids in Need of Defense) has moved", "See whether"),
    ],
)
def test_a_mail_has_all_of_it_in_the_readers_language(language: str, subject: str, advice: str) -> None:
    mail = email(said(), language, ZoneInfo("America/New_York"))
    assert mail.subject == subject
    for body in (mail.text, mail.html):
        assert "https://kind.example.org/rss.xml" in body
        assert "2026-03-09 05:00 EDT" in body
        assert "https://watcher.example/sources#s-kind-news" in body
    assert advice in mail.text


def test_the_mail_of_an_end_is_short() -> None:
    mail = email(said(OVER), "en")
    assert mail.subject == "Over: KIND news (Kids in Need of Defense) has moved"
    assert "look" in mail.text
    assert "rss.xml" not in mail.text


def test_the_terminal_shows_a_block_for_the_beginning_and_a_line_for_the_end() -> None:
    assert len(list(lines(said(), "en"))) == 4
    assert next(iter(lines(said(OVER), "es"))) == "▌ Resuelto: KIND news (Kids in Need of Defense) se ha trasladado"


HOSTILE = "Página\r\nBcc: eve@example.org =?utf-8?q?a=0d=0aBcc=3a_x?= <script>alert(1)</script>\u202e\0\ud800"


@pytest.mark.parametrize("incident", [MOVED, OVER])
def test_hostile_texts_arrive_as_text(incident: Incident) -> None:
    values = {name: getattr(incident, name) for name in incident.__dataclass_fields__}
    bad = Incident(**{**values, "message": HOSTILE, "note": HOSTILE, "repairs": (Repair("url", HOSTILE, HOSTILE),)})
    source = Source("kind-news", "kind", "feed", "javascript:alert(1)", name=HOSTILE)
    whole = payload(bad, source, KIND, links=Links("https://watcher.example"), now=NOW)
    raw = compose(
        whole,
        delivery_id="x",
        mail_from="watcher@example.org",
        to="desk@example.org",
        language="en",
        now=NOW,
        timezone=UTC,
    )
    assert b"\nBcc:" not in raw
    html = email(whole, "en").html
    assert "<script>" not in html
    assert "javascript:" not in html
    assert all("\n" not in line and "\u202e" not in line for line in lines(whole, "en"))
    body_of(whole)


def test_each_address_of_each_operator_is_told_once_under_a_stable_id() -> None:
    recipients = {
        "desk": Recipient("desk", "email", options={"to": ["a@x.org", "b@x.org"]}),
        "hook": Recipient("hook", "webhook", options={"url": "https://x.org"}),
    }

    def told(incident: Incident) -> tuple[tuple[str, str], ...]:
        made = tell(
            incident,
            NEWS,
            KIND,
            ["desk", "hook", "desk", "nobody"],
            recipients,
            addresses=lambda recipient: tuple(recipient.options.get("to", ("https://x.org",))),
            links=Links(""),
            now=NOW,
        )
        assert {each.entry_id for each in made} == {"abc"}
        return tuple((each.id, each.address) for each in made)

    assert told(MOVED) == told(MOVED)
    assert [address for _, address in told(MOVED)] == ["a@x.org", "b@x.org", "https://x.org"]
    assert not {name for name, _ in told(MOVED)} & {name for name, _ in told(OVER)}


def test_an_alert_of_matches_is_no_incident() -> None:
    assert not trouble.is_incident({"type": "match.created"})
