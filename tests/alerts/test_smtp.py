"""The address of the mail server, read and refused."""

from __future__ import annotations

import pytest

from watcher.alerts.smtp import is_mailbox, parse_mail_from, parse_smtp_url
from watcher.errors import ConfigError


@pytest.mark.parametrize(
    ("url", "tls", "port"),
    [
        ("smtp://mail.example", "starttls", 587),
        ("smtp://mail.example:2525/", "starttls", 2525),
        ("smtps://mail.example", "tls", 465),
        ("smtp+plain://127.0.0.9", "plain", 25),
        ("smtp+plain://localhost:1025", "plain", 1025),
        ("smtp+plain://[::1]:1025", "plain", 1025),
    ],
)
def test_the_scheme_says_how_the_connection_is_protected(url: str, tls: str, port: int) -> None:
    settings = parse_smtp_url(url)
    assert (settings.tls, settings.port) == (tls, port)


def test_user_and_password_are_decoded_and_the_password_is_not_shown() -> None:
    settings = parse_smtp_url("smtp://desk%40example.org:p%2Fss%40w@mail.example", mail_from="Desk <desk@example.org>")
    assert (settings.user, settings.password.reveal()) == ("desk@example.org", "p/ss@w")
    assert "p/ss" not in repr(settings)
    assert settings.mail_from == "Desk <desk@example.org>"


def test_a_password_may_come_beside_the_address() -> None:
    assert parse_smtp_url("smtp://desk@mail.example", "secret").password.reveal() == "secret"
    assert parse_smtp_url("smtp://desk:own@mail.example", "secret").password.reveal() == "own"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://:25",
        "smtp://mail.example:port",
        "smtp://mail.example:99999",
        "smtp://mail.example/path",
        "smtp://mail.example?tls=no",
        "smtp://[mail.example",
        "smtp://:hunter2@mail.example",
        "smtp://user:hunter2#x@mail.example",
        "smtp+plain://mail.example",
        "smtp+plain://10.0.0.1",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_showing_a_password(url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_smtp_url(url)
    assert "hunter2" not in str(refused.value)


def test_mail_goes_in_the_clear_to_other_machines_only_where_that_is_allowed() -> None:
    assert parse_smtp_url("smtp+plain://10.0.0.1", allow_plain=True).tls == "plain"


@pytest.mark.parametrize("sender", ["", "watcher", "Desk <desk>", "a@b@c", "x\r\nBcc: y@example.org <a@example.org>"])
def test_a_sender_that_is_no_address_is_refused(sender: str) -> None:
    with pytest.raises(ConfigError):
        parse_mail_from(sender)


@pytest.mark.parametrize(
    "address", ["desk@example.org", "first.last+tag@sub.example.org", "o'neil@example.org", "a@localhost"]
)
def test_plain_addresses_are_taken(address: str) -> None:
    assert is_mailbox(address)


@pytest.mark.parametrize(
    "address",
    ["", "desk", "@example.org", "desk@", "a b@example.org", "a..b@example.org", "a@exa mple.org", "a@-x.org",
     "ñ@example.org", "a@example.org\n", "a@example.org, b@example.org", "<a@example.org>", "a@" + "x" * 300],
)  # fmt: skip
def test_what_some_mail_server_would_read_otherwise_is_not(address: str) -> None:
    assert not is_mailbox(address)
