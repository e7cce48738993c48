"""Webhooks through the real door to a real receiver, verified with the library of Standard Webhooks."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from tests.alerts.receivers import (
    HOST,
    HttpReceiver,
    Talk,
    certificates,
    dripping,
    http,
    listening,
    quietly,
    reset,
    silence,
)
from tests.alerts.samples import claimed, recipient, said
from watcher.alerts.channels.webhook import WebhookOptions, WebhookSender, body_of
from watcher.errors import ConfigError, DeliveryError
from watcher.fetch import AllowedAddress, Fetcher
from watcher.models.alerts import Sent
from watcher.models.catalog import Recipient

SECRETS = {
    "${HOOK}": "whsec_" + base64.b64encode(b"h" * 32).decode(),
    "${NEW_HOOK}": "whsec_" + base64.b64encode(b"n" * 64).decode(),
    "${BARE}": base64.b64encode(b"b" * 24).decode(),
    "${SHORT}": "whsec_" + base64.b64encode(b"short").decode(),
    "${NOT_BASE64}": "whsec_hunter2!",
}


def secret(reference: str) -> str:
    if reference not in SECRETS:
        raise ConfigError(f"{reference} is not set; set it in the environment")
    return SECRETS[reference]


@pytest.fixture
async def by() -> AsyncIterator[WebhookSender]:
    fetcher = Fetcher(contact="", allow=[AllowedAddress.parse(f"{HOST}/32")], clock=lambda: datetime.now(UTC))
    yield WebhookSender(fetcher.send, secret, lambda: datetime.now(UTC))
    await fetcher.aclose()


def hook(port: int, *secrets: str) -> Recipient:
    return recipient("webhook", url=f"http://{HOST}:{port}/in", secret=secrets or ("${HOOK}",))


async def send(by: WebhookSender, to: Recipient) -> Sent:
    return await by.send(claimed("webhook", to.options["url"]), to)


async def refusal(by: WebhookSender, to: Recipient) -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        await send(by, to)
    return refused.value


async def test_a_receiver_can_verify_what_it_is_sent(by: WebhookSender) -> None:
    receiver = HttpReceiver([http(204)])
    async with listening(receiver) as port:
        sent = await send(by, hook(port))
    request = receiver.requests[0]
    assert sent.answer == "204"
    assert request.line == "POST /in HTTP/1.1"
    assert request.headers["webhook-id"] == "delivery1"
    assert request.headers["content-type"] == "application/json"
    assert Webhook(SECRETS["${HOOK}"]).verify(request.body, request.headers) == said()


async def test_every_attempt_sends_the_same_body_under_the_same_id() -> None:
    receiver, times = HttpReceiver([http(500)]), iter([datetime.now(UTC), datetime.now(UTC) + timedelta(seconds=90)])
    fetcher = Fetcher(contact="", allow=[AllowedAddress.parse(f"{HOST}/32")], clock=lambda: datetime.now(UTC))
    by = WebhookSender(fetcher.send, secret, lambda: next(times))
    async with listening(receiver) as port:
        for _ in range(2):
            await refusal(by, hook(port))
    await fetcher.aclose()
    one, two = receiver.requests
    assert (one.body, one.headers["webhook-id"]) == (two.body, two.headers["webhook-id"])
    assert int(two.headers["webhook-timestamp"]) - int(one.headers["webhook-timestamp"]) == 90
    for request in (one, two):
        Webhook(SECRETS["${HOOK}"]).verify(request.body, request.headers)


async def test_while_a_secret_is_replaced_both_the_old_and_the_new_one_verify(by: WebhookSender) -> None:
    receiver = HttpReceiver([http(200)])
    async with listening(receiver) as port:
        await send(by, hook(port, "${HOOK}", "${NEW_HOOK}", "${BARE}"))
    request = receiver.requests[0]
    for name in ("${HOOK}", "${NEW_HOOK}", "${BARE}"):
        Webhook(SECRETS[name]).verify(request.body, request.headers)


async def test_a_body_survives_the_way_through_a_database_byte_for_byte() -> None:
    payload = said()
    assert body_of(json.loads(json.dumps(payload, sort_keys=True))) == body_of(payload)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 413, 425, 429, 500, 501, 502, 503, 504])
async def test_whatever_else_a_receiver_answers_is_tried_again(by: WebhookSender, status: int) -> None:
    async with listening(HttpReceiver([http(status, b"because")])) as port:
        refused = await refusal(by, hook(port))
    assert (refused.permanent, refused.disable, refused.retry_after) == (False, False, None)
    assert str(refused).startswith(f"{status}: ")
    assert refused.answer == "because"


@pytest.mark.parametrize("status", [429, 503])
async def test_the_receivers_wish_to_wait_is_handed_on(by: WebhookSender, status: int) -> None:
    async with listening(HttpReceiver([http(status, retry_after="120")])) as port:
        assert (await refusal(by, hook(port))).retry_after == timedelta(minutes=2)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed_and_the_reason_names_the_new_address(by: WebhookSender, status: int) -> None:
    target = HttpReceiver([http(200)])
    async with listening(target) as elsewhere:
        location = f"http://{HOST}:{elsewhere}/new"
        async with listening(HttpReceiver([http(status, location=location)])) as port:
            refused = await refusal(by, hook(port))
    assert target.requests == []
    assert not refused.permanent
    assert location in str(refused)


async def test_a_receiver_that_is_gone_is_not_called_again(by: WebhookSender) -> None:
    async with listening(HttpReceiver([http(410)])) as port:
        assert (await refusal(by, hook(port))).disable


async def test_a_receiver_that_was_down_gets_it_later(by: WebhookSender) -> None:
    receiver = HttpReceiver([http(500), http(500), http(500), http(200)])
    async with listening(receiver) as port:
        for _ in range(3):
            await refusal(by, hook(port))
        await send(by, hook(port))
    assert len({request.body for request in receiver.requests}) == 1


@pytest.mark.parametrize(
    "talk",
    [silence, dripping(b"HTTP/1.1 200 OK\r\n", b"X"), reset],
    ids=["silent", "slow-headers", "resets"],
)
async def test_a_receiver_that_never_answers_is_given_up_in_time(by: WebhookSender, talk: Talk) -> None:
    with quietly():
        async with listening(HttpReceiver([talk])) as port:
            refused = await asyncio.wait_for(refusal(replace(by, patience=timedelta(seconds=0.5)), hook(port)), 10)
    assert (refused.permanent, refused.disable) == (False, False)


@pytest.mark.parametrize("length", [b"Content-Length: 1000000\r\n", b""], ids=["slow-body", "endless-body"])
async def test_a_good_answer_with_a_body_that_never_ends_is_a_good_answer_in_time(
    by: WebhookSender, length: bytes
) -> None:
    by = replace(by, patience=timedelta(seconds=0.5))
    talk = dripping(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n", b"x")
    with quietly():
        async with listening(HttpReceiver([talk])) as port:
            sent = await asyncio.wait_for(send(by, hook(port)), 10)
    assert sent.answer.startswith("200")
    assert len(sent.answer) <= 204


async def test_a_receiver_that_stores_and_breaks_off_gets_a_copy_under_the_same_id(by: WebhookSender) -> None:
    receiver = HttpReceiver([reset, http(200)])
    async with listening(receiver) as port:
        await refusal(by, hook(port))
        await send(by, hook(port))
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1


async def test_a_login_page_with_status_200_counts_as_taken_and_is_kept_as_the_answer(by: WebhookSender) -> None:
    async with listening(HttpReceiver([http(200, b"<html>\r\n<b>log in</b>")])) as port:
        assert (await send(by, hook(port))).answer == "200 <html> <b>log in</b>"


async def test_a_certificate_that_nobody_vouches_for_is_refused(by: WebhookSender) -> None:
    receiver = HttpReceiver([http(200)])
    with quietly():
        async with listening(receiver, tls=certificates().serving) as port:
            to = recipient("webhook", url=f"https://{HOST}:{port}/", secret="${HOOK}")
            refused = await refusal(by, to)
    assert (receiver.requests, refused.permanent) == ([], False)
    assert "certificate" in str(refused).lower()


async def test_an_address_inside_is_not_dialled(by: WebhookSender) -> None:
    to = recipient("webhook", url="http://127.0.0.1:9/", secret="${HOOK}")
    assert "127.0.0.1" in str(await refusal(by, to))


@pytest.mark.parametrize("reference", ["${SHORT}", "${NOT_BASE64}", "${MISSING}"])
async def test_a_secret_that_cannot_sign_stops_the_message_and_is_not_shown(by: WebhookSender, reference: str) -> None:
    receiver = HttpReceiver([http(200)])
    async with listening(receiver) as port:
        refused = await refusal(by, hook(port, reference))
    assert receiver.requests == []
    assert not refused.permanent
    assert "hunter2" not in str(refused)


async def test_the_address_may_be_kept_secret_too(by: WebhookSender, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = HttpReceiver([http(200)])
    async with listening(receiver) as port:
        monkeypatch.setitem(SECRETS, "${URL}", f"http://{HOST}:{port}/hidden")
        await send(by, recipient("webhook", url="${URL}", secret="${HOOK}"))
    assert receiver.requests[0].line.startswith("POST /hidden ")


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("ftp://receiver.example/", "${HOOK}"),
        ("receiver.example", "${HOOK}"),
        ("https://user:hunter2@receiver.example/", "${HOOK}"),
        ("https://receiver.example/", "whsec_plain"),
        ("https://receiver.example/", ()),
        ("https://receiver.example/", ("${HOOK}", "plain")),
    ],
)
def test_options_that_cannot_be_meant_are_refused(url: str, keys: str | tuple[str, ...]) -> None:
    with pytest.raises(ValueError) as refused:
        WebhookOptions(url, keys)
    assert "hunter2" not in str(refused.value)
