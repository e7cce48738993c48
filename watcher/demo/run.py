"""The demo: the newsroom is opened, and the real watcher is set on it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from watcher.bootstrap import App, open_store, opened_app, utc_now
from watcher.daemon import run_daemon
from watcher.demo.catalog import write_configuration
from watcher.demo.report import Seen, compare, show
from watcher.demo.stage import Stage, open_stage
from watcher.errors import ConfigError
from watcher.models.alerts import DeliveryState
from watcher.models.checks import CheckSummary
from watcher.models.views import DeliveryRow, MatchQuery
from watcher.observe.lines import check_line, many
from watcher.settings import Settings, is_loopback, read_settings

EVERY = timedelta(seconds=20)
"""Between two announcements while the daemon watches."""
_ROUNDS = 5
"""At most, until nothing new comes: the pages of many teasers may need more than one check."""

Announce = Callable[[str], None]


async def run_demo(*, once: bool, host: str, port: int, announce: Announce) -> int:
    """Shows the main job on the bundled newsroom; returns the exit code.

    `once`: everything is checked (backfill), the newsroom publishes, everything is checked again and delivered, and
    the report says what did not arrive (exit code 1). Else the daemon runs with its pages on `host` and `port` until
    it is stopped, while an announcement comes every 20 seconds. Nothing is kept: the data lies in a temporary folder.
    Raises ConfigError where `host` is not this machine's own, the machine lacks the loopback addresses, or the daemon
    cannot start.
    """
    if not is_loopback(host):
        raise ConfigError(
            f"--host {host}: the demo shows itself to this machine only; choose an address like 127.0.0.1"
        )
    async with AsyncExitStack() as stack:
        stage = await _opened_stage(stack)
        folder = stack.enter_context(TemporaryDirectory(prefix="watcher-demo-"))
        pages = {"WATCHER_BASE_URL": f"http://{host}:{port}"} if port and not once else {}
        settings = read_settings(write_configuration(stage, Path(folder), pages))
        announce(f"newsroom: {stage.desk}/  mailbox: {stage.desk}/mailbox  webhooks: {stage.desk}/hooks")
        if once:
            return await _run_once(stage, settings, announce)
        return await _run_daemon(stage, settings, host, port, announce)


async def _opened_stage(stack: AsyncExitStack) -> Stage:
    try:
        return await stack.enter_async_context(open_stage(utc_now))
    except OSError as error:
        raise ConfigError(
            f"demo: the newsroom cannot be served on 127.0.0.2 and up ({error}); Linux has these addresses, on macOS "
            "add them first: sudo ifconfig lo0 alias 127.0.0.2 up, and so on to 127.0.0.15"
        ) from error


async def _run_once(stage: Stage, settings: Settings, announce: Announce) -> int:
    store = open_store(settings)
    try:
        async with opened_app(settings, store, tell=_telling_news(announce)) as app:
            await _check_until_quiet(app)
            # the first of five outlets is alone, so that the others can only follow
            first = stage.newsroom.publish_next(utc_now())
            announce(f"the newsroom publishes {first.draft.title!r}" if first else "nothing is to come")
            await _check_until_quiet(app)
            await app.watch.deliver()
            published = stage.newsroom.publish_all(utc_now())
            announce(f"the newsroom publishes {many(len(published), 'more announcement')}")
            await _check_until_quiet(app)
            await app.watch.deliver()
        report = compare(stage.newsroom.published(), _seen(app, stage), parents=_parents(app))
    finally:
        store.close()
    announce(show(report))
    return report.exit_code


def _telling_news(announce: Announce) -> Callable[[CheckSummary], None]:
    def tell(summary: CheckSummary) -> None:
        if summary.new_entries or summary.new_revisions or summary.backfill or summary.problem:
            announce(check_line(summary))

    return tell


async def _check_until_quiet(app: App) -> None:
    for _ in range(_ROUNDS):
        summaries = await app.watch.check()
        if not any(each.new_entries or each.new_revisions for each in summaries):
            return


def _seen(app: App, stage: Stage) -> Seen:
    return Seen(
        entries={health.source.id: health.entries for health in app.store.sources.health()},
        matches=tuple(app.store.matches.each(MatchQuery())),
        mails=stage.mailbox.mails,
        hooks=stage.receiver.hooks,
        refused_hooks=len(stage.receiver.refused),
        held=frozenset(row.entry_id for row in _held(app)),
    )


def _held(app: App) -> list[DeliveryRow]:
    """What was recorded, and sent to nobody, because it says nothing new."""
    rows = app.store.deliveries.listing(state=DeliveryState.HELD, limit=500)
    return [row for row in rows if row.due_at is None]


def _parents(app: App) -> dict[str, str | None]:
    return {policy.id: policy.parent for policy in app.stages.knowledge.policies.values()}


async def _run_daemon(stage: Stage, settings: Settings, host: str, port: int, announce: Announce) -> int:
    publishing = asyncio.create_task(_publish(stage, announce))
    try:
        return await run_daemon(settings, host=host, port=port, out=sys.stdout)
    finally:
        publishing.cancel()


async def _publish(stage: Stage, announce: Announce) -> None:
    while stage.newsroom.waiting:
        await asyncio.sleep(EVERY.total_seconds())
        published = stage.newsroom.publish_next(utc_now())
        if published:
            announce(f"published: {published.draft.title} ({published.draft.outlet.publisher.name})")
    announce("published: that was the last announcement of this demo")
