"""Which addresses may be dialled: those of the public internet, and those that the operator allows by name.

Judged is the address that is about to be dialled, not the name: a name can resolve to something else a second later
(DNS rebinding). `is_global` of the standard library is not enough: 3.11 calls 2002:a00:1:: and 64:ff9b::a00:1 global,
which both carry 10.0.0.1 inside.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from watcher.fetch.problems import forbidden, plain

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IANA's special-purpose registries, and what is reserved, multicast or retired beside them
_CLOSED_V4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_OPEN_V6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    ipaddress.IPv6Network(net)
    for net in (
        "2001::/23",  # IETF protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside, retired by RFC 7526
        "3fff::/20",
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class AllowedAddress:
    """A range outside the public internet that may be dialled, on one port or on all (None)."""

    network: Network
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> AllowedAddress:
        """From `address[/len][:port]`, IPv6 with port in brackets: "127.0.0.2/32:8080", "[fd00::/8]:443".

        Raises ValueError with what is wrong.
        """
        network, port = _split(text.strip())
        try:
            return cls(ipaddress.ip_network(network), None if port is None else _port(port))
        except ValueError as error:
            raise ValueError(f"{text!r} is not address/len[:port]: {error}") from None

    def __str__(self) -> str:
        """As `parse` reads it."""
        if self.port is None:
            return str(self.network)
        return f"[{self.network}]:{self.port}" if self.network.version == 6 else f"{self.network}:{self.port}"

    def holds(self, address: Address, port: int) -> bool:
        """Whether this range covers the address and the port."""
        return (self.port is None or self.port == port) and address in self.network


def _split(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        network, _, rest = text[1:].partition("]")
        return network, rest.removeprefix(":") or None
    if text.count(":") == 1:
        network, _, port = text.partition(":")
        return network, port
    return text, None


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError(f"{text!r} is not a port")
    return int(text)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet; one that carries an IPv4 address is judged by that."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in net for net in _CLOSED_V4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address.scope_id is not None or address not in _OPEN_V6:
        return False
    return address.is_global and not any(address in net for net in _CLOSED_V6)


def literal(host: str) -> Address | None:
    """The address that a host is written as, or None when it is a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def is_closed(url: str, allow: Collection[AllowedAddress]) -> bool:
    """Whether an http address says already by its host that it will not be dialled; a name is judged when it is."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    address = literal("127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host)
    if address is None:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return not is_public(address) and not any(allowed.holds(address, port) for allowed in allow)


def judge(host: str, port: int, answers: Sequence[str], allow: Collection[AllowedAddress]) -> list[Address]:
    """The addresses of a host, fit to be dialled in this order.

    Raises FetchError (refused, unasked) when any answer is outside the public internet and not allowed: a name with
    mixed answers is an attack or a mistake, and which of them gets dialled must not be chance.
    """
    return [_judged(host, port, answer, allow) for answer in answers]


def _judged(host: str, port: int, answer: str, allow: Collection[AllowedAddress]) -> Address:
    address = literal(answer)
    if address is None:
        raise forbidden(f"{plain(host)}: {plain(answer)!r} is not an address")
    address = getattr(address, "ipv4_mapped", None) or address
    if is_public(address) or any(allowed.holds(address, port) for allowed in allow):
        return address
    raise forbidden(_forbidden(host, port, address))


def _forbidden(host: str, port: int, address: Address) -> str:
    if literal(host) is not None:
        return f"{plain(host)}:{port} is not on the public internet"
    return f"{plain(host)}:{port} is at {address}, which is not on the public internet"
