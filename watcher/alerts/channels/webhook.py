"""Alerts as signed HTTP requests to another program: Standard Webhooks 1.0, JSON, the same body on every attempt."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from watcher.alerts import signature
from watcher.alerts.channels.base import Answer, Channel, Means, Post, Sender, is_reference, texts
from watcher.alerts.oneline import one_line
from watcher.alerts.retry import WEBHOOK
from watcher.errors import ConfigError, DeliveryError, FetchError
from watcher.models.alerts import ClaimedDelivery, Sent
from watcher.models.catalog import Recipient
from watcher.models.secret import Secret

DEADLINE = timedelta(seconds=15)
"""Of an attempt, the answer's body included: Standard Webhooks proposes 15 to 30 seconds."""
GONE = 410
TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class WebhookOptions:
    """Which address is called, and with which secret the request is signed."""

    url: str
    """http or https, or a reference to where the address is kept: "${NAME}" or "file:path"."""
    secret: str | tuple[str, ...]
    """A reference to the signing secret ("whsec_" and base64 of 24 to 64 bytes); several while one replaces another."""

    def __post_init__(self) -> None:
        _check_url(self.url)
        secrets = texts(self.secret)
        if not secrets or not all(is_reference(each) for each in secrets):
            raise ValueError("secret must be a reference like ${WATCHER_HOOK_SECRET} or file:/run/secrets/hook")


@dataclass(frozen=True, slots=True)
class WebhookSender:
    """Posts deliveries through the guarded door. `secret` resolves references; `patience` is for one request."""

    post: Post
    secret: Callable[[str], str]
    clock: Callable[[], datetime]
    patience: timedelta = DEADLINE

    @property
    def deadline(self) -> timedelta:
        """A little more than `patience`, so that the door's own account of what went wrong is heard."""
        return self.patience + timedelta(seconds=5)

    async def send(self, claimed: ClaimedDelivery, recipient: Recipient) -> Sent:
        """One request; 2xx is success, whatever the body says."""
        delivery = claimed.delivery
        body = body_of(delivery.payload)
        url, headers = self._address(delivery.address), self._headers(delivery.id, body, recipient)
        try:
            answer = await self.post(url, headers=headers, body=body, deadline=self.patience)
        except FetchError as error:
            said = f"{error.problem.message}; {error.problem.advice}"
            raise DeliveryError(said, retry_after=error.retry_after) from error
        return _judge(answer)

    def _address(self, address: str) -> str:
        return self._resolved(address) if is_reference(address) else address

    def _headers(self, delivery_id: str, body: bytes, recipient: Recipient) -> dict[str, str]:
        secrets = [Secret(self._resolved(reference)) for reference in texts(recipient.options["secret"])]
        try:
            signed = signature.headers(delivery_id, self.clock(), body, secrets)
        except ValueError as error:
            raise DeliveryError(f"not sent: recipient {recipient.id}: {error}") from error
        return {"content-type": "application/json", **signed}

    def _resolved(self, reference: str) -> str:
        try:
            return self.secret(reference)
        except ConfigError as error:
            raise DeliveryError(f"not sent: {error}") from error


def body_of(payload: Mapping[str, Any]) -> bytes:
    """The payload as bytes: the same for the same payload, so that every attempt sends the same."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")


def _judge(answer: Answer) -> Sent:
    status, said = answer.status, one_line(answer.body[:500].decode("utf-8", "replace"), 200)
    if 200 <= status < 300:
        return Sent(f"{status} {said}".strip())
    if status == GONE:
        raise DeliveryError(
            "410: the receiver asks not to be called again; correct or remove the recipient, then retry its alerts",
            disable=True,
            answer=said,
        )
    too_large = status == TOO_LARGE
    said_so = f"{status}: {_advice(answer)}"
    raise DeliveryError(said_so, of_message=too_large, retry_after=answer.retry_after, answer=said)


def _advice(answer: Answer) -> str:
    status = answer.status
    if 300 <= status < 400:
        target = one_line(next((v for k, v in answer.headers.items() if k.lower() == "location"), ""), 200)
        return f"the receiver has moved to {target or 'another address'}; redirects are not followed: change the url"
    if status in (401, 403):
        return "the receiver refuses us; check its secret and the url"
    if status == 404:
        return "the receiver has nothing at this address; check the url"
    if status == TOO_LARGE:
        return "the receiver says that the message is too large; let it accept larger ones"
    if status in (408, 425, 429) or status >= 500:
        return "the receiver cannot take it now"
    return "the receiver did not take it; see what it says"


def _check_url(url: str) -> None:
    if is_reference(url):
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("url must be an address like https://example.org/in")
    if parts.username or parts.password:
        raise ValueError("url holds a user or password; keep all of it secret instead, like url: ${WATCHER_HOOK_URL}")


def _addresses(recipient: Recipient) -> tuple[str, ...]:
    return (str(recipient.options["url"]),)


def _build(means: Means) -> Sender:
    if means.post is None:
        raise ConfigError("the webhook channel needs a way to the network")
    return WebhookSender(means.post, means.secret, means.clock)


CHANNEL = Channel(name="webhook", options=WebhookOptions, addresses=_addresses, schedule=WEBHOOK, build=_build)
