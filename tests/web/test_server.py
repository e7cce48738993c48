"""The server inside the daemon."""

from __future__ import annotations

import asyncio
import signal

import httpx
import pytest

from tests.web.conftest import Machine, site_over
from tests.web.serving import serving
from watcher.store import Store
from watcher.web import server as web_server

HOST = {"host": "watcher.test"}


async def test_it_stops_when_told_and_leaves_signals_to_the_daemon(planted: Store, machine: Machine) -> None:
    before = signal.getsignal(signal.SIGTERM)
    async with serving(site_over(planted, machine)) as port, httpx.AsyncClient() as client:
        assert signal.getsignal(signal.SIGTERM) is before
        for _ in range(3):
            answer = await client.get(f"http://127.0.0.1:{port}/healthz", headers=HOST)
            assert answer.status_code == 200
            assert "server" not in answer.headers


async def test_headers_without_end_are_refused(planted: Store, machine: Machine) -> None:
    async with serving(site_over(planted, machine)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: watcher.test\r\nX-Long: " + b"x" * 40_000)
        assert b" 400 " in await reader.readline()
        writer.close()


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HT", b"POST /logout HTTP/1.1\r\nHost: watcher.test\r\nContent-Length: 9\r\n\r\nab"]
)
async def test_who_does_not_finish_a_request_is_hung_up_on(
    planted: Store, machine: Machine, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(web_server, "REQUEST_WITHIN", 0.2)
    async with serving(site_over(planted, machine)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        await asyncio.wait_for(reader.read(), 5)
        writer.close()


async def test_a_connection_that_asks_again_is_kept(
    planted: Store, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_server, "REQUEST_WITHIN", 0.2)
    async with serving(site_over(planted, machine)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: watcher.test\r\n\r\n")
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\nok\n"), 5)
            assert b"200 OK" in head
            await asyncio.sleep(0.3)
        writer.close()


async def test_in_a_crowd_who_dawdles_longest_makes_room(
    planted: Store, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_server, "CROWD", 3)
    async with serving(site_over(planted, machine)) as port:
        dawdling = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        (first, _), (second, writer), _ = dawdling
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{port}/healthz", headers=HOST)
        hung_up = await asyncio.wait_for(first.read(), 5)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: watcher.test\r\n\r\n")
        line = await asyncio.wait_for(second.readline(), 5)
        for _, each in dawdling:
            each.close()
    assert (answer.status_code, hung_up) == (200, b"")
    assert b"200 OK" in line
