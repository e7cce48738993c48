"""Who is written to, listed; and an address forgotten."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta

from tests.cli.conftest import Desk
from watcher.bootstrap import open_store
from watcher.models.catalog import Recipient, Rule
from watcher.models.subscriptions import Choices, Frequency, SubscriptionRequest
from watcher.settings import read_settings
from watcher.store import Store
from watcher.store.subscriptions import Limits

NOW = datetime.now(UTC)


def opened(desk: Desk) -> contextlib.closing[Store]:
    files = {"WATCHER_CONFIG": str(desk.config), "WATCHER_DATA_DIR": str(desk.folder / "data")}
    return contextlib.closing(open_store(read_settings(files)))


def subscribed(store: Store, address: str = "Ana@example.org") -> None:
    asked = SubscriptionRequest("r1", address, Choices(("mpp",), frequency=Frequency.DAILY), NOW + timedelta(hours=48))
    store.subscriptions.ask(asked, (), client="c", limits=Limits(3, 10, 200), now=NOW)
    assert store.subscriptions.confirm("r1", NOW)


def test_everybody_who_is_written_to_is_listed_with_where_it_comes_from(desk: Desk) -> None:
    desk.run("alerts", "preview", "all")
    with opened(desk) as store:
        subscribed(store)
        store.made.save(Recipient("press", "email", options={"to": ["press@example.org"]}), "ana", NOW)
    rows = json.loads(desk.run("recipients", "list", "--json").output)
    assert [(row["address"], row["comes_from"], row["frequency"]) for row in rows] == [
        ("console", "sources.yaml", ""),
        ("press@example.org", "made on the pages", ""),
        ("Ana@example.org", "subscribed", "daily"),
    ]
    assert "press@example.org" in desk.run("recipients", "list").output


def test_an_address_is_forgotten_once_and_one_that_is_set_up_is_not(desk: Desk) -> None:
    desk.run("alerts", "list")
    with opened(desk) as store:
        subscribed(store)
        store.made.save(Recipient("press", "email", options={"to": ["press@example.org"]}), "ana", NOW)
    assert "forgotten: 2 records" in desk.run("recipients", "forget", "ana@EXAMPLE.org").output
    assert "nothing is known" in str(desk.run("recipients", "forget", "ana@example.org").exception)
    assert "recipient press" in str(desk.run("recipients", "forget", "press@example.org").exception)


def test_an_id_that_was_taken_on_a_page_is_refused_in_the_file(desk: Desk) -> None:
    desk.run("alerts", "preview", "all")
    with opened(desk) as store:
        store.made.save(Rule("later", ("terminal",)), "ana", NOW)
    desk.config.write_text(desk.text + "  - {id: later, when: {modalities: [actual]}, send: [terminal]}\n", "utf-8")
    said = str(desk.run("alerts", "preview", "all").exception)
    assert "rules.later: this id belongs to what was made on the pages" in said


def test_what_was_made_on_pages_is_exported_as_it_would_stand_in_the_file(desk: Desk) -> None:
    desk.run("alerts", "preview", "all")
    with opened(desk) as store:
        store.made.save(Rule("later", ("terminal",), note="because"), "ana", NOW)
    assert "id: later" in desk.run("config", "export").output
    assert "id: agency-old" in desk.run("config", "export").output
    alone = desk.run("config", "export", "--made-here").output
    assert "id: later" in alone
    assert "id: agency-old" not in alone
