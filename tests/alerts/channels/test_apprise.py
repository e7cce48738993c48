"""Chat services through apprise: a real HTTP server plays the service, and what it is told is what is recorded."""

from __future__ import annotations

import asyncio
import builtins
import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.alerts.receivers import HOST, HttpReceiver, Talk, dripping, http, listening, quietly, reset, silence
from tests.alerts.samples import announcement, claimed, recipient, said
from watcher.alerts.channels import Means, channels, senders
from watcher.alerts.channels.apprise import AppriseOptions, AppriseSender, without_secrets
from watcher.errors import ConfigError, DeliveryError
from watcher.models.alerts import Sent

pytest.importorskip("apprise", reason="the extra apprise is not installed")
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # in one of its services

TO = recipient("apprise", urls=("${CHAT}",))
TOKEN = "xoxb-canary-4711"


def chat(url: str, *, patience: float = 5) -> AppriseSender:
    def secret(reference: str) -> str:
        if reference != "${CHAT}":
            raise ConfigError(f"{reference} is not set; set it in the environment")
        return url

    return AppriseSender(secret, UTC, timedelta(seconds=patience))


async def send(step: bytes | Talk, *, query: str = "", patience: float = 5, payload: Any = None) -> HttpReceiver:
    """Send one alert to a service that does this."""
    receiver = HttpReceiver([step])
    async with listening(receiver) as port:
        sender = chat(f"json://user:{TOKEN}@{HOST}:{port}/{TOKEN}{query}", patience=patience)
        await sender.send(claimed("apprise", "${CHAT}", about=payload), TO)
    return receiver


async def refusal(step: bytes | Talk, *, query: str = "", patience: float = 5) -> DeliveryError:
    with quietly(), pytest.raises(DeliveryError) as refused:
        await send(step, query=query, patience=patience)
    assert TOKEN not in str(refused.value)
    assert (refused.value.permanent, refused.value.disable) == (False, False)
    return refused.value


def message(receiver: HttpReceiver) -> Mapping[str, str]:
    (request,) = receiver.requests
    found: Mapping[str, str] = json.loads(request.body)
    return found


async def test_a_service_is_told_title_quote_and_links_as_text() -> None:
    told = message(await send(http(200)))
    assert "Migrant Protection Protocols" in told["title"]
    assert "https://watcher.example/entries/entry1" in told["message"]
    assert "*Migrant Protection Protocols*" in told["message"]


async def test_what_a_service_took_is_recorded_as_taken() -> None:
    async with listening(HttpReceiver([http(200)])) as port:
        assert await chat(f"json://{HOST}:{port}").send(claimed("apprise", "${CHAT}"), TO) == Sent("taken by JSON")


async def test_a_refusal_keeps_the_reason_and_shows_no_token() -> None:
    assert "error=500" in str(await refusal(http(500)))


async def test_a_connection_that_breaks_is_a_failure() -> None:
    assert "JSON: failure" in str(await refusal(reset))


async def test_a_silent_service_is_given_up_after_its_own_patience() -> None:
    began = asyncio.get_running_loop().time()
    await refusal(silence, query="?rto=0.3")
    assert asyncio.get_running_loop().time() - began < 3


async def test_a_service_that_drips_is_given_up_when_the_message_has_lasted_too_long() -> None:
    began = asyncio.get_running_loop().time()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    error = await refusal(dripping(head, b"x", 0.1), patience=0.6)
    assert "no answer in time" in str(error)
    assert asyncio.get_running_loop().time() - began < 3


async def test_a_title_calls_nobody() -> None:
    title = "@everyone <!channel> the Migrant Protection Protocols end"
    told = message(await send(http(200), payload=said(announcement(title=title))))
    assert "@everyone" not in told["title"] + told["message"]
    assert "<!channel>" not in told["title"] + told["message"]


async def test_an_address_that_apprise_does_not_know_says_where_it_stands() -> None:
    with pytest.raises(DeliveryError, match=r"\$\{CHAT\} holds no address") as refused:
        await chat(f"pigeon://{TOKEN}").send(claimed("apprise", "${CHAT}"), TO)
    assert TOKEN not in str(refused.value)


async def test_a_reference_that_leads_nowhere_is_an_error_that_passes() -> None:
    with pytest.raises(DeliveryError, match=r"\$\{OTHER\} is not set"):
        await chat("json://x").send(claimed("apprise", "${OTHER}"), TO)


async def test_nothing_that_apprise_says_reaches_our_log(caplog: pytest.LogCaptureFixture) -> None:
    means = Means(clock=lambda: datetime.now(UTC), secret=lambda reference: f"pigeon://{TOKEN}")
    with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryError):
        await channels()["apprise"].build(means).send(claimed("apprise", "${CHAT}"), TO)
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("url", [f"slack://{TOKEN}/B/C", "json://example.org", "", "${not a name}"])
def test_an_address_written_out_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="urls") as refused:
        AppriseOptions(url)
    assert TOKEN not in str(refused.value)


def test_no_address_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        AppriseOptions(())


def test_each_reference_is_an_address_of_its_own() -> None:
    both = recipient("apprise", urls=("${SLACK}", "file:/run/secrets/ntfy"))
    AppriseOptions(**both.options)
    assert channels()["apprise"].addresses(both) == ("${SLACK}", "file:/run/secrets/ntfy")


def test_every_piece_of_an_address_is_masked() -> None:
    url = "slack://T1234/B5678/abc%2Fdefg?footer=no"
    assert without_secrets("no T1234 and B5678 or abc%2Fdefg, abc, defg", url) == "no •••• and •••• or ••••, abc, ••••"


def test_where_it_is_not_installed_the_one_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    importing = builtins.__import__

    def without(name: str, *how: Any, **more: Any) -> Any:
        if name == "apprise":
            raise ImportError(name)
        return importing(name, *how, **more)

    monkeypatch.delitem(sys.modules, "apprise")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match=r'pip install "asylum-watcher\[apprise\]"'):
        senders([TO], Means(clock=lambda: datetime.now(UTC), secret=lambda reference: "x"))
