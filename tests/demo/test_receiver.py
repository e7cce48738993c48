"""The webhook receiver takes what is rightly signed, and nothing else."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import httpx
import pytest
from standardwebhooks import Webhook

from tests.demo.conftest import NOW
from watcher.demo.receiver import RefusedError, verify
from watcher.demo.stage import Stage

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = json.dumps({"type": "match.created", "data": {"title": "Título 42"}}).encode()


def signed(secret: str = SECRET, body: bytes = BODY, *, at: datetime = NOW, identity: str = "msg_1") -> dict[str, str]:
    """The headers as an independent implementation of the specification writes them."""
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(identity, at, body.decode()),
    }


def test_a_right_signature_gives_the_id() -> None:
    assert verify(SECRET, signed(), BODY, NOW) == "msg_1"


def test_one_right_signature_among_several_is_enough() -> None:
    headers = signed()
    headers["webhook-signature"] = "v1a,other v1,bm90IHRoaXM= " + headers["webhook-signature"]
    assert verify(SECRET, headers, BODY, NOW) == "msg_1"


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_message_without_one_of_the_headers_is_refused(missing: str) -> None:
    headers = signed()
    del headers[missing]
    with pytest.raises(RefusedError):
        verify(SECRET, headers, BODY, NOW)


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_a_message_from_another_time_is_refused(off: timedelta) -> None:
    with pytest.raises(RefusedError, match="five minutes"):
        verify(SECRET, signed(at=NOW + off), BODY, NOW)


def test_a_changed_body_a_changed_id_and_another_secret_are_refused() -> None:
    other = "whsec_" + "QUFB" * 8
    for headers, body in ((signed(), BODY + b" "), (signed() | {"webhook-id": "msg_2"}, BODY), (signed(other), BODY)):
        with pytest.raises(RefusedError, match="signature"):
            verify(SECRET, headers, body, NOW)


async def post(stage: Stage, web: httpx.AsyncClient, headers: dict[str, str], body: bytes = BODY) -> int:
    return (await web.post(f"{stage.desk}/hooks/in", headers=headers, content=body)).status_code


async def test_a_webhook_is_taken_once_and_counted_when_it_comes_again(stage: Stage, web: httpx.AsyncClient) -> None:
    assert await post(stage, web, signed(stage.secret)) == 204
    assert await post(stage, web, signed(stage.secret)) == 204
    (hook,) = stage.receiver.hooks
    assert (hook.id, hook.times) == ("msg_1", 2)
    page = (await web.get(f"{stage.desk}/hooks")).text
    assert "msg_1" in page
    assert "came 2 times" in page


async def test_a_wrong_signature_is_refused_and_shown(stage: Stage, web: httpx.AsyncClient) -> None:
    assert await post(stage, web, signed(SECRET)) == 401
    assert stage.receiver.hooks == ()
    assert "1 refused" in (await web.get(f"{stage.desk}/hooks")).text


async def test_a_signed_body_that_is_no_object_is_a_bad_request(stage: Stage, web: httpx.AsyncClient) -> None:
    assert await post(stage, web, signed(stage.secret, b"[1]"), b"[1]") == 400
    assert stage.receiver.hooks == ()


async def test_an_endless_webhook_is_cut_off(stage: Stage, web: httpx.AsyncClient) -> None:
    assert await post(stage, web, signed(stage.secret), b"x" * 1_100_000) == 413
