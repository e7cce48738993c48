"""The faults W1-W18 of HTTP receivers, each a short story: it fails, time goes by, it works or a person mends it."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from standardwebhooks import Webhook, WebhookVerificationError

from tests.alerts.receivers import HOST, HttpReceiver, Talk, dripping, http, listening, reset, silence
from tests.campaigns.receiving import KEYS, Fault, Stage, until
from watcher.alerts.channels.webhook import WebhookSender
from watcher.fetch import AllowedAddress, Fetcher
from watcher.models.alerts import DeliveryState

OK = http(204)


async def _heals(stage: Stage, *script: bytes | Talk) -> None:
    """One alert to a receiver that gets well by itself."""
    receiver = HttpReceiver([*script, OK])
    async with listening(receiver) as port:
        stage.put(stage.hook(f"http://{HOST}:{port}/in"))
        await stage.go_on()
    stage.heard(receiver)
    assert {request.body for request in receiver.requests} == {receiver.requests[0].body}


async def w1(stage: Stage) -> None:
    await _heals(stage, silence)


async def w2(stage: Stage) -> None:
    await _heals(stage, dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05))


async def w3(stage: Stage) -> None:
    await _heals(stage, dripping(b"HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\n", b"x", 0.05))


async def w4(stage: Stage) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    await _heals(stage, dripping(b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n", chunk, 0))


async def w5(stage: Stage) -> None:
    await _heals(stage, *[http(500)] * 3)


async def _waits(stage: Stage, status: int, wish: int) -> None:
    receiver = HttpReceiver([http(status, retry_after=str(wish)), OK])
    async with listening(receiver) as port:
        stage.put(stage.hook(f"http://{HOST}:{port}/in"))
        await stage.deliver()
        due = stage.row().due_at
        assert due is not None
        assert due - stage.clock.now == timedelta(seconds=wish)
        await stage.go_on()
    stage.heard(receiver)


async def w6(stage: Stage) -> None:
    await _waits(stage, 503, 7200)


async def w7(stage: Stage) -> None:
    await _waits(stage, 429, 600)


async def w8(stage: Stage) -> None:
    await _heals(stage, http(408), http(425))


async def w9(stage: Stage) -> None:
    target = HttpReceiver([OK])
    async with listening(target) as port:
        await _heals(stage, *[http(status, location=f"http://{HOST}:{port}/") for status in (301, 307, 308)])
    assert target.requests == []


async def w10(stage: Stage) -> None:
    receiver = HttpReceiver([http(410), OK])
    async with listening(receiver) as port:
        stage.put(stage.hook(f"http://{HOST}:{port}/in"))
        await stage.go_on()
        assert stage.row().state is DeliveryState.DISABLED
        assert len(receiver.requests) == 1
        stage.store.deliveries.retry(stage.clock.now, [stage.row().id])
        await stage.go_on()
    stage.heard(receiver)


async def w11(stage: Stage) -> None:
    await _heals(stage, http(400), http(401), http(404))


async def w12(stage: Stage) -> None:
    await _heals(stage, http(413))


async def w13(stage: Stage) -> None:
    await _heals(stage, reset)


async def w14(stage: Stage) -> None:
    receiver = HttpReceiver([http(200, b"<html><form>Log in")])
    async with listening(receiver) as port:
        stage.put(stage.hook(f"http://{HOST}:{port}/in"))
        await stage.go_on()
    stage.heard(receiver)
    assert "Log in" in stage.row().answer


def _serving(authority: trustme.CA, name: str = HOST, ends: datetime | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name, not_after=ends).configure_cert(context)
    return context


async def w15(stage: Stage) -> None:
    ours, others, receiver = trustme.CA(), trustme.CA(), HttpReceiver([OK])
    path = Path(str(stage.store._engine.url.database)).with_suffix(".pem")
    ours.cert_pem.write_to_path(str(path))
    trusting = Fetcher(contact="", allow=[AllowedAddress.parse(f"{HOST}/32")], clock=stage.clock, ca_file=path)
    sender = stage.senders["webhook"]
    assert isinstance(sender, WebhookSender)
    stage.senders["webhook"] = WebhookSender(trusting.send, sender.secret, stage.clock, sender.patience)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    bad = (_serving(others), _serving(ours, "other.example"), _serving(ours, ends=yesterday))
    async with listening(receiver) as free:
        port = free
    stage.put(stage.hook(f"https://{HOST}:{port}/in"))
    for context in bad:
        async with listening(receiver, tls=context, port=port):
            due = stage.store.deliveries.next_due_at()
            assert due is not None
            stage.clock.now = max(stage.clock.now, due)
            await stage.deliver()
        assert "certificate" in stage.row().answer.lower(), stage.row().answer
    assert receiver.requests == []
    async with listening(receiver, tls=_serving(ours), port=port):
        await stage.go_on()
    await trusting.aclose()
    stage.heard(receiver)


def _verifying(receiver: HttpReceiver, secret: list[str], refused: list[str]) -> Talk:
    """Answers 401 to what the library of Standard Webhooks does not accept."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = receiver.requests[-1]
        try:
            Webhook(KEYS[secret[0]]).verify(request.body, request.headers)
            writer.write(OK)
        except WebhookVerificationError as error:
            refused.append(str(error))
            writer.write(http(401))

    return talk


