"""Mailboxes: what is new is fetched once, in order, and everything stays where it is."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from tests.fetch.imap_server import Mailbox, serving
from watcher.errors import ConfigError, FetchError, ProblemClass
from watcher.fetch import Mailboxes, maildir
from watcher.models.documents import Document, NotModified, Validators
from watcher.models.mail import Bundle, pack, unpack

_NOW = datetime(2026, 11, 24, tzinfo=UTC)
_SECRETS = {"${MAIL_PASSWORD}": "open sesame", "${WRONG}": "knock knock"}


def _secret(reference: str) -> str:
    if reference not in _SECRETS:
        raise ConfigError(f"{reference}: the environment has no such name")
    return _SECRETS[reference]


def _message(number: int) -> bytes:
    return b"From: Desk <news@agency.example>\nMessage-ID: <%d@agency.example>\n\nFrom here on: %d\n" % (number, number)


def _deliver(folder: Path, number: int, part: str = "new") -> Path:
    path = folder / part / f"{1700000000 + number}.M{number}P1.host"
    beside = folder / "tmp" / path.name
    beside.write_bytes(_message(number))
    return beside.rename(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("cur", "new", "tmp"):
        (tmp_path / part).mkdir()
    return tmp_path


def _mailboxes(**changes: object) -> Mailboxes:
    return Mailboxes(clock=lambda: _NOW, secret=_secret, **changes)  # type: ignore[arg-type]


async def _look(folder: Path, seen: Validators = Validators()) -> tuple[list[bytes], Validators]:  # noqa: B008
    answer = await _mailboxes().fetch(f"maildir:{folder}", seen)
    if isinstance(answer, NotModified):
        return [], answer.validators
    return list(unpack(answer.body).messages), answer.validators


# --- bundles -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bundle",
    [Bundle(()), Bundle((b"",)), Bundle((b"From 3\nabc", b"\n\n", b"Left 1\n"), 4, 5)],
    ids=["none", "an empty one", "some that look like a bundle"],
)
def test_a_bundle_comes_back_as_it_was(bundle: Bundle) -> None:
    assert unpack(pack(bundle)) == bundle


@pytest.mark.parametrize("body", [b"x", b"Left 1\n", b"Left 1\nOlder x\n", b"Left 0\nOlder 0\nFrom 9\nabc\n"])
def test_what_is_no_bundle_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"line|complete"):
        unpack(body)


# --- Maildir -----------------------------------------------------------------------------------------------------


async def test_messages_are_taken_oldest_first_and_left_where_they_are(folder: Path) -> None:
    paths = [_deliver(folder, number) for number in (3, 1, 2)]
    messages, _ = await _look(folder)
    assert messages == [_message(3), _message(1), _message(2)]
    assert all(path.exists() for path in paths)


async def test_nothing_new_is_not_modified(folder: Path) -> None:
    _deliver(folder, 1)
    _, seen = await _look(folder)
    assert await _look(folder, seen) == ([], seen)


async def test_an_empty_folder_is_a_bundle_of_nothing_and_then_not_modified(folder: Path) -> None:
    messages, seen = await _look(folder)
    assert messages == []
    assert isinstance(await _mailboxes().fetch(f"maildir:{folder}", seen), NotModified)


async def test_a_message_that_comes_is_taken_also_when_it_claims_to_be_old(folder: Path) -> None:
    _deliver(folder, 1)
    _, seen = await _look(folder)
    os.utime(_deliver(folder, 2), (1, 1))
    messages, _ = await _look(folder, seen)
    assert _message(2) in messages


async def test_a_message_that_another_program_marks_as_read_is_lost_by_nobody(folder: Path) -> None:
    path = _deliver(folder, 1)
    _, seen = await _look(folder)
    path.rename(folder / "cur" / f"{path.name}:2,S")
    messages, seen = await _look(folder, seen)
    assert messages == [_message(1)]  # looked at again: the reader knows it
    assert (await _look(folder, seen))[0] == []


async def test_the_first_look_takes_the_newest_and_says_how_many_were_older(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maildir, "MOST_MESSAGES", 2)
    for number in range(5):
        _deliver(folder, number)
    answer = await _mailboxes().fetch(f"maildir:{folder}")
    assert isinstance(answer, Document)
    assert unpack(answer.body) == Bundle((_message(3), _message(4)), 0, 3)


async def test_later_looks_take_all_that_came_one_after_the_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maildir, "MOST_MESSAGES", 2)
    _, seen = await _look(folder)
    for number in range(5):
        _deliver(folder, number)
    found: list[bytes] = []
    for _ in range(3):
        messages, seen = await _look(folder, seen)
        found += messages
    assert [message for message in map(_message, range(5)) if message not in found] == []
    assert (await _look(folder, seen))[0] == []


async def test_links_and_hidden_files_are_no_messages(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("From: x\n\nsecret")
    (folder / "new" / "link").symlink_to(secret)
    (folder / "new" / ".hidden").write_text("From: x\n\nhidden")
    assert (await _look(folder))[0] == []


async def test_a_missing_folder_is_gone_with_advice(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="no Maildir") as caught:
        await _mailboxes().fetch(f"maildir:{tmp_path}/nowhere")
    assert caught.value.problem.kind is ProblemClass.GONE


async def test_an_address_may_have_blanks_as_percent_signs(tmp_path: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / "my mail" / part).mkdir(parents=True)
    assert isinstance(await _mailboxes().fetch(f"maildir:{tmp_path}/my%20mail"), Document)


# --- IMAP --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def box() -> Mailbox:
    return Mailbox({uid: _message(uid) for uid in (3, 5, 8)})


@pytest.fixture
def port(box: Mailbox, authority: trustme.CA) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with serving(box, context) as port:
        yield port


async def _ask(
    port: int,
    authority: trustme.CA,
    seen: Validators = Validators(),  # noqa: B008
    *,
    password: str = "${MAIL_PASSWORD}",
    folder: str = "INBOX",
    **changes: object,
) -> Document | NotModified:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    url = f"imaps://desk%40example.org@localhost:{port}/{folder}"
    return await _mailboxes(context=context, **changes).fetch(url, seen, password=password)


async def test_imap_gives_all_messages_first_and_then_those_with_higher_numbers(
    box: Mailbox, port: int, authority: trustme.CA
) -> None:
    first = await _ask(port, authority)
    assert isinstance(first, Document)
    assert unpack(first.body).messages == tuple(map(_message, (3, 5, 8)))
    assert isinstance(await _ask(port, authority, first.validators), NotModified)
    box.messages[9] = _message(9)
    second = await _ask(port, authority, first.validators)
    assert isinstance(second, Document)
    assert unpack(second.body).messages == (_message(9),)


async def test_imap_opens_the_folder_for_reading_only(box: Mailbox, port: int, authority: trustme.CA) -> None:
    await _ask(port, authority)
    assert not any(said.startswith("SELECT") for said in box.said)
    assert all("PEEK" in said for said in box.said if "FETCH" in said)
    assert not any("STORE" in said or "EXPUNGE" in said for said in box.said)


async def test_a_mailbox_that_was_made_anew_is_read_from_the_start(
    box: Mailbox, port: int, authority: trustme.CA
) -> None:
    first = await _ask(port, authority)
    box.validity, box.messages = 8, {1: _message(1)}
    second = await _ask(port, authority, first.validators)
    assert isinstance(second, Document)
    assert unpack(second.body).messages == (_message(1),)


async def test_an_empty_mailbox_is_read_too(box: Mailbox, port: int, authority: trustme.CA) -> None:
    box.messages = {}
    first = await _ask(port, authority)
    assert isinstance(first, Document)
    box.messages = {1: _message(1)}
    second = await _ask(port, authority, first.validators)
    assert isinstance(second, Document)
    assert unpack(second.body).messages == (_message(1),)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "${WRONG}"}, "refuses|does not do"),
        ({"password": "${UNSET}"}, "no password"),
        ({"folder": "Nowhere"}, "Nowhere"),
    ],
)
async def test_what_the_server_refuses_is_said_with_advice(
    port: int, authority: trustme.CA, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(FetchError, match=said) as caught:
        await _ask(port, authority, **changes)  # type: ignore[arg-type]
    assert caught.value.problem.kind is ProblemClass.REFUSED
    assert "knock" not in str(caught.value.problem)
    assert caught.value.problem.advice


@pytest.mark.parametrize("command", ["LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"])
async def test_a_server_that_does_not_answer_ends_in_time(
    box: Mailbox, port: int, authority: trustme.CA, command: str
) -> None:
    box.stall = command
    start = time.monotonic()
    with pytest.raises(FetchError) as caught:
        await _ask(port, authority, deadline=0.5)
    assert caught.value.problem.kind is ProblemClass.TIMEOUT
    assert time.monotonic() - start < 2


async def test_a_certificate_that_nobody_vouches_for_is_refused(box: Mailbox, port: int) -> None:
    with pytest.raises(FetchError) as caught:
        await _mailboxes().fetch(f"imaps://desk@localhost:{port}/INBOX", password="${MAIL_PASSWORD}")
    assert caught.value.problem.kind is ProblemClass.TLS
    assert box.said == []


async def test_a_source_may_name_the_authority_of_its_server(port: int, authority: trustme.CA, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    url = f"imaps://desk%40example.org@localhost:{port}/INBOX"
    answer = await _mailboxes().fetch(url, password="${MAIL_PASSWORD}", ca_file=str(file))
    assert isinstance(answer, Document)
    with pytest.raises(FetchError, match="cannot be used"):
        await _mailboxes().fetch(url, password="${MAIL_PASSWORD}", ca_file=str(tmp_path / "none.pem"))


async def test_a_server_that_is_not_there_is_refused() -> None:
    with pytest.raises(FetchError) as caught:
        await _mailboxes().fetch("imaps://desk@127.0.0.1:1/INBOX", password="${MAIL_PASSWORD}")
    assert caught.value.problem.kind is ProblemClass.REFUSED
