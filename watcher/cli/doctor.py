"""watcher doctor: look at everything that watcher stands on, and give advice."""

from __future__ import annotations

import shutil
import smtplib
import sqlite3
import ssl
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from watcher.cli.opening import now, settings
from watcher.cli.output import as_json, print_json, when
from watcher.errors import ConfigError, StoreError, WatcherError

if TYPE_CHECKING:
    from watcher.alerts.smtp import SmtpSettings
    from watcher.settings import Settings
    from watcher.store import Store

T = TypeVar("T")

LOW_DISK = 200 * 1024 * 1024
"""Bytes free below which a database will soon be unable to write."""
CLOCK_OFF = timedelta(minutes=5)
"""How far the clock may be behind what was recorded."""
BACKUP_OLD = timedelta(days=8)
MAIL_WAIT = 10
"""Seconds that the mail server has for each answer."""
SAFE_PYTHON = {(3, 11): 15, (3, 12): 13, (3, 13): 12}
"""The patch releases from which the standard library's mail headers are safe from injection (CVE-2024-6923 and
CVE-2026-1299); watcher cleans what it puts into headers in any case."""


class Grade(StrEnum):
    """How bad it is."""

    FINE = "fine"
    ADVICE = "advice"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    about: str
    grade: Grade
    text: str


@click.command()
@as_json
def command(json_: bool) -> int:
    """Look at configuration, database, backup, vocabulary, disk, clock, mail server and versions.

    The exit code is 1 when something is wrong.
    """
    mine = settings()
    looks = (_python, _sqlite, _disk, _clock, _config, _database, _vocabulary, _mail)
    findings = [finding for look in looks for finding in look(mine)]
    if json_:
        print_json(findings)
    else:
        for finding in findings:
            click.echo(f"{finding.grade.value:>6}  {finding.about}: {finding.text}")
    return 1 if any(finding.grade is Grade.WRONG for finding in findings) else 0


def _python(mine: Settings) -> Iterator[Finding]:
    version = sys.version.split()[0]
    safe = SAFE_PYTHON.get(sys.version_info[:2])
    if safe is not None and sys.version_info[2] < safe:
        wanted = f"{sys.version_info[0]}.{sys.version_info[1]}.{safe}"
        yield Finding(
            "Python", Grade.ADVICE, f"{version} works; {wanted} or newer has security fixes that are worth having"
        )
    else:
        yield Finding("Python", Grade.FINE, version)


def _sqlite(mine: Settings) -> Iterator[Finding]:
    from watcher.store.engine import journal_mode

    version = sqlite3.sqlite_version
    if not mine.database_url.startswith("sqlite"):
        return
    if journal_mode(sqlite3.sqlite_version_info) == "WAL":
        yield Finding("SQLite", Grade.FINE, f"{version}, write-ahead log")
    else:
        yield Finding(
            "SQLite",
            Grade.ADVICE,
            f"{version} has a defect that can damage a database with a write-ahead log, so watcher uses the slower "
            "rollback journal; 3.44.6, 3.50.7 and 3.51.3 or newer are free of it",
        )


def _disk(mine: Settings) -> Iterator[Finding]:
    folder = next(each for each in (mine.data_dir.resolve(), *mine.data_dir.resolve().parents) if each.exists())
    free = shutil.disk_usage(folder).free
    text = f"{free // 2**20:,} MiB free at {folder}"
    if free < LOW_DISK:
        yield Finding("disk", Grade.WRONG, f"{text}: make room, or set WATCHER_DATA_DIR to a larger disk")
    else:
        yield Finding("disk", Grade.FINE, text)


def _clock(mine: Settings) -> Iterator[Finding]:
    """Against the newest moment that the database knows: a clock that went back lets digests and quiet hours wait."""
    newest, moment = _looked(mine, lambda store: store.newest_moment()), now()
    if newest is not None and newest > moment + CLOCK_OFF:
        text = f"{when(moment)} UTC, but something was recorded at {when(newest)} UTC: set the clock, and use NTP"
        yield Finding("clock", Grade.WRONG, text)
    else:
        yield Finding("clock", Grade.FINE, f"{when(moment)} UTC; pages and mails use {mine.timezone.key}")


