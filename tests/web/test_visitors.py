"""From where a request comes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from watcher.settings import LOOPBACK
from watcher.web.visitors import neighbourhood, visitor


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.66, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
        ("a-socket", "", "unknown"),
    ],
)
def test_only_a_trusted_proxy_is_believed_and_only_its_own_entry(
    app: Starlette, peer: str, forwarded: str, address: str
) -> None:
    app.state.site = replace(app.state.site, trusted_proxies=LOOPBACK)
    headers = [(b"x-forwarded-for", forwarded.encode()), (b"user-agent", b"Browser/1")]
    found = visitor(Request({"type": "http", "client": (peer, 1), "headers": headers, "app": app}))
    assert (found.address, found.agent) == (address, "Browser/1")


def test_a_network_of_one_customer_is_one_place() -> None:
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:2") == "2001:db8::/64"
    assert neighbourhood("2001:db8:0:1::1") != neighbourhood("2001:db8::1")
    assert neighbourhood("203.0.113.9") != neighbourhood("203.0.113.8")
    assert neighbourhood("unknown") == "unknown"
