"""Delivering: from the outbox of a real store through real channels to real receivers, and back as a record."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.alerts.receivers import HOST, HttpReceiver, Mailbox, http, listening, mail_server, quietly, silence
from tests.alerts.samples import recipient, said
from tests.store.building import NOW, entry, entry_record, found
from watcher.alerts.channels import Sender, channels
from watcher.alerts.channels.email import EmailSender
from watcher.alerts.channels.file import FileSender
from watcher.alerts.channels.webhook import WebhookSender
from watcher.alerts.retry import WEBHOOK
from watcher.alerts.smtp import Patience, SmtpSettings
from watcher.fetch import AllowedAddress, Fetcher
from watcher.models.alerts import Delivery, DeliveryState
from watcher.models.catalog import Recipient
from watcher.models.identity import delivery_id, entry_id
from watcher.models.views import DeliveryRow
from watcher.pipeline.deliver import Courier, DeliverySummary, attempt, deliver_due
from watcher.store import Store

KEY = "whsec_" + base64.b64encode(b"k" * 32).decode()


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Desk:
    """A courier for tests, with its clock; recipients are added as they are needed."""

    courier: Courier
    recipients: dict[str, Recipient]
    clock: Clock


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock, recipients = Clock(), dict[str, Recipient]()
    fetcher = Fetcher(contact="", allow=[AllowedAddress.parse(f"{HOST}/32")], clock=clock)
    webhook = WebhookSender(fetcher.send, lambda reference: KEY, clock)
    senders: dict[str, Sender] = {"webhook": webhook, "file": FileSender()}
    yield Desk(Courier(channels(), senders, recipients, clock, Random(1)), recipients, clock)
    await fetcher.aclose()


def hook(port: int, path: str = "in", *, called: str = "hook") -> Recipient:
    return recipient("webhook", called=called, url=f"http://{HOST}:{port}/{path}", secret="${KEY}")


def put(store: Store, to: Recipient, *keys: str, payload: Mapping[str, Any] | None = None) -> None:
    """Record entries (named by `keys`) that make a delivery to each address of a recipient."""
    records = []
    for key in keys or ("1",):
        id_ = entry_id("kind-news", key)
        deliveries = tuple(
            Delivery(
                id=delivery_id(to.id, address, id_, 1),
                entry_id=id_,
                rule_ids=("all",),
                recipient_id=to.id,
                channel=to.channel,
                address=address,
                payload=said() if payload is None else payload,
                due_at=NOW,
            )
            for address in channels()[to.channel].addresses(to)
        )
        records.append(entry_record(entry(key), deliveries=deliveries))
    found(store, *records)


def rows(store: Store) -> dict[str, DeliveryRow]:
    return {row.id: row for row in store.deliveries.listing()}


def only(store: Store) -> DeliveryRow:
    (row,) = rows(store).values()
    return row


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the condition lies in a database or with a receiver
            await asyncio.sleep(0.01)


async def cancelled(delivering: asyncio.Task[DeliverySummary]) -> None:
    delivering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await delivering


async def test_what_is_due_is_sent_through_its_channel_and_recorded(store: Store, desk: Desk, tmp_path: Path) -> None:
    file, receiver, mailbox = tmp_path / "alerts.jsonl", HttpReceiver([http(204)]), Mailbox()
    async with listening(receiver) as port, mail_server(mailbox) as smtp:
        settings = SmtpSettings(HOST, smtp, "plain", mail_from="alerts@example.org")
        courier = replace(
            desk.courier, senders={**desk.courier.senders, "email": EmailSender(settings, desk.clock, UTC)}
        )
        told = [
            recipient("email", called="desk", to=("a@example.org", "b@example.org")),
            recipient("file", called="log", path=str(file)),
            hook(port),
        ]
        for number, each in enumerate(told):
            desk.recipients[each.id] = each
            put(store, each, str(number))
        summary = await deliver_due(store, courier)
    assert summary == DeliverySummary(delivered=4)
    assert sorted(mailbox.addresses) == ["a@example.org", "b@example.org"]
    assert {row.state for row in rows(store).values()} == {DeliveryState.DELIVERED}
    assert {row.attempts for row in rows(store).values()} == {1}
    assert await deliver_due(store, courier) == DeliverySummary()


async def test_a_receiver_that_fails_is_tried_again_when_its_schedule_says_so(store: Store, desk: Desk) -> None:
    receiver = HttpReceiver([http(500), http(200)])
    async with listening(receiver) as port:
        desk.recipients["hook"] = hook(port)
        put(store, desk.recipients["hook"])
        assert await deliver_due(store, desk.courier) == DeliverySummary(retrying=1)
        row = only(store)
        assert row.state is DeliveryState.RETRYING
        assert row.answer.startswith("500: ")
        assert row.due_at is not None
        assert timedelta(seconds=4) <= row.due_at - NOW <= timedelta(seconds=6)
        assert await deliver_due(store, desk.courier) == DeliverySummary()
        desk.clock.now = row.due_at
        assert await deliver_due(store, desk.courier) == DeliverySummary(delivered=1)
    assert len({(request.headers["webhook-id"], request.body) for request in receiver.requests}) == 1
    assert only(store).attempts == 2


async def test_a_receivers_wish_to_wait_is_kept(store: Store, desk: Desk) -> None:
    async with listening(HttpReceiver([http(429, retry_after="3600")])) as port:
        desk.recipients["hook"] = hook(port)
        put(store, desk.recipients["hook"])
        await deliver_due(store, desk.courier)
    assert only(store).due_at == NOW + timedelta(hours=1)


async def test_a_receiver_that_never_works_is_given_up_with_the_reason_and_can_be_retried(
    store: Store, desk: Desk
) -> None:
    receiver = HttpReceiver([http(404)])
    async with listening(receiver) as port:
        desk.recipients["hook"] = hook(port)
        put(store, desk.recipients["hook"])
        while (due := store.deliveries.next_due_at()) is not None:
            desk.clock.now = max(desk.clock.now, due)
            await deliver_due(store, desk.courier)
        assert len(receiver.requests) == WEBHOOK.attempts
        dead = only(store)
        assert dead.state is DeliveryState.DEAD
        assert dead.answer.startswith("given up after 10 attempts: 404")
        receiver.script = [http(200)]
        receiver.requests.clear()
        assert store.deliveries.retry(desk.clock.now, [dead.id]) == 1
        assert await deliver_due(store, desk.courier) == DeliverySummary(delivered=1)


async def test_a_receiver_that_is_gone_is_disabled_and_can_be_retried(store: Store, desk: Desk) -> None:
    async with listening(HttpReceiver([http(410), http(200)])) as port:
        desk.recipients["hook"] = hook(port)
        put(store, desk.recipients["hook"])
        assert await deliver_due(store, desk.courier) == DeliverySummary(disabled=1)
        assert only(store).state is DeliveryState.DISABLED
        store.deliveries.retry(NOW, [only(store).id])
        assert await deliver_due(store, desk.courier) == DeliverySummary(delivered=1)


async def test_receivers_that_hang_delay_no_other_and_what_was_sent_is_recorded_meanwhile(
    store: Store, desk: Desk
) -> None:
    hanging, healthy = HttpReceiver([silence]), HttpReceiver([http(200)])
    with quietly():
        async with listening(hanging) as stuck, listening(healthy) as port:
            for number in range(3):
                each = hook(stuck, str(number), called=f"stuck{number}")
                desk.recipients[each.id] = each
                put(store, each, *(f"{number}-{n}" for n in range(5)))
            desk.recipients["hook"] = hook(port)
            put(store, desk.recipients["hook"], "early")
            delivering = asyncio.create_task(deliver_due(store, desk.courier))
            await until(lambda: len(store.deliveries.listing(state=DeliveryState.DELIVERED)) == 1)
            put(store, desk.recipients["hook"], "late")
            await until(lambda: len(store.deliveries.listing(state=DeliveryState.DELIVERED)) == 2)
            assert len(store.deliveries.listing(state=DeliveryState.SENDING)) == 3 * 4
            await cancelled(delivering)


async def test_what_is_committed_while_others_hang_is_sent_at_once_on_news(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.pipeline.deliver.LOOK_AGAIN", 60)
    hanging, healthy, news = HttpReceiver([silence]), HttpReceiver([http(200)]), asyncio.Event()
    with quietly():
        async with listening(hanging) as stuck, listening(healthy) as port:
            desk.recipients.update({"stuck": hook(stuck, called="stuck"), "hook": hook(port)})
            put(store, desk.recipients["stuck"], "stuck")
            delivering = asyncio.create_task(deliver_due(store, desk.courier, news=news))
            await until(lambda: len(hanging.requests) == 1)
            put(store, desk.recipients["hook"], "new")
            news.set()
            await until(lambda: len(healthy.requests) == 1)
            await cancelled(delivering)


async def test_news_that_comes_while_the_last_claim_finds_nothing_is_not_missed(store: Store, desk: Desk) -> None:
    receiver, news = HttpReceiver([http(200)]), asyncio.Event()

    class Late:
        """An outbox in which something is committed just after the first claim."""

        deliveries: Any

        def claim_due(self, *now: datetime, **how: Any) -> Any:
            found = store.deliveries.claim_due(*now, **how)
            if not store.deliveries.listing():
                put(store, desk.recipients["hook"])
                loop.call_soon_threadsafe(news.set)
            return found

        def finish(self, *results: Any) -> None:
            store.deliveries.finish(*results)

    loop, late = asyncio.get_running_loop(), Late()
    late.deliveries = late
    async with listening(receiver) as port:
        desk.recipients["hook"] = hook(port)
        assert await deliver_due(late, desk.courier, news=news) == DeliverySummary(delivered=1)


async def test_a_mail_server_that_hangs_delays_no_webhook(store: Store, desk: Desk) -> None:
    healthy = HttpReceiver([http(200)])
    with quietly():
        async with listening(silence) as smtp, listening(healthy) as port:
            mail = EmailSender(SmtpSettings(HOST, smtp, "plain"), desk.clock, UTC)
            courier = replace(desk.courier, senders={**desk.courier.senders, "email": mail})
            many = recipient("email", called="many", to=tuple(f"{n}@example.org" for n in range(30)))
            desk.recipients.update({"many": many, "hook": hook(port)})
            put(store, many, "mail")
            put(store, desk.recipients["hook"], "call")
            delivering = asyncio.create_task(deliver_due(store, courier))
            await until(lambda: len(store.deliveries.listing(state=DeliveryState.DELIVERED)) == 1)
            await cancelled(delivering)
    assert len(store.deliveries.listing(state=DeliveryState.RETRYING)) == 30


@pytest.mark.parametrize("missing", ["recipient", "channel", "address", "kept on another channel"])
async def test_what_the_configuration_no_longer_knows_is_dead_with_the_reason_until_it_comes_back(
    store: Store, desk: Desk, tmp_path: Path, missing: str
) -> None:
    log = recipient("file", called="log", path=str(tmp_path / "alerts.jsonl"))
    put(store, log)
    known: dict[str, Recipient] = {"log": log}
    courier = replace(desk.courier, recipients=known)
    changed = {
        "recipient": replace(courier, recipients={}),
        "channel": replace(courier, senders={}),
        "address": replace(courier, recipients={"log": replace(log, options={"path": "another"})}),
        "kept on another channel": replace(courier, recipients={"log": recipient("console", called="log")}),
    }
    assert await deliver_due(store, changed[missing]) == DeliverySummary(dead=1)
    assert only(store).answer.startswith("not sent: ")
    assert "put it back and retry" in only(store).answer
    store.deliveries.retry(NOW)
    assert await deliver_due(store, courier) == DeliverySummary(delivered=1)


async def test_a_message_that_breaks_its_sender_delays_no_other(store: Store, desk: Desk, tmp_path: Path) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as smtp:
        mail = EmailSender(SmtpSettings(HOST, smtp, "plain", mail_from="a@example.org"), desk.clock, UTC)
        desk.recipients["desk"] = recipient("email", to=("a@example.org",))
        put(store, desk.recipients["desk"], "poison", payload={"data": {}})
        put(store, desk.recipients["desk"], "good")
        summary = await deliver_due(store, replace(desk.courier, senders={"email": mail}))
    assert summary == DeliverySummary(delivered=1, retrying=1)
    (row,) = store.deliveries.listing(state=DeliveryState.RETRYING)
    assert "KeyError" in row.answer


async def test_a_sender_that_ignores_time_is_stopped_at_its_deadline(store: Store, desk: Desk, tmp_path: Path) -> None:
    class Sleeper(FileSender):
        async def send(self, claimed: Any, recipient: Recipient) -> Any:
            await asyncio.sleep(60)

    desk.recipients["log"] = recipient("file", called="log", path=str(tmp_path / "alerts.jsonl"))
    put(store, desk.recipients["log"])
    sleeper = Sleeper(deadline=timedelta(seconds=0.1))
    await asyncio.wait_for(deliver_due(store, replace(desk.courier, senders={"file": sleeper})), 3)
    assert only(store).answer == "no answer within 0.1 s; see whether the receiver works"


async def test_after_a_stop_nothing_more_is_claimed_and_what_is_under_way_ends(store: Store, desk: Desk) -> None:
    stop, sent = asyncio.Event(), asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sent.set()
        await asyncio.sleep(0.3)
        writer.write(http(200))

    async with listening(HttpReceiver([slow])) as port:
        desk.recipients["hook"] = hook(port)
        put(store, desk.recipients["hook"], "1")
        delivering = asyncio.create_task(deliver_due(store, desk.courier, stop=stop))
        await sent.wait()
        stop.set()
        put(store, desk.recipients["hook"], "2")
        assert await delivering == DeliverySummary(delivered=1)
    assert sorted(row.state for row in rows(store).values()) == [DeliveryState.DELIVERED, DeliveryState.WAITING]


async def test_what_is_under_way_when_delivering_is_cancelled_is_due_again_at_once(store: Store, desk: Desk) -> None:
    receiver = HttpReceiver([silence, http(200)])
    with quietly():
        async with listening(receiver) as port:
            desk.recipients["hook"] = hook(port)
            put(store, desk.recipients["hook"])
            delivering = asyncio.create_task(deliver_due(store, desk.courier))
            await until(lambda: len(receiver.requests) == 1)
            await cancelled(delivering)
            assert (only(store).state, only(store).due_at) == (DeliveryState.RETRYING, NOW)
            assert await deliver_due(store, desk.courier) == DeliverySummary(delivered=1)
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1


async def test_what_was_sent_and_not_recorded_is_sent_again_under_the_same_id(store: Store, desk: Desk) -> None:
    receiver = HttpReceiver([http(200)])
    async with listening(receiver) as port:
        desk.recipients["hook"] = hook(port)
        put(store, desk.recipients["hook"])
        (claimed,) = store.deliveries.claim_due(NOW, lease=desk.courier.lease, limit=10)
        lost = await attempt(claimed, desk.courier)
        assert await deliver_due(store, desk.courier) == DeliverySummary()
        desk.clock.now += desk.courier.lease
        assert await deliver_due(store, desk.courier) == DeliverySummary(delivered=1)
    assert len({(request.headers["webhook-id"], request.body) for request in receiver.requests}) == 1
    assert len(receiver.requests) == 2
    store.deliveries.finish([replace(lost, state=DeliveryState.DEAD)])
    assert only(store).state is DeliveryState.DELIVERED


def test_a_lease_lasts_longer_than_any_send(desk: Desk) -> None:
    assert desk.courier.lease == timedelta(seconds=120)
    ten_minutes = Patience(message=timedelta(minutes=10), whole=timedelta(minutes=11))
    mail = EmailSender(SmtpSettings(HOST, 25, "plain", patience=ten_minutes), desk.clock, UTC)
    courier = replace(desk.courier, senders={"email": mail})
    assert courier.lease > timedelta(minutes=11)


async def test_many_alerts_to_many_receivers_arrive_once_each(store: Store, desk: Desk) -> None:
    receiver = HttpReceiver([http(200)])
    async with listening(receiver) as port:
        for number in range(20):
            each = hook(port, str(number), called=f"hook{number}")
            desk.recipients[each.id] = each
            put(store, each, *(f"{number}-{n}" for n in range(10)))
        assert await deliver_due(store, desk.courier) == DeliverySummary(delivered=200)
    ids = [request.headers["webhook-id"] for request in receiver.requests]
    assert len(ids) == len(set(ids)) == 200
