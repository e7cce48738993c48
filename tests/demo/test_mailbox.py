"""The mailbox takes messages by real SMTP and shows them as text."""

from __future__ import annotations

import asyncio
import smtplib
from email.message import EmailMessage

import httpx

from tests.demo.conftest import NOW
from watcher.demo.stage import DESK_HOST, Stage


def message(subject: str = "Se suspende el Título 42", html: str = "") -> EmailMessage:
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = "watcher@newsroom.demo", "desk@newsroom.demo", subject
    written["Message-ID"] = "<abc@newsroom.demo>"
    written.set_content("Más aquí: http://127.0.0.3/news/1\n" + "x" * 300)
    if html:
        written.add_alternative(html, subtype="html")
    return written


async def send(stage: Stage, written: EmailMessage) -> None:
    def by_hand() -> None:
        with smtplib.SMTP(DESK_HOST, stage.smtp_port, timeout=5) as server:
            server.send_message(written)

    await asyncio.to_thread(by_hand)


async def test_a_mail_is_taken_and_read(stage: Stage) -> None:
    await send(stage, message())
    (mail,) = stage.mailbox.mails
    assert (mail.number, mail.received_at) == (1, NOW)
    assert mail.recipients == ("desk@newsroom.demo",)
    assert mail.header("subject") == "Se suspende el Título 42"
    assert mail.header("Message-ID") == "<abc@newsroom.demo>"
    assert mail.text.startswith("Más aquí: http://127.0.0.3/news/1")
    assert mail.header("X-None") == ""


async def test_the_mailbox_page_lists_messages_and_opens_each(stage: Stage, web: httpx.AsyncClient) -> None:
    assert "No message has arrived yet" in (await web.get(f"{stage.desk}/mailbox")).text
    await send(stage, message())
    assert "Se suspende el Título 42" in (await web.get(f"{stage.desk}/mailbox")).text
    page = (await web.get(f"{stage.desk}/mailbox/1")).text
    assert "Más aquí" in page
    assert "&lt;abc@newsroom.demo&gt;" in page
    assert (await web.get(f"{stage.desk}/mailbox/2")).status_code == 404
    assert (await web.get(f"{stage.desk}/mailbox/1/html")).status_code == 404


async def test_a_hostile_subject_is_shown_as_text_and_html_is_kept_in_a_sandbox(
    stage: Stage, web: httpx.AsyncClient
) -> None:
    await send(stage, message("<script>alert(1)</script>", html="<b>hello</b>"))
    assert "<script>" not in (await web.get(f"{stage.desk}/mailbox")).text
    assert "<script>" not in (await web.get(f"{stage.desk}/mailbox/1")).text
    shown = await web.get(f"{stage.desk}/mailbox/1/html")
    assert "<b>hello</b>" in shown.text
    assert shown.headers["content-security-policy"].startswith("sandbox")
