"""Rules and recipients made on pages: tried out, saved, in force at the next check, and gone again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from tests.alerts.receivers import HOST, HttpReceiver, http, listening
from tests.web.conftest import Machine
from tests.web.page import says
from tests.web.planted import NOW, publish
from tests.web.test_subscribe import World, world
from watcher.fetch import AllowedAddress
from watcher.models.alerts import DeliveryState
from watcher.models.catalog import Digest, Recipient, Rule
from watcher.models.subscriptions import Choices, Ended, SubscriptionRequest
from watcher.models.words import Action
from watcher.store import Store
from watcher.store.subscriptions import Limits

__all__ = ["world"]
RULE = {
    "id": "mpp-ends",
    "note": "why",
    "when.policies": "mpp",
    "when.actions": "terminate",
    "send": "desk",
    "days": "",
}
HOOK = {"id": "hook", "channel": "webhook", "url": "https://x.org/in", "secret": "${WATCHER_HOOK_X}", "language": "es"}
DAILY = {"days": "mon-fri", "hour": "7", "timezone": "America/New_York"}


async def test_a_rule_is_shown_with_what_it_would_have_sent_before_it_is_saved(
    desk: httpx.AsyncClient, planted: Store
) -> None:
    form = await desk.get("/alerts/rules/new")
    assert "Save the rule" not in form.text
    shown = await desk.post("/alerts/rules/new", data={**RULE, "do": "preview"})
    assert shown.status_code == 200
    assert "It takes 1 entry" in says(shown, "main")
    assert "Save the rule" in shown.text
    assert planted.made.all().rules == ()
    saved = await desk.post("/alerts/rules/new", data={**RULE, **DAILY, "not.words": "rumour\nleak", "do": "save"})
    assert saved.status_code == 303
    (made,) = planted.made.all().rules
    assert (made.author, made.what.send, made.what.note) == ("admin", ("desk",), "why")
    assert (made.what.when.policies, made.what.when.actions) == (("mpp",), (Action.TERMINATE,))
    assert made.what.exclude is not None
    assert made.what.exclude.words == ("rumour", "leak")
    assert made.what.how == Digest("0 7 * * mon-fri", "America/New_York")
    listed = says(await desk.get("/alerts/rules"), "main")
    assert "mpp-ends made here" in listed
    assert "desk from sources.yaml" in listed


async def test_the_conditions_of_a_rule_are_said_in_the_words_of_the_form(desk: httpx.AsyncClient) -> None:
    criteria = {"when.modalities": "actual", "when.actor_types": "executive", "when.min_score": "0.5"}
    await desk.post("/alerts/rules/new", data={**RULE, **criteria, "not.words": "rumour", "do": "save"})
    english = says(await desk.get("/alerts/rules"), "main")
    assert "Actions: Ended; How real it is: done; Who acts: government; How sure: at least 0.5" in english
    assert "but not: Words in the text: rumour" in english
    spanish = says(await desk.get("/alerts/rules?lang=es"), "main")
    assert "Quién actúa: gobierno" in spanish
    assert "Qué tan seguro: por lo menos 0.5" in spanish
    assert "actor_types" not in english + spanish


async def test_a_rule_is_edited_and_removed(desk: httpx.AsyncClient, planted: Store) -> None:
    await desk.post("/alerts/rules/new", data={**RULE, "do": "save"})
    form = await desk.get("/alerts/rules/mpp-ends/edit")
    assert 'value="terminate" checked' in form.text
    changed = await desk.post("/alerts/rules/mpp-ends/edit", data={**RULE, "id": "other", "note": "new", "do": "save"})
    assert changed.status_code == 303
    (made,) = planted.made.all().rules
    assert (made.what.id, made.what.note) == ("mpp-ends", "new")
    await desk.post("/alerts/rules/mpp-ends/remove")
    assert planted.made.all().rules == ()
    assert (await desk.post("/alerts/rules/mpp-ends/remove")).status_code == 404


WRONG = [
    ({"when.policies": "mppp"}, "did you mean `mpp`"),
    ({"id": "a b"}, "an id has letters"),
    ({"id": ""}, "an id has letters"),
    ({"send": "nobody"}, "there is no recipient `nobody`"),
    ({"when.min_score": "7"}, "between 0 and 1"),
    ({**DAILY, "hour": "99"}, "hour"),
]


@pytest.mark.parametrize(("fields", "said"), WRONG)
async def test_what_is_wrong_with_a_rule_is_said_above_the_form(
    desk: httpx.AsyncClient, planted: Store, fields: dict[str, str], said: str
) -> None:
    answer = await desk.post("/alerts/rules/new", data={**RULE, **fields, "do": "save"})
    assert answer.status_code == 400
    assert said in says(answer, "[role=alert]")
    assert "the rule:1:" not in answer.text
    assert planted.made.all().rules == ()


async def test_an_id_is_given_once(desk: httpx.AsyncClient, planted: Store) -> None:
    await desk.post("/alerts/rules/new", data={**RULE, "do": "save"})
    again = await desk.post("/alerts/rules/new", data={**RULE, "do": "save"})
    assert "there is a rule `mpp-ends` already" in says(again, "[role=alert]")
    taken = await desk.post("/alerts/recipients/new", data={**HOOK, "id": "desk"})
    assert "there is a recipient `desk` already" in says(taken, "[role=alert]")


INSIDE = ["http://169.254.169.254/x", "https://127.0.0.1/x", "http://localhost:8080/x", "https://[::ffff:10.0.0.1]/x"]


@pytest.mark.parametrize("url", INSIDE)
async def test_a_webhook_inside_the_network_is_refused_by_the_form(
    url: str, desk: httpx.AsyncClient, planted: Store
) -> None:
    answer = await desk.post("/alerts/recipients/new", data={**HOOK, "url": url})
    assert answer.status_code == 400
    assert "allow it in WATCHER_ALLOW_SEND" in says(answer, "[role=alert]")
    assert planted.made.all().recipients == ()


async def test_a_webhook_inside_the_network_that_is_allowed_is_saved(
    app: Starlette, desk: httpx.AsyncClient, planted: Store
) -> None:
    app.state.site = replace(app.state.site, allow_send=(AllowedAddress.parse("10.0.0.1/32:8080"),))
    taken = await desk.post("/alerts/recipients/new", data={**HOOK, "url": "http://10.0.0.1:8080/x"})
    assert taken.status_code == 303
    other = await desk.post("/alerts/recipients/new", data={**HOOK, "id": "b", "url": "http://10.0.0.1/x"})
    assert other.status_code == 400


async def test_a_webhook_is_made_with_quiet_hours_and_removed_when_no_rule_needs_it(
    desk: httpx.AsyncClient, planted: Store
) -> None:
    quiet = {"from": "22:00", "until": "07:00", "timezone": "America/New_York", "urgent": "on"}
    assert (await desk.post("/alerts/recipients/new", data={**HOOK, **quiet})).status_code == 303
    (made,) = planted.made.all().recipients
    assert made.what.options == {"url": "https://x.org/in", "secret": "${WATCHER_HOOK_X}"}
    assert made.what.quiet is not None
    assert made.what.quiet.urgent is not None
    assert (made.what.timezone, made.what.quiet.timezone) == ("America/New_York", "America/New_York")
    assert "<option selected>America/New_York" in (await desk.get("/alerts/recipients/hook/edit")).text
    assert 'value="22:00"' in (await desk.get("/alerts/recipients/hook/edit")).text
    await desk.post("/alerts/rules/new", data={**RULE, "send": "hook", "do": "save"})
    kept = await desk.post("/alerts/recipients/hook/remove")
    assert "mpp-ends" in says(kept, "[role=alert]")
    await desk.post("/alerts/rules/mpp-ends/remove")
    assert (await desk.post("/alerts/recipients/hook/remove")).status_code == 303
    assert planted.made.all().recipients == ()


BAD_HOOKS = [
    {"secret": "plain text"},
    {"secret": "file:/etc/passwd"},
    {"secret": "${WATCHER_SMTP_PASSWORD}"},
    {"url": "${WATCHER_SMTP_PASSWORD}"},
    {"url": "file:///etc/passwd"},
    {"url": "https://user:secret@x.org/"},
    {"channel": "apprise", "to": "x"},
    {"channel": "email", "to": "a@x.org"},
]


@pytest.mark.parametrize("fields", BAD_HOOKS)
async def test_no_page_makes_a_recipient_that_reaches_secrets_or_what_is_not_set_up(
    desk: httpx.AsyncClient, planted: Store, fields: dict[str, str]
) -> None:
    assert (await desk.post("/alerts/recipients/new", data={**HOOK, **fields})).status_code == 400
    assert planted.made.all().recipients == ()


async def test_the_page_names_who_is_not_written_to_any_more_because_the_address_is_refused(
    desk: httpx.AsyncClient, planted: Store
) -> None:
    assert "refuse" not in says(await desk.get("/alerts/rules"), "main")
    wanted = SubscriptionRequest("r1", "ana@example.org", Choices(), NOW + timedelta(days=2))
    planted.subscriptions.ask(wanted, [], client="here", limits=Limits(1, 1, 1), now=NOW)
    begun = planted.subscriptions.confirm("r1", NOW)
    assert begun is not None
    planted.subscriptions.end(begun.id, Ended.REFUSED, "refused", NOW)
    shown = await desk.get("/alerts/rules")
    assert "1 subscription ended because mail servers refuse its address" in says(shown, "main")
    assert "ana@example.org" in shown.text
    assert (await desk.get(f"/alerts?recipient=subscriber%3A{begun.id}")).status_code == 200
    assert "desk@" not in says(await desk.get("/alerts?recipient=nobody"), "main")
    assert "1 suscripción terminó" in says(await desk.get("/alerts/rules?lang=es"), "main")


async def test_a_stranger_makes_no_rules(stranger: httpx.AsyncClient) -> None:
    for path in ("/alerts/rules/new", "/alerts/recipients/new", "/alerts/retry-dead"):
        assert (await stranger.post(path, data=RULE)).status_code in (303, 401)


async def test_all_that_was_given_up_is_sent_again_by_one_button(
    desk: httpx.AsyncClient, planted: Store, machine: Machine
) -> None:
    publish(planted)
    from tests.web.test_pages import _give_up

    _give_up(planted)
    assert "/alerts/retry-dead" in (await desk.get("/alerts?state=dead")).text
    assert (await desk.post("/alerts/retry-dead")).status_code == 303
    assert planted.counts(NOW).deliveries.get(DeliveryState.DEAD, 0) == 0


async def test_what_is_made_on_a_page_holds_at_the_next_check_without_a_restart(world: World) -> None:
    now = NOW
    assert world.announce() == []
    press = Recipient("press", "email", options={"to": ["press@example.org"]})
    world.store.made.save(press, "ana", now)
    world.store.made.save(Rule("more", ("press",)), "ana", now)
    assert world.announce("entry2") == ["press@example.org"]
    assert [mail["To"] for mail in await world.mails()] == ["press@example.org"]
    world.store.made.remove_rule("more")
    assert world.announce("entry3") == []


async def test_what_waits_for_the_digest_of_a_rule_that_was_removed_goes_out_at_its_time(world: World) -> None:
    press = Recipient("press", "email", options={"to": ["press@example.org"]})
    world.store.made.save(press, "ana", NOW)
    world.store.made.save(Rule("weekly", ("press",), how=Digest("0 8 * * mon", "UTC")), "ana", NOW)
    world.announce("entry1")
    world.announce("entry2")
    (due_at,) = {row.due_at for row in world.store.deliveries.listing()}
    world.store.made.remove_rule("weekly")
    assert await world.mails() == []
    assert {row.due_at for row in world.store.deliveries.listing()} == {due_at}
    assert due_at is not None
    courier = replace(world.app.watch._courier(), clock=lambda: due_at + timedelta(seconds=1))
    world.app.watch._courier = lambda: courier
    (digest,) = await world.mails()
    assert digest["Subject"].startswith("2 announcements")


async def test_what_waits_for_a_recipient_that_was_removed_ends_with_the_reason(world: World) -> None:
    press = Recipient("press", "email", options={"to": ["press@example.org"]})
    world.store.made.save(press, "ana", NOW)
    world.store.made.save(Rule("weekly", ("press",), how=Digest("0 8 * * mon", "UTC")), "ana", NOW)
    world.announce("entry1")
    assert world.store.made.remove_recipient("press", "the recipient was removed by ana", NOW)
    (row,) = world.store.deliveries.listing()
    assert (row.state, row.answer) == (DeliveryState.DISABLED, "the recipient was removed by ana")


async def test_a_webhook_made_on_a_page_is_called_through_the_guarded_door(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHER_HOOK_X", "whsec_" + "a2tr" * 10)
    receiver = HttpReceiver([http(204)])
    async with listening(receiver) as port:
        for name, host in (("allowed", HOST), ("inside", "127.0.0.1")):
            options = {"url": f"http://{host}:{port}/in", "secret": "${WATCHER_HOOK_X}"}
            world.store.made.save(Recipient(name, "webhook", options=options), "ana", NOW)
        world.store.made.save(Rule("both", ("allowed", "inside")), "ana", NOW)
        world.announce()
        await world.app.watch.deliver()
    assert len(receiver.requests) == 1
    states = {row.recipient_id: row.state for row in world.store.deliveries.listing()}
    assert states == {"allowed": DeliveryState.DELIVERED, "inside": DeliveryState.RETRYING}
