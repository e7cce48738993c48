"""From where a request comes: what guesses are counted by, and what a session's owner sees of it."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.requests import Request

from watcher.models.accounts import Visitor
from watcher.web.site import site

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_BEHIND_ONE_ROUTER = 64
"""Bits of an IPv6 address that one customer of a provider cannot choose (RFC 6177)."""


def visitor(request: Request) -> Visitor:
    """The address, also through a trusted proxy, and the name of the browser."""
    return Visitor(
        str(_address(request, site(request).trusted_proxies) or "unknown"), request.headers.get("user-agent", "")
    )


def neighbourhood(address: str) -> str:
    """What is counted as one place: an IPv4 address, or the network of an IPv6 address."""
    at = _parsed(address)
    if isinstance(at, IPv6Address):
        return f"{IPv6Address(int(at) >> _BEHIND_ONE_ROUTER << _BEHIND_ONE_ROUTER)}/{_BEHIND_ONE_ROUTER}"
    return address


def _address(request: Request, proxies: Collection[Network]) -> Address | None:
    """The peer; when that is a trusted proxy, what it says. Only the last entry is the proxy's own."""
    peer = _parsed(request.client.host) if request.client else None
    if peer is None or not any(peer in network for network in proxies):
        return peer
    return _parsed(request.headers.get("x-forwarded-for", "").split(",")[-1].strip()) or peer


def _parsed(text: str) -> Address | None:
    try:
        at = ip_address(text)
    except ValueError:
        return None
    return getattr(at, "ipv4_mapped", None) or at
