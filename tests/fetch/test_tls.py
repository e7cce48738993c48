"""TLS: the name in the address is the name in the certificate, always."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.fetch.server import HOST, SHORT, SMALL, Asked, Server, fetching, hang, reply, say, serving
from watcher.errors import FetchError, ProblemClass
from watcher.fetch import Limits
from watcher.fetch.certificate import names, validity
from watcher.models.documents import Document

NAME = "news.example"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA) -> Iterator[Path]:
    with authority.cert_pem.tempfile() as path:
        yield Path(path)


def context(cert: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert.configure_cert(made)
    return made


async def refusal(url: str, server: Server, ca_file: Path | None, limits: Limits = SMALL) -> FetchError:
    async with fetching(server, ca_file=ca_file, limits=limits) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(url)
    return caught.value


async def test_a_trusted_certificate_for_the_name_is_accepted(authority: trustme.CA, ca_file: Path) -> None:
    tls = context(authority.issue_cert(NAME))
    async with serving(reply(body=b"secure"), tls=tls) as server, fetching(server, ca_file=ca_file) as fetcher:
        for _ in range(2):
            found = await fetcher.fetch(server.url("/", NAME))
            assert isinstance(found, Document)
            assert found.body == b"secure"
    assert server.connections == 1


async def test_an_address_in_numbers_is_checked_against_the_certificate_too(
    authority: trustme.CA, ca_file: Path
) -> None:
    tls = context(authority.issue_cert(HOST))
    async with serving(reply(body=b"x"), tls=tls) as server, fetching(server, ca_file=ca_file) as fetcher:
        assert isinstance(await fetcher.fetch(server.url("/")), Document)


async def test_a_certificate_for_another_name_is_refused(authority: trustme.CA, ca_file: Path) -> None:
    """Also when a connection to the same address and port, made under the right name, lies ready."""
    tls = context(authority.issue_cert("other.example"))
    async with serving(reply(body=b"x"), tls=tls) as server, fetching(server, ca_file=ca_file) as fetcher:
        await fetcher.fetch(server.url("/", "other.example"))
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(server.url("/", NAME))
    assert caught.value.problem.kind == ProblemClass.TLS
    assert NAME in caught.value.problem.message
    assert "it is for other.example" in caught.value.problem.message
    assert len(server.asked) == 1


async def test_an_unknown_authority_is_refused(authority: trustme.CA) -> None:
    async with serving(reply(), tls=context(authority.issue_cert(NAME))) as server:
        error = await refusal(server.url("/", NAME), server, None)
    assert error.problem.kind == ProblemClass.TLS
    assert "cannot be trusted" in error.problem.message
    assert server.asked == []


async def test_a_sources_own_ca_file_vouches_for_the_sources_host_only(authority: trustme.CA, ca_file: Path) -> None:
    tls = context(authority.issue_cert(NAME, "other.example"))
    async with serving({"/a": reply(body=b"x")}, tls=tls) as server, fetching(server) as fetcher:
        assert isinstance(await fetcher.fetch(server.url("/a", NAME), ca_file=str(ca_file)), Document)
        with pytest.raises(FetchError, match="cannot be trusted"):
            await fetcher.fetch(server.url("/a", NAME))

    async def away(asked: Asked, out: asyncio.StreamWriter) -> None:
        await reply("302 Found", [f"Location: https://other.example:{server.port}/b"])(asked, out)

    async with serving({"/a": away, "/b": reply()}, tls=tls) as server, fetching(server) as fetcher:
        with pytest.raises(FetchError, match=r"other\.example.*cannot be trusted"):
            await fetcher.fetch(server.url("/a", NAME), ca_file=str(ca_file))
    assert [asked.target for asked in server.asked] == ["/a"]


async def test_the_servers_own_certificate_may_be_named(authority: trustme.CA, tmp_path: Path) -> None:
    cert = authority.issue_cert(NAME)
    own = tmp_path / "own.pem"
    own.write_bytes(cert.cert_chain_pems[0].bytes())
    async with serving(reply(body=b"x"), tls=context(cert)) as server, fetching(server) as fetcher:
        assert isinstance(await fetcher.fetch(server.url("/", NAME), ca_file=str(own)), Document)


@pytest.mark.parametrize("content", [None, b"", b"not a certificate"])
async def test_a_ca_file_that_cannot_be_used_is_told_as_such(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    async with serving(reply()) as server, fetching(server) as fetcher:
        with pytest.raises(FetchError, match=r"the CA file .* cannot be used") as caught:
            await fetcher.fetch(server.url("/", NAME).replace("http:", "https:"), ca_file=str(file))
    assert caught.value.problem.kind == ProblemClass.TLS
    assert "ca_file" in caught.value.problem.advice


def test_the_names_of_a_certificate_are_read(authority: trustme.CA) -> None:
    pem = authority.issue_cert(NAME, "*.other.example").cert_chain_pems[0].bytes().decode()
    assert names(ssl.PEM_cert_to_DER_cert(pem)) == [NAME, "*.other.example"]
    with pytest.raises(ValueError):
        names(b"\x30\x03\x30\x01\x02")


async def test_an_expired_certificate_is_refused_with_its_date(authority: trustme.CA, ca_file: Path) -> None:
    cert = authority.issue_cert(
        NAME, not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=datetime(2021, 2, 3, tzinfo=UTC)
    )
    async with serving(reply(), tls=context(cert)) as server:
        error = await refusal(server.url("/", NAME), server, ca_file)
    assert error.problem.kind == ProblemClass.TLS
    assert "expired (valid from 2020-01-01 until 2021-02-03)" in error.problem.message
    assert server.asked == []


async def test_a_certificate_of_the_future_is_refused_with_its_date(authority: trustme.CA, ca_file: Path) -> None:
    begin = datetime.now(UTC) + timedelta(days=3)
    cert = authority.issue_cert(NAME, not_before=begin, not_after=datetime(2101, 2, 3, tzinfo=UTC))
    async with serving(reply(), tls=context(cert)) as server:
        error = await refusal(server.url("/", NAME), server, ca_file)
    assert f"valid from {begin:%Y-%m-%d} until 2101-02-03" in error.problem.message


async def test_an_old_version_of_tls_is_refused(authority: trustme.CA, ca_file: Path) -> None:
    tls = context(authority.issue_cert(NAME))
    tls.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLS"):
        tls.minimum_version = tls.maximum_version = ssl.TLSVersion.TLSv1
    async with serving(reply(), tls=tls) as server:
        error = await refusal(server.url("/", NAME), server, ca_file)
    assert error.problem.kind == ProblemClass.TLS


async def test_a_server_that_does_not_speak_tls_is_told_as_such(ca_file: Path) -> None:
    async with serving(reply()) as server:
        error = await refusal(server.url("/", NAME).replace("http:", "https:"), server, ca_file, SHORT)
    assert error.problem.kind in {ProblemClass.TLS, ProblemClass.INCOMPLETE, ProblemClass.TIMEOUT}


async def test_a_handshake_that_stalls_ends_in_time(ca_file: Path) -> None:
    async with serving(hang()) as server:
        error = await refusal(server.url("/", NAME).replace("http:", "https:"), server, ca_file, SHORT)
    assert error.problem.kind == ProblemClass.TIMEOUT
    assert "no connection within 0.3 s" in error.problem.message


async def test_a_redirect_to_an_unencrypted_address_is_not_followed(authority: trustme.CA, ca_file: Path) -> None:
    async with serving(reply(body=b"open")) as plain:
        handler = reply("301 Moved", [f"Location: {plain.url('/')}"])
        async with serving(handler, tls=context(authority.issue_cert(NAME))) as server:
            error = await refusal(server.url("/", NAME), server, ca_file)
    assert error.problem.kind == ProblemClass.MOVED
    assert "unencrypted" in error.problem.message
    assert plain.asked == []


async def test_a_body_cut_short_under_tls_is_incomplete(authority: trustme.CA, ca_file: Path) -> None:
    cut = say(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort", then_close=True)
    async with serving(cut, tls=context(authority.issue_cert(NAME))) as server:
        error = await refusal(server.url("/", NAME), server, ca_file)
    assert error.problem.kind == ProblemClass.INCOMPLETE


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x31\x00", b"\x30\x03\x30\x01\x02", b"\x30\x82\xff\xff", b"hello"])
def test_bytes_that_are_no_certificate_have_no_dates(data: bytes) -> None:
    with pytest.raises(ValueError):
        validity(data)