async def w16(stage: Stage) -> None:
    sender, off = stage.senders["webhook"], [timedelta(minutes=10)]
    assert isinstance(sender, WebhookSender)
    stage.senders["webhook"] = WebhookSender(
        sender.post, sender.secret, lambda: datetime.now(UTC) + off[0], sender.patience
    )
    receiver, refused = HttpReceiver([OK]), list[str]()
    receiver.script = [_verifying(receiver, ["${OLD}"], refused)]
    async with listening(receiver) as port:
        stage.put(stage.hook(f"http://{HOST}:{port}/in"))
        await stage.deliver()
        off[0] = timedelta(minutes=-10)
        due = stage.row().due_at
        assert due is not None
        stage.clock.now = due
        await stage.deliver()
        off[0] = timedelta(0)
        await stage.go_on()
    assert len(refused) == 2
    stage.heard(receiver)


async def w17(stage: Stage) -> None:
    sender = stage.senders["webhook"]
    assert isinstance(sender, WebhookSender)
    stage.senders["webhook"] = WebhookSender(sender.post, sender.secret, lambda: datetime.now(UTC), sender.patience)
    receiver, secret, refused = HttpReceiver([OK]), ["${OLD}"], list[str]()
    receiver.script = [_verifying(receiver, secret, refused)]
    async with listening(receiver) as port:
        url = f"http://{HOST}:{port}/in"
        for ours, theirs in (
            (("${OLD}",), "${OLD}"),
            (("${NEW}", "${OLD}"), "${OLD}"),
            (("${NEW}", "${OLD}"), "${NEW}"),
            (("${NEW}",), "${NEW}"),
        ):
            secret[0] = theirs
            stage.put(stage.hook(url, *ours), 5)
            await stage.go_on()
    assert refused == []
    stage.heard(receiver)


async def w18(stage: Stage) -> None:
    hanging = [HttpReceiver([silence, OK]), HttpReceiver([silence, silence, OK]), HttpReceiver([silence, OK])]
    healthy = HttpReceiver([OK])
    patient = stage.senders["webhook"]
    assert isinstance(patient, WebhookSender)
    stage.senders["webhook"] = WebhookSender(patient.post, patient.secret, stage.clock, timedelta(seconds=4))
    async with AsyncExitStack() as open_ones:
        for number, receiver in enumerate(hanging):
            port = await open_ones.enter_async_context(listening(receiver))
            stage.put(stage.hook(f"http://{HOST}:{port}/in", called=f"stuck{number}"), 5)
        port = await open_ones.enter_async_context(listening(healthy))
        well = stage.hook(f"http://{HOST}:{port}/in", called="well")
        delivering = asyncio.create_task(stage.deliver())
        await until(lambda: all(receiver.requests for receiver in hanging))
        for number in range(1, 4):
            stage.put(well)
            assert await until(lambda wanted=number: len(healthy.requests) == wanted) < 10  # type: ignore[misc]
        await delivering
        stage.senders["webhook"] = patient
        await stage.go_on()
    for receiver in (*hanging, healthy):
        stage.heard(receiver)


FAULTS = (
    Fault("W1", "accepts and says nothing", w1),
    Fault("W2", "headers that never end", w2),
    Fault("W3", "500 with a body that drips", w3),
    Fault("W4", "500 with an endless body", w4),
    Fault("W5", "500 three times", w5),
    Fault("W6", "503 and Retry-After of two hours", w6),
    Fault("W7", "429 and Retry-After of ten minutes", w7),
    Fault("W8", "408, 425", w8),
    Fault("W9", "301, 307, 308: the target sees nothing", w9),
    Fault("W10", "410, until a person retries", w10),
    Fault("W11", "400, 401, 404", w11),
    Fault("W12", "413", w12),
    Fault("W13", "stores, then breaks the connection", w13),
    Fault("W14", "200 and a login page", w14),
    Fault("W15", "certificates: stranger's, wrong name, expired", w15),
    Fault("W16", "its clock is 10 minutes off, both ways", w16),
    Fault("W17", "verifies all; the secret is rotated", w17),
    Fault("W18", "three hang, one is well: told within 10 s", w18),
)
