"""Digests and bursts on their way: one message under one id, and every delivery in it recorded."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.alerts.receivers import HOST, HttpReceiver, Mailbox, http, listening, mail_server, silence
from tests.alerts.samples import announcement, recipient, said
from tests.pipeline.test_deliver import Desk, cancelled, desk, hook, put, rows, until
from tests.store.building import NOW
from watcher.alerts.channels.email import EmailSender
from watcher.alerts.smtp import SmtpSettings
from watcher.models.alerts import Delivery, DeliveryState
from watcher.pipeline.deliver import DeliverySummary, deliver_due
from watcher.store import Store

__all__ = ["desk"]
DAILY = "0 8 * * * America/New_York"
DAY = timedelta(days=1)


def collect(store: Store, to: str, address: str, channel: str, number: int) -> None:
    """Deliveries that wait for a digest."""
    made = [
        Delivery(f"d{each}", f"e{each}", ("all",), to, channel, address, said(), NOW, digest=DAILY)
        for each in range(number)
    ]
    store.deliveries.add(made, NOW)


async def test_a_digest_is_one_signed_request_under_one_id_on_every_attempt(store: Store, desk: Desk) -> None:
    receiver = HttpReceiver([http(503), http(204)])
    async with listening(receiver) as port:
        to = desk.recipients["hook"] = hook(port)
        collect(store, "hook", str(to.options["url"]), "webhook", 3)
        assert await deliver_due(store, desk.courier) == DeliverySummary(retrying=3)
        desk.clock.now += DAY / 24
        assert await deliver_due(store, desk.courier) == DeliverySummary(delivered=3)
    assert len({(each.headers["webhook-id"], each.body) for each in receiver.requests}) == 1
    body = json.loads(receiver.requests[0].body)
    assert (body["type"], body["data"]["count"]) == ("digest", 3)
    assert {row.batch for row in rows(store).values()} == {receiver.requests[0].headers["webhook-id"]}
    assert {(row.state, row.attempts) for row in rows(store).values()} == {(DeliveryState.DELIVERED, 2)}


async def test_a_burst_is_one_mail_and_the_next_alert_another(store: Store, desk: Desk) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as smtp:
        settings = SmtpSettings(HOST, smtp, "plain", mail_from="alerts@example.org")
        courier = replace(desk.courier, senders={"email": EmailSender(settings, desk.clock, UTC)})
        to = desk.recipients["desk"] = recipient("email", to=("a@example.org",))
        put(store, to, *map(str, range(40)))
        assert await deliver_due(store, courier) == DeliverySummary(delivered=40)
    (mail,) = (message_from_bytes(each) for each in mailbox.messages)
    (batch,) = {row.batch for row in rows(store).values()}
    assert mail["Message-ID"] == f"<{batch}@example.org>"
    assert mail["Subject"].startswith("40 announcements: ")


async def test_a_batch_that_was_under_way_when_watcher_stopped_is_sent_again_as_it_was(
    store: Store, desk: Desk
) -> None:
    receiver = HttpReceiver([silence, http(204)])
    async with listening(receiver) as port:
        to = desk.recipients["hook"] = hook(port)
        collect(store, "hook", str(to.options["url"]), "webhook", 3)
        delivering = asyncio.create_task(deliver_due(store, desk.courier))
        await until(lambda: bool(receiver.requests))
        await cancelled(delivering)
        assert {row.state for row in rows(store).values()} == {DeliveryState.RETRYING}
        assert await deliver_due(store, desk.courier) == DeliverySummary(delivered=3)
    assert len({(each.headers["webhook-id"], each.body) for each in receiver.requests}) == 1


@pytest.mark.parametrize("gone", [410])
async def test_a_receiver_that_is_gone_disables_the_whole_batch(store: Store, desk: Desk, gone: int) -> None:
    async with listening(HttpReceiver([http(gone)])) as port:
        to = desk.recipients["hook"] = hook(port)
        collect(store, "hook", str(to.options["url"]), "webhook", 3)
        await deliver_due(store, desk.courier)
    assert {row.state for row in rows(store).values()} == {DeliveryState.DISABLED}


class Suspicious(Mailbox):
    """A mail server that takes no message with a certain word in it."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if b"poison" in envelope.content:
            return "554 5.7.1 looks like spam"
        return await super().handle_DATA(server, session, envelope)


async def test_one_alert_that_no_server_takes_keeps_no_other_one_back(store: Store, desk: Desk) -> None:
    mailbox = Suspicious()
    async with mail_server(mailbox) as smtp:
        settings = SmtpSettings(HOST, smtp, "plain", mail_from="alerts@example.org")
        courier = replace(desk.courier, senders={"email": EmailSender(settings, desk.clock, UTC)})
        to = desk.recipients["desk"] = recipient("email", to=("a@example.org",))
        put(store, to, *map(str, range(8)))
        put(store, to, "bad", payload=said(announcement(title="poison")))
        await deliver_due(store, courier)
    states = sorted(row.state for row in rows(store).values())
    assert states == [DeliveryState.DEAD, *[DeliveryState.DELIVERED] * 8]
    assert len(mailbox.messages) == 8
    ids = {message_from_bytes(each)["Message-ID"] for each in mailbox.messages}
    assert ids == {f"<{row.id}@example.org>" for row in rows(store).values() if row.state is DeliveryState.DELIVERED}
    (dead,) = (row for row in rows(store).values() if row.state is DeliveryState.DEAD)
    assert "looks like spam" in dead.answer


async def test_a_digest_that_is_too_large_for_its_receiver_goes_in_pieces(store: Store, desk: Desk) -> None:
    receiver = HttpReceiver([http(413), http(204)])
    async with listening(receiver) as port:
        to = desk.recipients["hook"] = hook(port)
        collect(store, "hook", str(to.options["url"]), "webhook", 3)
        await deliver_due(store, desk.courier)
    assert [json.loads(each.body)["type"] for each in receiver.requests] == ["digest", *["match.created"] * 3]
    assert {row.state for row in rows(store).values()} == {DeliveryState.DELIVERED}
