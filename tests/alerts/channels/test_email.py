"""Mail over real servers: what arrives, and what each refusal and each fault means for the delivery."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, time, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from tests.alerts.receivers import (
    HOST,
    Certificates,
    Mailbox,
    certificates,
    dripping,
    listening,
    mail_server,
    only_password,
    quietly,
    reset,
    silence,
)
from tests.alerts.samples import NOW, claimed, recipient
from watcher.alerts.channels.email import CHANNEL, EmailOptions, EmailSender
from watcher.alerts.smtp import Patience, SmtpSettings, Tls
from watcher.errors import DeliveryError
from watcher.models.alerts import Sent
from watcher.models.catalog import Quiet
from watcher.models.secret import Secret

SHORT = Patience(*(timedelta(seconds=s) for s in (0.3, 0.3, 0.3, 2.0)))
TO = "a@example.org"


@pytest.fixture(scope="module")
def tls() -> Certificates:
    return certificates()


def sender(port: int, tls: Certificates | None = None, how: Tls = "plain", **settings: Any) -> EmailSender:
    smtp = SmtpSettings(HOST, port, how, mail_from="Watcher <alerts@example.org>", **settings)
    return EmailSender(smtp, lambda: NOW, UTC, tls.trusting if tls else None)


async def send(by: EmailSender, to: str = TO) -> Sent:
    return await by.send(claimed("email", to), recipient("email", to=(to,)))


def hang_up_on(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


async def hanging_up(server: SMTP) -> None:
    hang_up_on(server)


async def refusal(by: EmailSender, to: str = TO) -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        await send(by, to)
    return refused.value


async def test_a_mail_arrives_at_its_address_over_starttls(tls: Certificates) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox, tls_context=tls.serving, require_starttls=True) as port:
        sent = await send(sender(port, tls, "starttls"))
    assert sent.answer == "250 queued as 1"
    assert mailbox.addresses == [TO]
    assert message_from_bytes(mailbox.messages[0])["Message-ID"] == "<delivery1@example.org>"


async def test_a_mail_arrives_over_tls_from_the_start(tls: Certificates) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox, tls=tls.serving) as port:
        await send(sender(port, tls, "tls"))
    assert len(mailbox.messages) == 1


QUIET = Quiet(time(22), time(7), "America/New_York")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "2026-03-14 09:30 UTC"),
        ({"quiet": QUIET}, "2026-03-14 05:30 EDT"),
        ({"quiet": QUIET, "timezone": "America/Bogota"}, "2026-03-14 04:30 UTC-05"),
    ],
)
async def test_times_are_those_of_the_recipients_zone(more: dict[str, Any], said: str) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        await sender(port).send(claimed("email", TO), replace(recipient("email", to=(TO,)), **more))
    body = message_from_bytes(mailbox.messages[0], policy=policy.default).get_body(("plain",))
    assert body is not None
    assert said in body.get_content()


async def test_every_attempt_has_the_same_message_id() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        for _ in range(2):
            await send(sender(port))
    assert len({message_from_bytes(each)["Message-ID"] for each in mailbox.messages}) == 1


async def test_we_log_in_where_a_user_is_set(tls: Certificates) -> None:
    mailbox, check = Mailbox(), only_password(b"desk", b"hunter2")
    options = {"tls_context": tls.serving, "authenticator": check, "auth_required": True}
    async with mail_server(mailbox, **options) as port:
        await send(sender(port, tls, "starttls", user="desk", password=Secret("hunter2")))
        refused = await refusal(sender(port, tls, "starttls", user="desk", password=Secret("wrong")))
    assert len(mailbox.messages) == 1
    assert not refused.permanent
    assert "535" in str(refused)
    assert "WATCHER_SMTP_URL" in str(refused)
    assert "wrong" not in str(refused)


async def test_without_starttls_nothing_is_sent_and_the_reason_says_so() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        refused = await refusal(sender(port, how="starttls"))
    assert (mailbox.messages, refused.permanent) == ([], False)
    assert "STARTTLS" in str(refused)


async def test_a_certificate_that_nobody_vouches_for_is_refused(tls: Certificates) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox, tls_context=tls.serving) as port:
        with quietly():
            refused = await refusal(replace(sender(port, tls, "starttls"), tls=tls.suspicious))
    assert (mailbox.messages, refused.permanent) == ([], False)
    assert "certificate" in str(refused)


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    async with listening(silence) as port:
        pass
    refused = await refusal(sender(port))
    assert not refused.permanent
    assert f"{HOST}:{port}" in str(refused)


@pytest.mark.parametrize("banner", [b"421 too busy\r\n", b"554 go away\r\n"])
async def test_a_server_that_turns_everybody_away_is_tried_again(banner: bytes) -> None:
    async with listening(dripping(banner, b"", every=10)) as port:
        refused = await refusal(sender(port))
    assert not refused.permanent
    assert banner[:3].decode() in str(refused)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("550 5.1.1 <a@example.org>: no such user", "5.1.1"),
        ("550 5.7.1 5.1.1 listed", "5.7.1"),
        ("550 no such user (5.1.1)", "550"),
        ("553 5.1.10000 what", "553"),
        ("450 4.1.1 not now", ""),
    ],
)
async def test_a_refused_address_comes_with_the_status_that_says_why(said: str, status: str) -> None:
    async with mail_server(Mailbox(rcpt={TO: said})) as port:
        refused = await refusal(sender(port))
    assert refused.refused == status


@pytest.mark.parametrize("code", ["450 greylisted, come back in 5 minutes", "452 mailbox full"])
async def test_a_recipient_who_cannot_be_reached_now_is_tried_again(code: str) -> None:
    async with mail_server(Mailbox(rcpt={TO: code})) as port:
        refused = await refusal(sender(port))
    assert not refused.permanent
    assert refused.answer == code


async def test_one_refused_recipient_of_three_is_refused_alone() -> None:
    mailbox = Mailbox(rcpt={"b@example.org": "550 no such user"})
    async with mail_server(mailbox) as port:
        by = sender(port)
        for to in ("a@example.org", "c@example.org"):
            await send(by, to)
        refused = await refusal(by, "b@example.org")
    assert refused.permanent
    assert "550 no such user" in str(refused)
    assert mailbox.addresses == ["a@example.org", "c@example.org"]


@pytest.mark.parametrize(("code", "permanent"), [("451 try later", False), ("552 too large", True), ("554 spam", True)])
async def test_the_answer_to_the_message_decides_whether_it_is_tried_again(code: str, permanent: bool) -> None:
    async with mail_server(Mailbox(answers={"DATA": code})) as port:
        refused = await refusal(sender(port))
    assert (refused.permanent, refused.answer) == (permanent, code)


async def test_a_refused_sender_is_our_mistake_and_not_the_recipients() -> None:
    async with mail_server(Mailbox(answers={"MAIL": "550 who are you"})) as port:
        refused = await refusal(sender(port))
    assert not refused.permanent
    assert "WATCHER_MAIL_FROM" in str(refused)


async def test_a_message_above_the_servers_size_is_given_up() -> None:
    async with mail_server(Mailbox(), data_size_limit=100) as port:
        refused = await refusal(sender(port))
    assert refused.permanent
    assert refused.answer.startswith("552")


async def test_a_server_that_stores_and_hangs_up_is_tried_again_under_the_same_id() -> None:
    mailbox = Mailbox(after_data=hanging_up)
    async with mail_server(mailbox) as port:
        by = sender(port)
        with quietly():
            refused = await refusal(by)
        mailbox.after_data = None
        await send(by)
    assert not refused.permanent
    assert len({message_from_bytes(each)["Message-ID"] for each in mailbox.messages}) == 1


async def test_a_server_that_stores_and_says_nothing_is_given_up_in_time() -> None:
    async def hang(server: SMTP) -> None:
        await asyncio.sleep(30)

    async with mail_server(Mailbox(after_data=hang)) as port:
        refused = await asyncio.wait_for(refusal(sender(port, patience=SHORT)), 10)
    assert not refused.permanent
    assert "in time" in str(refused)


@pytest.mark.parametrize("talk", [silence, reset, dripping(b"2", b"2")], ids=["silent", "resets", "drips"])
async def test_a_server_that_never_comes_to_the_point_is_given_up_in_time(talk: Any) -> None:
    async with listening(talk) as port:
        refused = await asyncio.wait_for(refusal(sender(port, patience=SHORT)), 10)
    assert not refused.permanent


async def test_a_taken_message_stays_taken_when_the_goodbye_fails() -> None:
    async def then_break(server: SMTP) -> None:
        asyncio.get_running_loop().call_later(0.05, hang_up_on, server)

    mailbox = Mailbox(after_data=then_break)
    async with mail_server(mailbox) as port:
        with quietly():
            assert (await send(sender(port))).answer == "250 queued as 1"


async def test_a_server_is_asked_by_a_few_at_once() -> None:
    async def a_while(server: SMTP) -> None:
        await asyncio.sleep(0.05)

    mailbox = Mailbox(after_data=a_while)
    async with mail_server(mailbox) as port:
        by = sender(port, at_once=3)
        await asyncio.gather(*(send(by, f"{n}@example.org") for n in range(12)))
    assert (len(mailbox.messages), mailbox.most_at_once) == (12, 3)


def test_options_take_one_address_or_several() -> None:
    assert CHANNEL.addresses(recipient("email", to="a@example.org")) == ("a@example.org",)
    assert CHANNEL.addresses(recipient("email", to=["a@example.org", "b@example.org"])) == (
        "a@example.org",
        "b@example.org",
    )


@pytest.mark.parametrize("to", [(), "", ("a@example.org", "nobody"), "a@example.org\r\nRCPT TO:<b@example.org>"])
def test_options_without_usable_addresses_are_refused(to: Any) -> None:
    with pytest.raises(ValueError):
        EmailOptions(to)
