"""What a command leaves behind when it fails: words for people, and an exit code for scripts."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Desk
from watcher.cli import main


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
