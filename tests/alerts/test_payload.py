"""The payload: plain JSON data that other programs rely on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

from tests.alerts.samples import NOW, TITLE, announcement, match, policy, said
from watcher.alerts.payload import Links, payload
from watcher.models.catalog import Rule
from watcher.models.identity import match_id
from watcher.models.words import Action, Modality, Polarity


def test_a_payload_says_what_was_announced_by_whom_and_which_rule_asked_for_it() -> None:
    body = said()
    assert {key: body[key] for key in ("type", "version", "timestamp")} == {
        "type": "match.created",
        "version": 1,
        "timestamp": "2026-03-14T09:30:00Z",
    }
    data = body["data"]
    assert list(data) == ["entry", "publisher", "source", "matches", "rules", "thread", "links"]
    assert data["entry"] == {
        "id": "entry1",
        "revision": 1,
        "url": "https://agency.example/news/1",
        "title": TITLE,
        "published": "2026-03-14T09:00:00Z",
        "first_seen": "2026-03-14T09:30:00Z",
        "language": "en",
        "kind": "official_action",
    }
    assert data["publisher"] == {"id": "dhs", "name": "Department of Homeland Security", "type": "executive"}
    assert data["source"] == {"id": "dhs-news"}
    assert data["rules"] == [{"id": "acts", "note": "a test"}]
    assert data["links"] == {
        "review": "https://watcher.example/entries/entry1",
        "source": "https://agency.example/news/1",
        "mute": "https://watcher.example/alerts/silences?policies=mpp",
    }


def test_a_match_carries_its_id_its_names_its_headlines_and_its_quotation() -> None:
    about = announcement()
    found = said(about)["data"]["matches"][0]
    assert found["id"] == match_id("entry1", about.matches[0])
    assert found["policy"]["names"] == {"en": "Migrant Protection Protocols", "es": "Migrant Protection Protocols (es)"}
    assert set(found["headline"]) == {"en", "es"}
    assert all(found["headline"].values())
    assert (found["action"], found["modality"], found["actor_type"]) == ("terminate", "actual", "executive")
    assert (found["target_action"], found["target_polarity"]) == (None, None)
    mark = found["quote"]["marks"][0]
    assert found["quote"]["text"][mark["start"] : mark["end"]] == "Migrant Protection Protocols"


def test_a_demand_carries_what_is_demanded() -> None:
    demand = match(
        action=Action.CALL_FOR,
        modality=Modality.REQUESTED,
        target_action=Action.TERMINATE,
        target_polarity=Polarity.PROMOTE,
    )
    found = said(announcement(demand))["data"]["matches"][0]
    assert (found["target_action"], found["target_polarity"]) == ("terminate", "promote")


def test_a_payload_is_json_and_comes_back_from_it_as_it_was() -> None:
    body = said(announcement(published=None, url=None, language=None, announcement_kind=None))
    assert json.loads(json.dumps(body)) == body


def test_what_no_database_and_no_json_reader_takes_is_replaced_one_for_one() -> None:
    body = said(announcement(title="a\0b\ud800c"))
    assert body["data"]["entry"]["title"] == "a\ufffdb\ufffdc"


def test_times_are_written_in_utc() -> None:
    elsewhere = timezone(timedelta(hours=-5))
    body = said(announcement(published=datetime(2026, 3, 14, 4, 0, tzinfo=elsewhere)))
    assert body["data"]["entry"]["published"] == "2026-03-14T09:00:00Z"


def test_without_an_address_of_our_own_there_is_no_link_to_the_review_page() -> None:
    about = announcement()
    body = payload(about, about.matches, [Rule("r", ("desk",))], policies={}, links=Links(), now=NOW)
    assert body["data"]["links"]["review"] is None


def test_a_policy_without_a_name_is_called_by_its_id() -> None:
    about = announcement(match("unheard-of"))
    body = payload(about, about.matches, [], policies={"mpp": policy()}, links=Links(), now=NOW)
    assert body["data"]["matches"][0]["policy"] == {
        "id": "unheard-of",
        "name": "unheard-of",
        "names": {"en": "unheard-of", "es": "unheard-of"},
    }
