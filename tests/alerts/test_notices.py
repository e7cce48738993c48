"""Tests, canaries and receipts: what they say, under which id."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from tests.alerts.samples import NOW, recipient
from watcher.alerts.channels.console import lines
from watcher.alerts.mail import compose
from watcher.alerts.notices import Notice, canary, payload, receipt, tell, trial
from watcher.alerts.payload import Links
from watcher.alerts.render import email, subject
from watcher.models.alerts import DeliveryState
from watcher.models.receipts import Figures

WEEK = Figures(
    since=NOW - timedelta(days=7),
    until=NOW,
    sources=51,
    checks=34_000,
    failed=12,
    blind=(("kind-news", timedelta(hours=26)), ("", timedelta(minutes=90))),
    matches=7,
    alerts={DeliveryState.DELIVERED: 9, DeliveryState.DEAD: 2, DeliveryState.SILENCED: 1},
)


@pytest.mark.parametrize("notice", [trial("desk", NOW), canary(NOW), receipt(WEEK)])
@pytest.mark.parametrize("language", ["en", "es-MX", "fr"])
def test_every_notice_can_be_read_as_mail_and_in_the_terminal(notice: Notice, language: str) -> None:
    said = payload(notice, links=Links("https://watcher.example"), now=NOW)
    mail = email(said, language)
    assert mail.subject == subject(said, language)
    assert "https://watcher.example/alerts" in mail.text
    assert next(iter(lines(said, language))) == f"▌ {mail.subject}"
    whole = compose(
        said,
        delivery_id="d",
        mail_from="w@example.org",
        to="a@example.org",
        language=language,
        now=NOW,
        timezone=UTC,
    )
    assert b"Message-ID: <d@example.org>" in whole


def test_a_receipt_says_first_whether_all_alerts_arrived() -> None:
    said = payload(receipt(WEEK), links=Links(""), now=NOW)
    assert subject(said, "en") == "Receipt 2026-03-07 to 2026-03-14: 2 alerts NOT delivered"
    text = email(said, "en").text
    assert "51, checked 34,000 times; 12 checks failed" in text
    assert "kind-news for 1 d 2 h" in text
    assert "all, no network for 1 h 30 min" in text
    assert "9 delivered, 2 not delivered, 1 held by silences" in text
    assert said["data"]["receipt"]["alerts"] == {"delivered": 9, "dead": 2, "silenced": 1}


def test_the_same_period_makes_the_same_deliveries() -> None:
    desk = recipient("email", to=("a@example.org", "b@example.org"))

    def made(notice: Notice) -> list[str]:
        told = tell(notice, [desk], addresses=lambda each: each.options["to"], links=Links(""), now=NOW)
        return [each.id for each in told]

    assert made(canary(NOW)) == made(canary(NOW))
    assert len(set(made(canary(NOW)) + made(canary(NOW + timedelta(days=1))) + made(trial("desk", NOW)))) == 6
