"""Which addresses may be dialled."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import FetchError, ProblemClass
from watcher.fetch.guard import AllowedAddress, is_public, judge, literal

CLOSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::ffff:0:10.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:a00:1::",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
OPEN = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "223.255.255.255",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "2620:4f:8000::1",
]


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_outside_the_public_internet_is_not_dialled(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(FetchError) as caught:
        judge("news.example.org", 443, [address], ())
    assert (caught.value.problem.kind, caught.value.problem.unasked) == (ProblemClass.REFUSED, True)


@pytest.mark.parametrize("address", OPEN)
def test_an_address_of_the_public_internet_is_dialled(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    assert len(judge("news.example.org", 443, [address], ())) == 1


@pytest.mark.parametrize("mixed", [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["8.8.8.8", "garbage"]])
def test_one_forbidden_answer_among_good_ones_forbids_the_name(mixed: list[str]) -> None:
    with pytest.raises(FetchError, match="example"):
        judge("mixed.example.org", 443, mixed, ())


def test_a_mapped_address_is_dialled_as_the_address_inside() -> None:
    assert [str(found) for found in judge("a.example", 80, ["::ffff:8.8.8.8"], ())] == ["8.8.8.8"]


def test_an_allowed_range_is_open_on_its_port_only() -> None:
    allow = [AllowedAddress.parse("127.0.0.2/31:8080")]
    assert judge("a.example", 8080, ["127.0.0.2", "::ffff:127.0.0.3"], allow)
    for address, port in [("127.0.0.1", 8080), ("127.0.0.4", 8080), ("127.0.0.2", 8081)]:
        with pytest.raises(FetchError, match=f"a.example:{port} is at {address}"):
            judge("a.example", port, [address], allow)


@pytest.mark.parametrize(
    ("text", "network", "port"),
    [
        ("127.0.0.2", "127.0.0.2/32", None),
        ("127.0.0.2:80", "127.0.0.2/32", 80),
        ("10.0.0.0/8", "10.0.0.0/8", None),
        (" 10.0.0.0/8:443 ", "10.0.0.0/8", 443),
        ("fd00::/8", "fd00::/8", None),
        ("[fd00::/8]:443", "fd00::/8", 443),
        ("[::1]", "::1/128", None),
    ],
)
def test_an_allowed_range_is_read_from_text(text: str, network: str, port: int | None) -> None:
    allowed = AllowedAddress(ipaddress.ip_network(network), port)
    assert AllowedAddress.parse(text) == allowed
    assert AllowedAddress.parse(str(allowed)) == allowed
    assert "(" not in str(allowed)


@pytest.mark.parametrize(
    "text",
    ["", "localhost", "127.0.0.2:0", "127.0.0.2:http", "127.0.0.2:70000", "10.0.0.1/8", "10.0.0.0/33", "[::1]:²"],
)
def test_a_range_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="address/len"):
        AllowedAddress.parse(text)


@given(st.integers(0, 2**32 - 1))
def test_what_is_forbidden_stays_forbidden_in_every_disguise(number: int) -> None:
    plain = ipaddress.IPv4Address(number)
    mapped = ipaddress.IPv6Address((0xFFFF << 32) | number)
    nat64 = ipaddress.IPv6Address((0x64FF9B << 96) | number)
    six_to_four = ipaddress.IPv6Address((0x2002 << 112) | (number << 80))
    compatible = ipaddress.IPv6Address(number)
    assert is_public(mapped) == is_public(nat64) == is_public(plain)
    assert not is_public(six_to_four)
    assert not is_public(compatible)


@given(st.ip_addresses())
def test_nothing_is_public_that_the_standard_library_calls_otherwise(address: ipaddress.IPv4Address) -> None:
    if is_public(address) and str(address) != "64:ff9b::":
        inner = getattr(address, "ipv4_mapped", None) or address
        flags = (inner.is_private, inner.is_loopback, inner.is_link_local, inner.is_multicast, inner.is_unspecified)
        assert not any(flags)


@given(st.text(max_size=20))
def test_a_host_is_an_address_or_it_is_none(text: str) -> None:
    found = literal(text)
    assert found is None or literal(str(found)) == found
