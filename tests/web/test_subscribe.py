"""Subscribing from end to end: pages over a real store, mails through the outbox to a real mail server, and back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from tests.alerts.receivers import HOST, Mailbox, mail_server
from tests.alerts.samples import announcement, match
from watcher.bootstrap import App, Stages, opened_stages
from watcher.models.alerts import DeliveryState
from watcher.models.catalog import Rule
from watcher.models.subscriptions import Frequency
from watcher.models.words import Action, ActorType
from watcher.settings import read_settings
from watcher.store import Store, open_store
from watcher.web.app import make_app
from watcher.web.health import HealthReport

SOURCES = """
publishers: [{id: dhs, name: Department, type: executive}]
sources: [{id: dhs-news, publisher: dhs, kind: feed, url: https://agency.example/feed}]
operators: [desk]
recipients: [{id: desk, channel: email, to: [desk@example.org]}]
rules: [{id: all, when: {min_score: 0.99}, send: [desk]}]
"""
PUBLIC = "https://watcher.test"
FORM = {"address": "Ana@Example.ORG", "frequency": "immediate", "language": "en", "timezone": "America/New_York"}
LINK = re.compile(rf"{PUBLIC}(/[\w/.\-]+\?lang=\w\w)")


@dataclass
class World:
    """A running watcher without its ticks: pages, outbox and mailbox."""

    app: App
    store: Store
    mailbox: Mailbox
    client: httpx.AsyncClient
    scanner: httpx.AsyncClient
    """A mail program: no cookies, none of the headers of our pages."""

    async def mails(self) -> list[EmailMessage]:
        """Those that came since they were asked for last."""
        await self.app.watch.deliver()
        found = [message_from_bytes(each, policy=policy.default) for each in self.mailbox.messages]
        self.mailbox.messages.clear()
        return found

    async def subscribe(self, **fields: object) -> str:
        """Ask and confirm; the path of the link to change it."""
        assert (await self.client.post("/subscribe", data={**FORM, **fields})).status_code == 200
        (mail,) = await self.mails()
        answer = await self.client.post(link(mail))
        found = re.search(r'href="(/subscription/[^"]+)"', answer.text)
        assert found, answer.text
        return found[1]

    def announce(self, name: str = "entry1", **about: object) -> list[str]:
        """What a check does that found something: routed, recorded. The addresses."""
        stages = self.app.stages
        tools = stages.tools(self.store.entries, self.app.current_plan)
        made = tools.route(announcement(match(**about), entry_id=name), datetime.now(UTC))  # type: ignore[arg-type]
        self.store.deliveries.add(made, datetime.now(UTC))
        return [each.address for each in made]


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link(mail: EmailMessage) -> str:
    found = LINK.search(text(mail))
    assert found, text(mail)
    return found[1]


def pages(app: App, store: Store, *, subscribe: bool = True) -> Callable[..., httpx.AsyncClient]:
    stages: Stages = app.stages
    site = make_app(
        store,
        policies=stages.knowledge.policies,
        hosts=["watcher.test"],
        secure_cookies=True,
        base_url=PUBLIC,
        clock=lambda: datetime.now(UTC),
        health=lambda: HealthReport(ticking=True, database_writable=True),
        metrics=lambda: b"",
        doors=stages.doors,
        subscribe=subscribe,
    )

    def browser(address: str = "203.0.113.9", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(site, client=(address, 4711))
        return httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers=headers)

    return browser


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with living(database_url, tmp_path) as made:
        yield made


@asynccontextmanager
async def living(database_url: str, folder: Path) -> AsyncIterator[World]:
    (folder / "sources.yaml").write_text(SOURCES, "utf-8")
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        settings = read_settings(
            {
                "WATCHER_CONFIG": str(folder / "sources.yaml"),
                "WATCHER_DATA_DIR": str(folder / "data"),
                "WATCHER_DATABASE_URL": database_url,
                "WATCHER_SMTP_URL": f"smtp+plain://{HOST}:{port}",
                "WATCHER_MAIL_FROM": "alerts@example.org",
                "WATCHER_BASE_URL": PUBLIC,
                "WATCHER_ALLOW_SEND": f"{HOST}/32",
            }
        )
        store = open_store(database_url)
        async with opened_stages(settings) as stages:
            app = App(stages, store, lambda summary: None)
            browser = pages(app, store)
            yield World(app, store, mailbox, browser(**{"sec-fetch-site": "same-origin"}), browser())
            await app.watch.stop(0)
        store.close()


async def test_who_confirms_is_written_to_and_the_link_in_the_mail_ends_it(world: World) -> None:
    manage = await world.subscribe(policies=["mpp"], language="es")
    assert "Protocolos de Protección a Migrantes" in (await world.client.get(manage)).text
    assert world.announce() == ["Ana@example.org"]
    (mail,) = await world.mails()
    assert mail["To"] == "Ana@example.org"
    assert "El gobierno termina" in text(mail)
    assert "Usted se suscribió" in text(mail)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = await world.scanner.post(
        str(mail["List-Unsubscribe"]).strip("<>").removeprefix(PUBLIC), data={"List-Unsubscribe": "One-Click"}
    )
    assert answer.status_code == 200
    assert world.announce("entry2") == []


async def test_opening_the_links_changes_nothing(world: World) -> None:
    await world.client.post("/subscribe", data=FORM)
    (mail,) = await world.mails()
    for _ in range(3):
        assert (await world.scanner.get(link(mail))).status_code == 200
    assert world.announce() == []
    assert (await world.client.post(link(mail))).status_code == 200
    assert world.announce() == ["Ana@example.org"]
    (alert,) = await world.mails()
    leave = str(alert["List-Unsubscribe"]).strip("<>").removeprefix(PUBLIC)
    assert (await world.scanner.get(leave)).status_code == 200
    assert world.announce("entry2") == ["Ana@example.org"]


async def test_a_link_confirms_once_and_not_after_two_days(world: World) -> None:
    await world.client.post("/subscribe", data=FORM)
    (mail,) = await world.mails()
    assert (await world.client.post(link(mail))).status_code == 200
    assert (await world.client.post(link(mail))).status_code == 410
    assert (await world.client.get(link(mail))).status_code == 410
    later = datetime.now(UTC) + timedelta(hours=49)
    assert world.store.subscriptions.forget_expired(later) == 1
    assert world.store.subscriptions.request("any", later) is None


async def test_the_answer_is_the_same_whether_an_address_is_known_or_not(world: World) -> None:
    await world.subscribe()
    known = await world.client.post("/subscribe", data=FORM)
    unknown = await world.client.post("/subscribe", data={**FORM, "address": "new@example.org"})
    for _ in range(5):
        too_often = await world.client.post("/subscribe", data=FORM)
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert (too_often.status_code, too_often.text) == (unknown.status_code, unknown.text)
    assert sorted(mail["To"] for mail in await world.mails()) == [
        "Ana@example.org",
        "Ana@example.org",
        "new@example.org",
    ]


async def test_one_client_cannot_have_us_write_to_many(world: World) -> None:
    answers = [
        await world.client.post("/subscribe", data={**FORM, "address": f"a{each}@example.org"}) for each in range(12)
    ]
    assert [each.status_code for each in answers] == [200] * 10 + [429] * 2
    assert len(await world.mails()) == 10


async def test_choices_are_changed_by_the_link_in_every_mail(world: World) -> None:
    manage = await world.subscribe(policies=["mpp"])
    answer = await world.client.post(manage, data={**FORM, "policies": ["title-42"], "frequency": "weekly"})
    assert "Saved" in answer.text
    (subscription,) = world.store.subscriptions.listing()
    assert (subscription.choices.policies, subscription.choices.frequency) == (("title-42",), Frequency.WEEKLY)
    assert world.announce() == []


async def test_a_daily_subscriber_waits_for_eight_in_the_morning_at_home(world: World) -> None:
    await world.subscribe(frequency="daily")
    world.announce()
    assert await world.mails() == []
    (row, *_) = world.store.deliveries.listing()
    (why,) = row.waits_for
    assert (why.timezone, row.state) == ("America/New_York", DeliveryState.WAITING)


async def test_a_subscriber_reads_times_of_the_zone_that_was_chosen(world: World) -> None:
    await world.subscribe(timezone="America/Bogota")
    world.announce()
    (mail,) = await world.mails()
    assert re.search(r"\d\d:\d\d UTC-05", text(mail))
    assert " UTC\n" not in text(mail)


async def test_acts_only_leaves_out_what_is_asked_for(world: World) -> None:
    await world.subscribe(acts_only="on")
    assert world.announce("asked", action=Action.CALL_FOR, actor_type=ActorType.NGO) == []
    assert world.announce("done") == ["Ana@example.org"]


async def test_unsubscribing_ends_what_waits_and_the_ledger_says_why(world: World) -> None:
    manage = await world.subscribe(frequency="weekly")
    world.announce()
    leave = re.search(r'action="(/unsubscribe/[^"]+)"', (await world.client.get(manage)).text)
    assert leave
    await world.client.post(leave[1])
    (row, *_) = world.store.deliveries.listing()
    assert (row.state, row.due_at, row.answer) == (DeliveryState.DISABLED, None, "the subscriber unsubscribed")
    assert "It is over" in (await world.client.get(manage)).text


async def test_a_reader_of_a_configured_address_stops_it_at_once_and_the_operators_hear_of_it(world: World) -> None:
    config = world.app.stages.settings.config
    config.write_text(
        SOURCES.replace("recipients: [", "recipients: [{id: news, channel: email, to: n@x.org}, "), "utf-8"
    )
    assert world.app.reload()
    world.store.made.save(Rule("for-news", ("news",)), "ana", datetime.now(UTC))
    assert world.announce() == ["n@x.org"]
    (mail,) = await world.mails()
    stop = str(mail["List-Unsubscribe"]).strip("<>").removeprefix(PUBLIC)
    assert (await world.scanner.get(stop)).status_code == 200
    assert (await world.scanner.post(stop)).status_code == 200
    (told,) = await world.mails()
    assert (told["To"], told["Subject"]) == ("desk@example.org", "n@x.org gets no more alerts")
    world.announce("entry2")
    assert await world.mails() == []
    (off,) = world.store.deliveries.stopped()
    assert (off.recipient_id, off.address) == ("news", "n@x.org")
    assert world.store.deliveries.enable("news", datetime.now(UTC)) == (["n@x.org"], 1)
    assert len(await world.mails()) == 1


async def test_a_link_for_one_thing_opens_nothing_else_and_a_changed_one_nothing(world: World) -> None:
    manage = await world.subscribe()
    token = manage.rpartition("/")[2]
    for path in (
        f"/unsubscribe/{token}",
        f"/stop/{token}",
        f"/subscribe/confirm/{token}",
        f"{manage}x",
        "/unsubscribe/é",
    ):
        assert (await world.client.post(path)).status_code == 404, path
        assert (await world.client.get(path)).status_code == 404, path
    assert world.announce() == ["Ana@example.org"]


async def test_only_our_own_page_asks_for_mails(world: World) -> None:
    assert (await world.scanner.post("/subscribe", data=FORM)).status_code == 403
    assert await world.mails() == []


HOSTILE = [
    "a@x.org\r\nBcc: thief@example.org",
    "a@x.org, b@x.org",
    "a b@x.org",
    "<a@x.org>",
    "é@x.org",
    "@",
    "",
    "a@" * 200,
]


@pytest.mark.parametrize("address", HOSTILE)
async def test_what_is_no_address_is_refused_with_advice(world: World, address: str) -> None:
    answer = await world.client.post("/subscribe", data={**FORM, "address": address})
    assert answer.status_code == 400
    assert "name@example.org" in answer.text
    assert await world.mails() == []


@pytest.mark.parametrize(
    "wrong", [{"policies": "nope"}, {"language": "{0}"}, {"timezone": "{x}"}, {"frequency": "never"}]
)
async def test_what_no_form_of_ours_sends_is_refused(world: World, wrong: dict[str, str]) -> None:
    assert (await world.client.post("/subscribe", data={**FORM, **wrong})).status_code == 400


async def test_a_crash_between_the_request_and_the_mail_loses_neither(database_url: str, tmp_path: Path) -> None:
    async with living(database_url, tmp_path) as before:
        await before.client.post("/subscribe", data=FORM)
    async with living(database_url, tmp_path) as after:
        (mail,) = await after.mails()
        assert (await after.client.post(link(mail))).status_code == 200
        assert after.announce() == ["Ana@example.org"]


async def test_nothing_in_the_database_opens_a_link(world: World) -> None:
    await world.client.post("/subscribe", data=FORM)
    (row,) = world.store.deliveries.listing()
    (mail,) = await world.mails()
    secret = link(mail).rpartition("/")[2].partition("?")[0].partition(".")[2]
    (claimed,) = world.store.deliveries.listing(recipient=row.recipient_id)
    view = world.store.deliveries.show(claimed.id)
    assert view is not None
    assert secret not in repr(view)


async def test_subscribing_can_be_switched_off(world: World) -> None:
    closed = pages(world.app, world.store, subscribe=False)(**{"sec-fetch-site": "same-origin"})
    assert (await closed.get("/subscribe")).status_code == 404
    assert (await closed.post("/subscribe", data=FORM)).status_code == 404


async def test_an_address_is_forgotten_and_the_ledger_still_counts(world: World) -> None:
    await world.subscribe(frequency="weekly")
    world.announce()
    before = len(world.store.deliveries.listing())
    assert world.store.subscriptions.forget("ANA@example.org", datetime.now(UTC)) > 0
    rows = world.store.deliveries.listing()
    assert len(rows) == before
    assert len({row.address for row in rows}) == 1
    assert rows[0].address.startswith("forgotten-")
    assert rows[0].state is DeliveryState.DISABLED
    assert world.store.subscriptions.listing() == []
    assert "ana" not in repr(rows).lower().replace("forgotten", "")
    assert world.announce("entry2") == []


async def test_an_address_that_the_mail_server_does_not_know_confirms_nothing(world: World) -> None:
    world.mailbox.rcpt = {"Ana@example.org": "550 5.1.1 <Ana@example.org>: no such user"}
    await world.client.post("/subscribe", data=FORM)
    assert await world.mails() == []
    (row,) = world.store.deliveries.listing()
    assert row.state is DeliveryState.DEAD
    assert "has to ask again" in row.answer
    world.mailbox.rcpt = {}
    await world.subscribe()


async def test_a_refused_subscriber_is_written_to_until_it_has_lasted_some_days(world: World) -> None:
    await world.subscribe()
    world.mailbox.rcpt = {"Ana@example.org": "550 5.1.1 <Ana@example.org>: no such user"}
    for name in ("a", "b", "c", "d"):
        assert world.announce(name) == ["Ana@example.org"]
        assert await world.mails() == []
    assert {row.state for row in world.store.deliveries.listing(limit=4)} == {DeliveryState.DEAD}
    (subscription,) = world.store.subscriptions.listing()
    assert subscription.ended_at is None
