"""The configuration of the demo is one that the real programs take."""

from __future__ import annotations

import stat
from pathlib import Path

from watcher.alerts.channels.base import channels
from watcher.demo.catalog import write_configuration
from watcher.demo.outlets import OUTLETS
from watcher.demo.stage import Stage
from watcher.models.catalog import Catalog
from watcher.settings import Settings, read_settings
from watcher.sources.base import kinds
from watcher.sources.catalog import read_catalog
from watcher.vocabulary import policy_files


def settings(stage: Stage, folder: Path) -> Settings:
    return read_settings(write_configuration(stage, folder))


def catalog(stage: Stage, folder: Path) -> Catalog:
    return read_catalog(
        settings(stage, folder).config,
        kinds={name: kind.options for name, kind in kinds().items()},
        channels={name: channel.options for name, channel in channels().items()},
        policies={file.name.removesuffix(".yaml") for file in policy_files()},
    )


async def test_its_sources_yaml_is_valid(stage: Stage, tmp_path: Path) -> None:
    read = catalog(stage, tmp_path)
    assert [source.id for source in read.sources] == [outlet.id for outlet in OUTLETS]
    assert [recipient.id for recipient in read.recipients] == ["desk", "hook"]
    assert read.rules[0].send == ("desk", "hook")


async def test_only_the_addresses_and_ports_that_it_serves_are_allowed(stage: Stage, tmp_path: Path) -> None:
    made = settings(stage, tmp_path)
    assert len(made.allow_fetch) == len(stage.hosts)
    assert len(made.allow_send) == 1
    assert "127.0.0.1" not in {str(host) for host in stage.hosts}
    assert made.smtp is not None


async def test_the_secret_is_in_a_file_that_others_cannot_read(stage: Stage, tmp_path: Path) -> None:
    made = write_configuration(stage, tmp_path, {"WATCHER_BASE_URL": "http://127.0.0.1:8484"})
    secret = tmp_path / "hook.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert secret.read_text() == stage.secret
    assert stage.secret not in (tmp_path / "sources.yaml").read_text()
    assert made["WATCHER_BASE_URL"] == "http://127.0.0.1:8484"
