"""What a command leaves behind when it fails: words for people, and an exit code for scripts."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Desk
from watcher.cli import main
from watcher.errors import ConfigError


def test_an_address_that_cannot_be_asked_is_said_with_what_to_do(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WATCHER_CONFIG", str(desk.config))
    monkeypatch.setenv("WATCHER_DATA_DIR", str(desk.folder / "data"))
    with pytest.raises(SystemExit) as left:
        main(["sources", "try", "http://127.0.0.1:9/"])
    assert left.value.code == 1
    assert "127.0.0.1:9 is not on the public internet. Only" in (said := capsys.readouterr().err)
    assert "WATCHER_ALLOW_FETCH" in said


@pytest.fixture
def unsendable(desk: Desk) -> Desk:
    """Mail is wanted and no mail server is set."""
    mail = "{id: desk, channel: email, to: [desk@example.org]}"
    desk.config.write_text(desk.text.replace("{id: terminal, channel: console}", mail).replace("[terminal]", "[desk]"))
    return desk


def test_a_command_that_sends_nothing_needs_no_mail_server(unsendable: Desk) -> None:
    with pytest.raises(ConfigError, match=r"^nope: there is no enabled source"):
        raise unsendable.run("check", "nope").exception or AssertionError
    assert unsendable.run("events", "rebuild").exit_code == 0


def test_a_command_that_sends_says_what_a_mail_server_needs(unsendable: Desk) -> None:
    with pytest.raises(ConfigError, match=r"recipient desk: e-mail needs .*WATCHER_SMTP_PASSWORD_FILE"):
        raise unsendable.run("deliver").exception or AssertionError