def _looked(mine: Settings, ask: Callable[[Store], T]) -> T | None:
    """What a database that is there and of this version answers; nothing is made or changed."""
    from watcher.store import migrate, open_store

    try:
        if migrate.status(mine.database_url).state is not migrate.SchemaState.CURRENT:
            return None
        store = open_store(mine.database_url)
        try:
            return ask(store)
        finally:
            store.close()
    except StoreError:  # told under "database"
        return None


def _config(mine: Settings) -> Iterator[Finding]:
    from watcher.bootstrap import Knowledge, load_catalog
    from watcher.observe.lines import many

    def look() -> str:
        catalog = load_catalog(mine, Knowledge(mine.vocabulary).policies)
        return f"{mine.config}: {many(len(catalog.sources), 'source')}, {many(len(catalog.rules), 'rule')}"

    yield _graded("configuration", look)
    if not mine.contact:
        yield Finding(
            "contact", Grade.ADVICE, "set WATCHER_CONTACT to an address at which a site's owner can write to you"
        )


def _database(mine: Settings) -> Iterator[Finding]:
    from watcher.store import migrate

    def look() -> str:
        status = migrate.status(mine.database_url)
        return f"{status.state}, version {status.current or 'none'} of {status.head}"

    yield _graded("database", look)
    yield from _looked(mine, _kept) or ()


def _kept(store: Store) -> list[Finding]:
    """When it was backed up, and what has been waiting for a person since it was restored."""
    from watcher.models.alerts import DeliveryState
    from watcher.store.keeping import BACKUP

    made, moment = store.keeping.last(BACKUP), now()
    if made is None:
        found = [Finding("backup", Grade.ADVICE, "none was made yet; `watcher db backup FILE`, once a day")]
    elif moment - made.at > BACKUP_OLD:
        old = f"the last one was made {when(made.at)} UTC; `watcher db backup FILE`, once a day"
        found = [Finding("backup", Grade.ADVICE, old)]
    else:
        found = [Finding("backup", Grade.FINE, f"made {when(made.at)} UTC")]
    held = store.counts(moment).deliveries[DeliveryState.RESTORED]
    if held:
        text = f"{held} are held since a restore; look at them, then `watcher alerts release` or `drop`"
        found.append(Finding("alerts", Grade.ADVICE, text))
    return found


def _vocabulary(mine: Settings) -> Iterator[Finding]:
    """Whether what is stored was classified with the vocabulary in force."""
    from watcher.bootstrap import Knowledge
    from watcher.models.reclassified import Wanted

    try:
        version = Knowledge(mine.vocabulary).classifier.vocabulary.version
    except ConfigError:  # told under "configuration"
        return
    old = _looked(mine, lambda store: store.reclassification.count(Wanted(version)))
    if old:
        text = f"{old:,} stored entries were classified with another version than {version}, which is in force; "
        advice = "`watcher reclassify --dry-run` says what would change, `watcher reclassify` brings them up to date"
        yield Finding("vocabulary", Grade.ADVICE, text + advice)
    else:
        yield Finding("vocabulary", Grade.FINE, f"version {version}")


def _mail(mine: Settings) -> Iterator[Finding]:
    if mine.smtp is None:
        yield Finding("e-mail", Grade.FINE, "not set up (WATCHER_SMTP_URL); no e-mail alerts")
        return
    yield _graded("e-mail", partial(_greet, mine.smtp))


def _greet(server: SmtpSettings) -> str:
    """Connect as a delivery would, log in, and leave. Raises ConfigError."""
    secure = ssl.create_default_context()
    try:
        with (
            smtplib.SMTP_SSL(server.host, server.port, timeout=MAIL_WAIT, context=secure)
            if server.tls == "tls"
            else smtplib.SMTP(server.host, server.port, timeout=MAIL_WAIT)
        ) as connection:
            if server.tls == "starttls":
                connection.starttls(context=secure)
            if server.user:
                connection.login(server.user, server.password.reveal())
            connection.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise ConfigError(f"{server.shown} does not take mail from us: {error}; look at WATCHER_SMTP_URL") from error
    return f"{server.shown} answers ({server.tls})"


def _graded(about: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(about, Grade.FINE, look())
    except WatcherError as error:
        return Finding(about, Grade.WRONG, str(error))
