"""What a fault of a receiver is tried on: a store, a courier with a clock of its own, and the books of both sides."""

from __future__ import annotations

import asyncio
import base64
import re
import shutil
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from tests.alerts.receivers import HOST, HttpReceiver, Mailbox, quietly
from tests.alerts.samples import recipient, said
from tests.store.building import NOW, entry, entry_record, found
from watcher.alerts.channels import Sender, channels
from watcher.alerts.channels.email import EmailSender
from watcher.alerts.channels.webhook import WebhookSender
from watcher.alerts.smtp import Patience, SmtpSettings, Tls
from watcher.fetch import AllowedAddress, Fetcher
from watcher.models.alerts import Delivery, DeliveryState
from watcher.models.catalog import Recipient
from watcher.models.checks import EntryRecord
from watcher.models.identity import delivery_id, entry_id
from watcher.models.views import DeliveryRow
from watcher.pipeline.deliver import Courier, deliver_due
from watcher.store import Store, open_store
from watcher.store.schema import attempts

HURRIED = Patience(*(timedelta(seconds=s) for s in (0.5, 0.5, 0.5, 1.5)))
"""The mail server's limits, made short: what lasts minutes otherwise lasts a second here."""
HOOK_PATIENCE = timedelta(seconds=0.6)
KEYS = {f"${{{name}}}": "whsec_" + base64.b64encode(name.encode() * 8).decode() for name in ("OLD", "NEW")}


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Stage:
    """One store, one courier, and what the receivers were sent. A fault puts alerts in and lets time go by."""

    store: Store
    courier: Courier
    clock: Clock
    fetcher: Fetcher
    recipients: dict[str, Recipient]
    senders: dict[str, Sender]
    got: list[str] = field(default_factory=list)
    """The ids of the deliveries that receivers took whole, in their order."""
    entries: int = 0

    def mail(self, port: int, tls: Tls = "plain", trusting: ssl.SSLContext | None = None, **settings: Any) -> None:
        """Hand mail to the server at this port from now on."""
        made = SmtpSettings(HOST, port, tls, mail_from="alerts@example.org", patience=HURRIED, **settings)
        self.senders["email"] = EmailSender(made, self.clock, UTC, trusting)

    def hook(self, url: str, *secrets: str, called: str = "hook") -> Recipient:
        """A webhook as recipient, in the configuration."""
        made = recipient("webhook", called=called, url=url, secret=secrets or ("${OLD}",))
        self.recipients[called] = made
        return made

    def desk(self, *addresses: str) -> Recipient:
        """Mail addresses as recipient, in the configuration."""
        made = self.recipients["desk"] = recipient("email", to=addresses or ("a@example.org",))
        return made

    def put(self, to: Recipient, number: int = 1) -> None:
        """Commit entries that make a delivery to each address of a recipient."""
        records = [self._record(to) for _ in range(number)]
        found(self.store, *records, now=self.clock.now)

    def _record(self, to: Recipient) -> EntryRecord:
        self.entries += 1
        key = str(self.entries)
        id_ = entry_id("kind-news", key)
        deliveries = tuple(
            Delivery(
                delivery_id(to.id, address, id_, 1), id_, ("all",), to.id, to.channel, address, said(), self.clock.now
            )
            for address in channels()[to.channel].addresses(to)
        )
        return entry_record(entry(key), deliveries=deliveries)

    async def deliver(self) -> None:
        """Send what is due now."""
        await deliver_due(self.store, self.courier)

    async def go_on(self, rounds: int = 40) -> None:
        """Let the clock jump from one due time to the next, until the outbox is empty."""
        while rounds and (due := self.store.deliveries.next_due_at()) is not None:
            self.clock.now, rounds = max(self.clock.now, due), rounds - 1
            await self.deliver()

    def rows(self) -> list[DeliveryRow]:
        """The outbox's own account, oldest first."""
        return self.store.deliveries.listing(limit=1000)[::-1]

    def row(self) -> DeliveryRow:
        """The only delivery."""
        (row,) = self.rows()
        return row

    def took(self, mailbox: Mailbox) -> None:
        """Enter what a mail server stored into the receivers' book."""
        for message in mailbox.messages:
            name = re.search(rb"^Message-ID: <([^@>]+)@example\.org>", message, re.M | re.I)
            assert name is not None
            self.got.append(name[1].decode())

    def heard(self, receiver: HttpReceiver) -> None:
        """Enter what an HTTP receiver was sent into the receivers' book."""
        self.got += [request.headers["webhook-id"] for request in receiver.requests]


