"""A mailbox through whole checks: new bulletins become entries, with what is known of their sender."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.pipeline.world import START, World
from watcher.errors import ProblemClass
from watcher.fetch import Mailboxes
from watcher.models.catalog import Interval
from watcher.models.checks import CheckOutcome, CheckRecord, ClaimedSource
from watcher.models.documents import Validators
from watcher.pipeline.check import check_source
from watcher.pipeline.tools import KindTraits, Tools

_TRAITS = KindTraits("message/rfc822", Interval(timedelta(minutes=5), timedelta(hours=1)), door="mailbox")


def _tools(world: World) -> Tools:
    mailboxes = Mailboxes(clock=lambda: START, secret=lambda reference: reference)
    return world.tools(kinds={"maildir": _TRAITS}, mailboxes=mailboxes.fetch)


def _claimed(world: World, folder: Path, before: CheckRecord | None = None) -> ClaimedSource:
    claimed = world.claimed()
    options = {"senders": ["agency.example"], "server": "mx.desk.example"}
    source = replace(claimed.source, kind="maildir", url=f"maildir:{folder}", options=options)
    validators = before.validators if before else Validators()
    return replace(claimed, source=source, validators=validators, body_sha256=before.body_sha256 if before else None)


def _deliver(folder: Path, name: str, sender: str = "news@agency.example") -> None:
    (folder / "new").mkdir(exist_ok=True)
    (folder / "cur").mkdir(exist_ok=True)
    (folder / "new" / name).write_text(
        f"Authentication-Results: mx.desk.example; dmarc=pass header.from=agency.example\nFrom: {sender}\n"
        f"Message-ID: <{name}@agency.example>\nSubject: {name}\n\nMPP was ended.\n"
    )


async def test_each_bulletin_is_an_entry_once(tmp_path: Path) -> None:
    world = World()
    _deliver(tmp_path, "one")
    first = await check_source(_claimed(world, tmp_path), _tools(world))
    world.remember(first)
    assert [record.entry.title for record in first.entries] == ["one"]
    assert first.entries[0].entry.authentication == "dmarc=pass (agency.example); said by mx.desk.example"
    assert first.entries[0].deliveries

    assert (await check_source(_claimed(world, tmp_path, first), _tools(world))).outcome is CheckOutcome.UNCHANGED

    _deliver(tmp_path, "two")
    second = await check_source(_claimed(world, tmp_path, first), _tools(world))
    assert [record.entry.title for record in second.entries] == ["two"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["one", "two"]


async def test_messages_of_strangers_are_counted_and_told(tmp_path: Path) -> None:
    world = World()
    _deliver(tmp_path, "one")
    _deliver(tmp_path, "two", "news@agency.example.evil.example")
    record = await check_source(_claimed(world, tmp_path), _tools(world))
    assert [entry.entry.title for entry in record.entries] == ["one"]
    assert record.outcome is CheckOutcome.READ
    assert record.problem is not None
    assert "agency.example.evil.example (1)" in record.problem.message


async def test_a_folder_that_is_not_there_is_a_failed_check(tmp_path: Path) -> None:
    world = World()
    record = await check_source(_claimed(world, tmp_path / "nowhere"), _tools(world))
    assert record.outcome is CheckOutcome.FAILED
    assert record.problem is not None
    assert record.problem.kind is ProblemClass.GONE
