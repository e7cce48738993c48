"""Bulletins by mail: whose are taken, what they say, where they stand online, who vouches for them."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from watcher.errors import ConfigError, ParseError
from watcher.models.entries import Entry, Reading
from watcher.models.mail import Bundle, pack
from watcher.pipeline.reading import read_source
from watcher.sources.base import kinds
from watcher.sources.catalog import read_catalog
from watcher.sources.maildir import Options, wrong_with_address

_URL = "maildir:/var/mail/bulletins"
_SENT = "Tue, 02 Feb 2021 10:30:00 -0500"
_SAID = (
    "mx.desk.example; dkim=pass (2048-bit key) header.d=agency.example;"
    " spf=pass smtp.mailfrom=agency.example; dmarc=pass"
)
_PLAIN = """View this bulletin in a browser:
https://content.agency.example/bulletins/12345

The Secretary terminates the Migrant Protection Protocols.

The notice takes effect at once.

________________________________
You are subscribed to updates of the Agency. Topics: Title 42, Safe Third Country.
Unsubscribe: https://agency.example/unsubscribe
"""
_HTML = """<html><head><title>x</title><style>p {color: red}</style></head><body>
<div style="display:none">Preheader about Title 42</div>
<table><tr><td><a href="https://content.agency.example/bulletins/12345?from=share">View as a webpage</a></td></tr>
<tr><td><h1>Termination of the Protocols</h1><p>The Secretary terminates the <b>Migrant Protection</b> Protocols.</p>
<p>The notice takes effect at once, and everybody who waits in Mexico will be heard.</p></td></tr>
<tr><td><p>Stay connected with the Agency: Title 42 on social media</p></td></tr>
<tr><td><p>You have received this e-mail because you are subscribed to: Title 42, Safe Third Country.
<a href="https://agency.example/unsubscribe">Unsubscribe</a></p></td></tr></table></body></html>"""


def _mail(
    plain: str = _PLAIN, markup: str = "", *, sender: str = "Agency <news@agency.example>", **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["Date"] = _SENT
    message["Subject"] = headers.pop("Subject", "Termination of the Protocols")
    message["Message-ID"] = headers.pop("Message_ID", "<20210202.1@agency.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if plain or not markup:
        message.set_content(plain)
    if markup:
        message.add_alternative(markup, subtype="html")
    return message.as_bytes()


def _read(*messages: bytes, left_over: int = 0, older: int = 0, **options: Any) -> Reading:
    return read_source(
        kind="maildir",
        body=pack(Bundle(messages, left_over, older)),
        url=_URL,
        media_type="application/mbox",
        charset=None,
        options={"senders": ["agency.example"], **options},
        limit=100,
        now="2026-11-24T12:00:00+00:00",
    )


def _entry(message: bytes, **options: Any) -> Entry:
    (entry,) = _read(message, **options).entries
    return entry


# --- what a message says -----------------------------------------------------------------------------------------


def test_a_message_is_an_entry() -> None:
    entry = _entry(b"Content-Language: es-MX\n" + _mail())
    assert entry.key == "mid:20210202.1@agency.example"
    assert entry.title == "Termination of the Protocols"
    assert entry.url == "https://content.agency.example/bulletins/12345"
    assert (entry.teaser, entry.language) == (False, "es")
    assert entry.published is not None
    assert entry.published.isoformat() == "2021-02-02T15:30:00+00:00"
    assert "terminates the Migrant Protection Protocols" in entry.text


@pytest.mark.parametrize(("plain", "markup"), [(_PLAIN, ""), ("See the HTML part.", _HTML), ("", _HTML)])
def test_what_programs_put_around_a_bulletin_is_left_out(plain: str, markup: str) -> None:
    text = _entry(_mail(plain, markup)).text
    assert "takes effect at once" in text
    assert [
        name for name in ("Title 42", "Safe Third Country", "nsubscribe", "webpage", "Stay connected") if name in text
    ] == []


def test_the_html_part_is_read_where_the_plain_part_says_little() -> None:
    entry = _entry(_mail("This message needs HTML.", _HTML))
    assert "The Secretary terminates the Migrant Protection Protocols." in entry.text
    assert entry.url == "https://content.agency.example/bulletins/12345?from=share"


def test_the_plain_part_is_read_where_it_says_as_much() -> None:
    plain = "The Secretary terminates the Migrant Protection Protocols, said <plainly>.\n" * 3
    assert "said <plainly>" in _entry(_mail(plain, _HTML)).text


def test_a_message_without_an_address_online_has_none() -> None:
    entry = _entry(_mail("The notice takes effect.\n\nMore: https://agency.example/unsubscribe\n"))
    assert entry.url is None


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//e.org/a", ""])
def test_only_web_addresses_become_links(href: str) -> None:
    assert _entry(_mail("", f'<p>Text.</p><a href="{href}">View online</a>')).url is None


def test_attachments_are_named() -> None:
    message = EmailMessage()
    message["From"] = "news@agency.example"
    message.set_content("The order is attached.")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="order <1>.pdf")
    assert _entry(message.as_bytes()).text == "The order is attached.\n\n[attached: order <1>.pdf]"


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (b"Content-Type: text/plain; charset=iso-8859-1", "Protección".encode("cp1252"), "Protección"),
        (b"Content-Type: text/plain; charset=us-ascii", "Protección".encode(), "Protección"),
        (b"Content-Type: text/plain; charset=x-unknown", "“Protección”".encode("cp1252"), "“Protección”"),
        (b"Content-Type: text/plain\nContent-Transfer-Encoding: base64", b"UHJvdGVjY2nDs24=", "Protección"),
        (b"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable", b"Protecci=C3=B3n", "Protección"),
        (b"Content-Type: text/plain\nContent-Transfer-Encoding: base64", b"!!!", ""),
        (b"Content-Type: multipart/mixed", b"no boundary", ""),
        (
            b"Content-Type: multipart/mixed; boundary=x",
            b"--x\nContent-Type: text/plain\n\nProtecci\xc3\xb3n",
            "Protección",
        ),
        (b"Content-Type: ;;;", b"Protecci\xf3n", "Protección"),
    ],
)
def test_bodies_are_decoded_whatever_they_say_of_themselves(head: bytes, body: bytes, text: str) -> None:
    assert text in _entry(b"From: news@agency.example\nSubject: S\n" + head + b"\n\n" + body).text


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"=?utf-8?q?Protecci=C3=B3n_Temporal?=", "Protección Temporal"),
        (b"=?utf-8?B?UHJvdGVjY2nDs24=?=\n Temporal", "Protección Temporal"),
        ("Protección".encode(), "Protección"),
        ("Protección".encode("cp1252"), "Protección"),
        (b"=?x-unknown?q?abc?=", "=?x-unknown?q?abc?="),
        (b"<b>Bold</b> & more", "<b>Bold</b> & more"),
    ],
)
def test_subjects_are_decoded(subject: bytes, title: str) -> None:
    assert _entry(b"From: news@agency.example\nSubject: " + subject + b"\n\nText.").title == title


def test_a_message_without_id_is_known_by_its_bytes() -> None:
    one, two = b"From: news@agency.example\n\nOne.", b"From: news@agency.example\n\nTwo."
    assert _entry(one).key == _entry(one).key != _entry(two).key


def test_a_message_that_comes_twice_is_one_entry() -> None:
    assert len(_read(_mail(), _mail()).entries) == 1


@pytest.mark.parametrize(
    "message",
    [
        b"From: news@agency.example\n" + b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 3000,
        b"From: news@agency.example\nSubject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nText.",
        b"From: news@agency.example\nDate: Mon, 99 Foo 99999 99:99:99 +9999\n\nText.",
        b"From: news@agency.example\nContent-Disposition: attachment; filename*=x''%ff%fe\n\nText.",
        b"From: news@agency.example\nContent-Type: text/html\n\n" + b"<div>a" * 100_000,
        b"From: news@agency.example\nContent-Type: text/html\n\n<p>" + b"<a href=/>a</a> " * 50_000,
        b"\x00" * 5000,
        b"From: " + b"(" * 50_000 + b"\n\n",
    ],
    ids=["nested", "a long subject", "no date", "a broken name", "nested markup", "links", "zeros", "comments"],
)
def test_a_broken_message_keeps_no_other_one_from_being_read(message: bytes) -> None:
    reading = _read(message, _mail())
    assert "Termination of the Protocols" in [entry.title for entry in reading.entries]


# --- whose messages are taken ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "listed"),
    [
        ("news@agency.example", "agency.example"),
        ("News <NEWS@Agency.Example>", "AGENCY.example"),
        ("news@mail.agency.example", "agency.example"),
        ("uscis@service.delivery.example", "uscis@service.delivery.example"),
    ],
)
def test_messages_of_listed_senders_are_taken(sender: str, listed: str) -> None:
    assert len(_read(_mail(sender=sender), senders=[listed]).entries) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"From: news@agency.example.evil.example",
        b"From: news@notagency.example",
        b'From: "news@agency.example" <evil@evil.example>',
        b"From: evil@evil.example, news@agency.example",
        b"From: news@agency.example, evil@evil.example",
        b"From: evil@evil.example\nFrom: news@agency.example",
        b"From: news@agency.example\nFrom: evil@evil.example",
        b"From: <>",
        b"Sender: news@agency.example",
        b"From: news@agency.example@evil.example",
    ],
)
def test_messages_of_others_are_passed_over_and_counted(line: bytes) -> None:
    reading = _read(line + b"\nSubject: S\n\nText.")
    assert reading.entries == ()
    assert "passed over 1 message" in reading.note


def test_without_senders_nothing_is_taken_and_all_are_named() -> None:
    mails = [_mail(sender=f"a@{name}.example") for name in ("one", "one", "two")]
    assert "one.example (2), two.example (1)" in _read(*mails, senders=[]).note


def test_what_was_left_in_the_mailbox_is_said() -> None:
    assert _read(_mail(), left_over=3, older=4).note == (
        "left 4 older messages aside at the first look; 3 messages wait for the next check"
    )


# --- who vouches for them ----------------------------------------------------------------------------------------


def test_what_the_receiving_server_found_out_is_kept() -> None:
    entry = _entry(_mail(Authentication_Results=_SAID), server="mx.desk.example")
    assert (
        entry.authentication
        == "dkim=pass (agency.example), spf=pass (agency.example), dmarc=pass; said by mx.desk.example"
    )


@pytest.mark.parametrize(
    ("line", "server", "said"),
    [
        (_SAID, "", "not verified: no `server` is named"),
        (_SAID, "mx.other.example", "not verified: mx.other.example says nothing"),
        ("", "mx.desk.example", "not verified: mx.desk.example says nothing"),
        ("mx.desk.example 1; none", "mx.desk.example", "nothing verified"),
        (
            "mx.desk.example; dmarc=fail (p=reject) header.from=agency.example",
            "MX.desk.example",
            "dmarc=fail (agency.example)",
        ),
    ],
)
def test_nobody_elses_word_is_taken(line: str, server: str, said: str) -> None:
    headers = {"Authentication_Results": line} if line else {}
    assert said in _entry(_mail(**headers), server=server).authentication


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        (_SAID, True),
        ("mx.desk.example; dkim=pass header.d=mail.agency.example", True),
        ("mx.desk.example; dkim=pass header.i=@agency.example", True),
        ("mx.desk.example; dkim=pass header.d=delivery.example", False),
        ("mx.desk.example; spf=pass smtp.mailfrom=agency.example", False),
        ("mx.desk.example; dmarc=fail", False),
        ("mx.evil.example; dmarc=pass", False),
        ('mx.desk.example; spf=pass smtp.mailfrom="a; dmarc=pass "@evil.example', False),
        ("mx.desk.example; spf=pass (x (y) ; dmarc=pass) smtp.mailfrom=evil.example", False),
        ("mx.desk.example; spf=pass smtp.mailfrom=dmarc=pass@evil.example", False),
    ],
)
def test_where_it_is_asked_for_only_verified_messages_are_taken(line: str, taken: bool) -> None:
    reading = _read(_mail(Authentication_Results=line), server="mx.desk.example", verified=True)
    assert bool(reading.entries) is taken
    assert ("not verified" in reading.note) is not taken


def test_the_newest_line_of_the_server_counts() -> None:
    forged = b"Authentication-Results: mx.desk.example; dmarc=pass\n" + _mail()
    real = b"Authentication-Results: mx.desk.example; dmarc=fail\n" + forged
    assert not _read(real, server="mx.desk.example", verified=True).entries


# --- configuration -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [_URL, "imaps://desk@mail.example/INBOX", "imaps://d%40e.org@mail.example:1993/A/B"])
def test_mailboxes_are_addresses(url: str) -> None:
    assert wrong_with_address(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://mail.example/",
        "maildir:relative",
        "maildir://host/path",
        "imap://desk@mail.example/INBOX",
        "imaps://mail.example/INBOX",
        "imaps://desk:secret@mail.example/INBOX",
        "imaps://desk@/INBOX",
        "imaps://desk@mail.example:99999/INBOX",
    ],
)
def test_other_addresses_are_refused_with_a_reason(url: str) -> None:
    reason = wrong_with_address(url)
    assert reason
    assert "secret@" not in reason


def test_only_this_kind_may_name_a_mailbox(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    options = {name: kind.options for name, kind in kinds().items()}
    text = "publishers: [{id: a, name: A, type: executive}]\nsources: [{id: s, publisher: a, kind: %s, url: '%s'%s}]\n"
    file.write_text(text % ("maildir", _URL, ", options: {senders: [agency.example], password: '${MAIL}'}"))
    (source,) = read_catalog(file, kinds=options, channels={}, policies=()).sources
    assert source.options == {"senders": ["agency.example"], "password": "${MAIL}"}
    for kind, url, reason in (
        ("feed", _URL, "https://"),
        ("maildir", "https://e.org/", "a mailbox is"),
        ("maildir", "imaps://desk:open@e.org/INBOX", "a password must not"),
    ):
        file.write_text(text % (kind, url, ""))
        with pytest.raises(ConfigError, match=reason):
            read_catalog(file, kinds=options, channels={}, policies=())


def test_options_that_cannot_work_are_refused() -> None:
    with pytest.raises(ValueError, match="senders"):
        Options(senders=("the agency",))
    with pytest.raises(ValueError, match="server"):
        Options(senders=("agency.example",), verified=True)


def test_a_document_that_is_no_bundle_is_refused() -> None:
    with pytest.raises(ParseError, match="no messages"):
        read_source(
            kind="maildir",
            body=b"<html>",
            url=_URL,
            media_type="text/html",
            charset=None,
            options={},
            limit=1,
            now="2026-11-24T12:00:00+00:00",
        )