Story = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """A fault by its code; `refused` deliveries are meant to end dead, with the receiver's reason."""

    code: str
    what: str
    story: Story
    refused: int = 0


@dataclass(frozen=True)
class Account:
    """How a fault went: the outbox's states, what arrived, and what must not be."""

    fault: Fault
    attempts: int
    states: Counter[str]
    received: int
    duplicates: int
    foreign: int
    lost: int
    broken: str

    def __str__(self) -> str:
        states = ", ".join(f"{number} {state}" for state, number in sorted(self.states.items()))
        shown = f"{self.fault.code:<4}{self.fault.what:<46}{self.attempts:>9}  {states:<24}{self.received:>9}"
        return f"{shown}{self.duplicates:>12}{self.foreign:>9}{self.lost:>6}  {self.broken}"


HEAD = f"{'':<4}{'fault':<46}{'attempts':>9}  {'state':<24}{'received':>9}{'same id':>12}{'other id':>9}{'lost':>6}"


async def tried(fault: Fault, database: Path, folder: Path) -> Account:
    """Play a fault through and compare the books."""
    async with _stage(database, folder / f"{fault.code}.db") as stage:
        broken = ""
        with quietly():
            try:
                async with asyncio.timeout(30):
                    await fault.story(stage)
            except (AssertionError, TimeoutError) as error:
                broken = " ".join(f"{type(error).__name__} {error}".split())[:200]
        return _account(fault, stage, broken)


def _account(fault: Fault, stage: Stage, broken: str) -> Account:
    rows, got = stage.rows(), Counter(stage.got)
    arrived = {row.id for row in rows if got[_sent_as(row)]}
    lost = [row for row in rows if row.id not in arrived and not (row.state is DeliveryState.DEAD and row.answer)]
    lost += [row for row in rows if row.state is DeliveryState.DELIVERED and row.id not in arrived]
    dead = sum(row.state is DeliveryState.DEAD for row in rows)
    if not broken and dead != fault.refused:
        broken = f"{dead} dead: {next((row.answer for row in rows if row.state is DeliveryState.DEAD), '')}"
    return Account(
        fault=fault,
        attempts=_attempts(stage.store),
        states=Counter(row.state.value for row in rows),
        received=len(stage.got),
        duplicates=len(stage.got) - len(got),
        foreign=len(set(got) - {_sent_as(row) for row in rows}),
        lost=len({row.id for row in lost}),
        broken=broken,
    )


def _sent_as(row: DeliveryRow) -> str:
    """The id that the receiver sees: alerts that were due together for one mail address go as one message."""
    return row.batch or row.id


def _attempts(store: Store) -> int:
    """All that were recorded: a retry by a person starts counting anew, the history does not."""
    with store._engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(attempts)) or 0


@asynccontextmanager
async def _stage(database: Path, path: Path) -> AsyncIterator[Stage]:
    shutil.copy(database, path)
    store, clock = open_store(f"sqlite:///{path}"), Clock()
    authority = path.with_suffix(".pem")
    fetcher = Fetcher(
        contact="",
        allow=[AllowedAddress.parse(f"{HOST}/32")],
        clock=clock,
        ca_file=authority if authority.exists() else None,
    )
    recipients: dict[str, Recipient] = {}
    senders: dict[str, Sender] = {"webhook": WebhookSender(fetcher.send, KEYS.__getitem__, clock, HOOK_PATIENCE)}
    courier = Courier(channels(), senders, recipients, clock, Random(1))
    try:
        yield Stage(store, courier, clock, fetcher, recipients, senders)
    finally:
        await fetcher.aclose()
        store.close()


async def until(condition: Callable[[], bool], seconds: float = 20) -> float:
    """Wait for something; returns the seconds it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the condition lies with a receiver
            await asyncio.sleep(0.005)
    return loop.time() - began


def table(accounts: Sequence[Account]) -> str:
    """The accounts as people read them. Received is what arrived whole, whatever the receiver answered then."""
    total = f"{len(accounts)} faults: lost {sum(a.lost for a in accounts)}, sent again under the same id "
    total += f"{sum(a.duplicates for a in accounts)}, under another id {sum(a.foreign for a in accounts)}"
    return "\n".join([HEAD, *map(str, accounts), total])
