"""The faults S1-S14 of mail servers, each a short story: it fails, time goes by, it works or a person mends it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.alerts.receivers import HOST, Mailbox, Talk, certificates, mail_server, only_password
from tests.campaigns.receiving import Fault, Stage
from watcher.models.alerts import DeliveryState
from watcher.models.secret import Secret

THREE = ("a@example.org", "b@example.org", "c@example.org")


def says(text: str) -> Talk:
    """A server that says one thing and hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text.encode() + b"\r\n")
        await writer.drain()
        writer.close()

    return talk


async def _heals(stage: Stage, mailbox: Mailbox, **options: Any) -> None:
    """One alert to a server that gets well by itself."""
    async with mail_server(mailbox, **options) as port:
        stage.mail(port)
        stage.put(stage.desk())
        await stage.go_on()
    stage.took(mailbox)


async def s1(stage: Stage) -> None:
    mailbox = Mailbox()
    with socket.socket() as reserved:  # bound and not listening: it refuses connections
        reserved.bind((HOST, 0))
        port = reserved.getsockname()[1]
        stage.mail(port)
        stage.put(stage.desk())
        await stage.deliver()
    assert stage.row().state is DeliveryState.RETRYING
    async with mail_server(mailbox, port=port):
        await stage.go_on()
    stage.took(mailbox)


async def s2(stage: Stage) -> None:
    await _heals(stage, Mailbox(), before=[says("421 4.3.2 too busy")] * 3)


async def s3(stage: Stage) -> None:
    class Greylist(dict[str, str]):
        def get(self, address: str, default: Any = None) -> Any:
            return "450 4.2.0 greylisted" if stage.clock.now < welcome else default

    welcome = stage.clock.now + timedelta(minutes=5)
    await _heals(stage, Mailbox(rcpt=Greylist()))


async def s4(stage: Stage) -> None:
    mailbox = Mailbox(rcpt={THREE[1]: "550 5.1.1 no such user"})
    async with mail_server(mailbox) as port:
        stage.mail(port)
        stage.put(stage.desk(*THREE))
        await stage.go_on()
    assert sorted(mailbox.addresses) == [THREE[0], THREE[2]]
    stage.took(mailbox)


async def s5(stage: Stage) -> None:
    mailbox = Mailbox(rcpt={THREE[1]: "452 4.2.2 mailbox full"})
    async with mail_server(mailbox) as port:
        stage.mail(port)
        stage.put(stage.desk(*THREE))
        await stage.deliver()
        mailbox.rcpt.clear()
        await stage.go_on()
    assert sorted(mailbox.addresses) == list(THREE)
    stage.took(mailbox)


async def s6(stage: Stage) -> None:
    mailbox = Mailbox(answers={"DATA": "451 4.3.0 try later"})
    async with mail_server(mailbox) as port:
        stage.mail(port)
        stage.put(stage.desk())
        await stage.deliver()
        mailbox.answers.clear()
        await stage.go_on()
    stage.took(mailbox)


async def s7(stage: Stage) -> None:
    mailbox, check, tls = Mailbox(), only_password(b"desk", b"hunter2"), certificates()
    async with mail_server(mailbox, authenticator=check, auth_required=True, tls_context=tls.serving) as port:
        stage.mail(port, "starttls", tls.trusting, user="desk", password=Secret("wrong"))
        stage.put(stage.desk())
        await stage.deliver()
        row = stage.row()
        assert "535" in row.answer
        assert row.due_at is not None
        assert row.due_at - stage.clock.now > timedelta(minutes=3)
        stage.mail(port, "starttls", tls.trusting, user="desk", password=Secret("hunter2"))
        await stage.go_on()
    stage.took(mailbox)


def _once(what: Callable[[SMTP], Any]) -> Callable[[SMTP], Any]:
    """After the first message was stored, this happens; after the others nothing."""
    left = [what]

    async def after(server: SMTP) -> None:
        if left:
            found = left.pop()(server)
            if found is not None:
                await found

    return after


def _abort(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


async def s8(stage: Stage) -> None:
    await _heals(stage, Mailbox(after_data=_once(_abort)))


async def s9(stage: Stage) -> None:
    eleven_minutes = asyncio.Event()  # on its own clock, which ends with the story
    await _heals(stage, Mailbox(after_data=_once(lambda server: eleven_minutes.wait())))
    eleven_minutes.set()
    await asyncio.sleep(0.05)


async def s10(stage: Stage) -> None:
    mailbox, tls = Mailbox(), certificates()
    async with mail_server(mailbox) as stripped:
        stage.mail(stripped, "starttls")
        stage.put(stage.desk())
        await stage.deliver()
    assert mailbox.messages == []
    assert "STARTTLS" in stage.row().answer
    async with mail_server(mailbox, tls_context=tls.serving, require_starttls=True) as port:
        stage.mail(port, "starttls", tls.trusting)
        await stage.go_on()
    stage.took(mailbox)


async def s11(stage: Stage) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox, data_size_limit=1000) as port:
        stage.mail(port)
        stage.put(stage.desk())
        await stage.go_on()
        assert stage.row().state is DeliveryState.DEAD
        assert "552" in stage.row().answer
    async with mail_server(mailbox) as port:  # the server takes larger ones now, and a person says: again
        stage.mail(port)
        assert stage.store.deliveries.retry(stage.clock.now) == 1
        await stage.go_on()
    stage.took(mailbox)


async def s12(stage: Stage) -> None:
    class Plain(Mailbox):
        async def handle_EHLO(  # noqa: N802
            self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]
        ) -> list[str]:
            session.host_name = hostname
            return [line for line in responses if "8BITMIME" not in line and "SMTPUTF8" not in line]

    mailbox = Plain()
    await _heals(stage, mailbox)
    (message,) = mailbox.messages
    assert message.isascii()
    assert max(map(len, message.split(b"\r\n"))) <= 998


async def s13(stage: Stage) -> None:
    async def trickling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            for character in b"220-mx.example takes its time\r\n" * 100:
                writer.write(bytes([character]))
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.close()

    began = asyncio.get_running_loop().time()
    await _heals(stage, Mailbox(), before=[trickling])
    assert asyncio.get_running_loop().time() - began < 5


async def s14(stage: Stage) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        stage.mail(port)
        stage.put(stage.desk(*THREE), 20)
        await stage.go_on()
    stage.took(mailbox)
    messages = {row.batch or row.id for row in stage.rows()}
    assert len(stage.got) == len(messages) <= 60


FAULTS = (
    Fault("S1", "refuses the connection", s1),
    Fault("S2", "421 instead of a greeting, three times", s2),
    Fault("S3", "450 for five minutes (greylisting)", s3),
    Fault("S4", "550 for one of three", s4, refused=1),
    Fault("S5", "452 for one of three, then room", s5),
    Fault("S6", "451 after DATA", s6),
    Fault("S7", "535, until the password is corrected", s7),
    Fault("S8", "stores, then breaks the connection", s8),
    Fault("S9", "stores, then says nothing for 11 minutes", s9),
    Fault("S10", "STARTTLS taken out", s10),
    Fault("S11", "SIZE 1000, until a person retries", s11),
    Fault("S12", "neither 8BITMIME nor SMTPUTF8", s12),
    Fault("S13", "a byte at a time", s13),
    Fault("S14", "250 to everything, 60 alerts counted", s14),
)
