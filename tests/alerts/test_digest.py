"""Several alerts in one message: ordered, whole, in the reader's language, and safe whatever titles say."""

from __future__ import annotations

from copy import deepcopy
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.samples import NOW, announcement, match, said
from watcher.alerts import digest
from watcher.alerts.channels.console import lines
from watcher.alerts.mail import compose
from watcher.alerts.render import UTC, email
from watcher.models.words import Modality


def alert(number: int, title: str = "", **of: Any) -> dict[str, Any]:
    made = deepcopy(said(announcement(match(**of), entry_id=f"entry{number}")))
    made["data"]["entry"]["title"] = title or f"Title {number}"
    return made


def links(html: str) -> list[str]:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(value or "" for name, value in attrs if name == "href")

    Reader().feed(html)
    return found


def test_acts_come_first_then_what_is_surest() -> None:
    alerts = [
        alert(1, policy="mpp", score=0.5, modality=Modality.REQUESTED),
        alert(2, policy="title-42", words="Title 42", score=0.7),
        alert(3, policy="mpp", score=0.9, modality=Modality.REQUESTED),
        alert(4, policy="title-42", words="Title 42", score=0.8, modality=Modality.REQUESTED),
    ]
    ordered = digest.payload(alerts, in_full=25)["data"]["alerts"]
    assert [each["entry"]["id"] for each in ordered] == ["entry2", "entry4", "entry3", "entry1"]


def test_the_payload_is_the_alerts_own_data_and_the_same_every_time() -> None:
    alerts = [alert(number) for number in range(3)]
    whole = digest.payload(alerts, in_full=2)
    assert (whole["type"], whole["version"], whole["timestamp"]) == ("digest", 1, alerts[0]["timestamp"])
    assert (whole["data"]["count"], whole["data"]["in_full"]) == (3, 2)
    assert whole["data"]["alerts"] == [each["data"] for each in alerts]
    assert whole["data"]["links"]["inbox"] == "https://watcher.example/?verdict=any&policy=mpp&since=2026-03-14"
    assert whole == digest.payload(alerts, in_full=2)


def test_the_subject_counts_and_says_what_happens() -> None:
    payload = digest.payload([alert(number) for number in range(7)], in_full=25)
    headline = payload["data"]["alerts"][0]["matches"][0]["headline"]
    assert email(payload, "en").subject == f"7 announcements: {headline['en']}"
    assert email(payload, "es").subject == f"7 anuncios: {headline['es']}"


def test_nothing_is_cut_what_is_beyond_is_listed_with_title_and_links() -> None:
    payload = digest.payload([alert(number) for number in range(59)], in_full=25)
    rendered = email(payload, "en")
    assert "and 34 more:" in rendered.text
    assert payload["data"]["links"]["inbox"] in rendered.text
    for number in range(59):
        assert f"Title {number}\n" in rendered.text
        assert f"https://watcher.example/entries/entry{number}" in rendered.text
        assert f"https://watcher.example/entries/entry{number}" in links(rendered.html)
    assert rendered.text.count("“") == 25


def test_a_digest_says_who_did_what_quotes_and_says_why_it_was_sent() -> None:
    rendered = email(digest.payload([alert(1), alert(2)], in_full=25), "en")
    for part in (
        "Department of Homeland Security: Title 1",
        "*Migrant Protection Protocols*",
        "Why you were sent this:",
    ):
        assert part in rendered.text
    assert "== Migrant Protection Protocols" in rendered.text
    assert "<mark" in rendered.html


def test_the_terminal_shows_each_alert() -> None:
    block = list(lines(digest.payload([alert(1), alert(2)], in_full=1), "en"))
    assert sum(line.startswith("▌ Title ") for line in block) == 2


@settings(max_examples=60, deadline=None)
@given(titles=st.lists(st.text(st.characters(codec="utf-8"), max_size=300), min_size=1, max_size=8))
def test_no_title_breaks_the_message_that_others_are_in(titles: list[str]) -> None:
    payload = digest.payload([alert(number, title) for number, title in enumerate(titles)], in_full=4)
    serialised = compose(
        payload,
        delivery_id="batch1",
        mail_from="a@example.org",
        to="b@example.org",
        language="en",
        now=NOW,
        timezone=UTC,
    )
    message = message_from_bytes(serialised, policy=SMTP)
    assert message["Message-ID"] == "<batch1@example.org>"
    assert message["Subject"].startswith(f"{len(titles)} announcement")
