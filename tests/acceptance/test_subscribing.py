"""Subscribing with the real daemon: the page, the mail, the button, and what a kill in between leaves."""

from __future__ import annotations

import asyncio
import re
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
from aiosmtpd.smtp import SMTP

from tests.acceptance.daemon import command, running, until
from tests.alerts.receivers import HOST, Mailbox, mail_server

SOURCES = """
publishers: [{id: dhs, name: Department, type: executive}]
sources: [{id: dhs-news, publisher: dhs, kind: feed, url: https://agency.example/feed, enabled: false}]
recipients: [{id: desk, channel: email, to: [desk@example.org]}]
rules: [{id: all, send: [desk]}]
"""
FORM = {"address": "ana@example.org", "frequency": "daily", "language": "es", "timezone": "UTC"}
HEADERS = {"host": "watcher.test", "sec-fetch-site": "same-origin"}


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return str(listening.getsockname()[1])


def read(mail: bytes) -> EmailMessage:
    message = message_from_bytes(mail, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def link(mail: bytes) -> str:
    text = read(mail).get_body(("plain",))
    assert text is not None
    found = re.search(r"http://watcher\.test(/subscribe/confirm/\S+)", text.get_content())
    assert found, text.get_content()
    return found[1]


async def test_a_subscription_survives_a_kill_while_its_mail_is_sent(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(SOURCES, "utf-8")
    port, never = free_port(), asyncio.Event()

    async def hang(server: SMTP) -> None:
        await never.wait()

    mailbox = Mailbox(after_data=hang)
    async with mail_server(mailbox) as smtp:
        environment = {
            "WATCHER_CONFIG": str(tmp_path / "sources.yaml"),
            "WATCHER_DATA_DIR": str(tmp_path / "data"),
            "WATCHER_SMTP_URL": f"smtp+plain://{HOST}:{smtp}",
            "WATCHER_MAIL_FROM": "alerts@example.org",
            "WATCHER_BASE_URL": "http://watcher.test",
        }
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=HEADERS) as client:
            async with running(environment, "--port", port) as daemon:
                await daemon.says("watching")
                assert (await client.post("/subscribe", data=FORM)).status_code == 200
                await until(lambda: bool(mailbox.messages), 20, lambda: daemon.text)
            mailbox.after_data = None
            async with running(environment, "--port", port) as daemon:
                await daemon.says("watching")
                await until(lambda: len(mailbox.messages) == 2, 20, lambda: daemon.text)
                first, again = mailbox.messages
                assert (read(first)["Message-ID"], link(first)) == (read(again)["Message-ID"], link(again))
                answer = await client.post(link(again))
                assert "Está suscrito" in answer.text
                assert await daemon.stop() == 0
    code, output = await command(environment, "recipients", "list")
    assert code == 0
    assert re.search(r"ana@example\.org +es +subscribed .* daily", output), output
