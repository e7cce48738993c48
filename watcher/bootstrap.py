"""Settings + sources.yaml -> objects: the only place that knows everything."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import os
import random
import secrets
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence, ValuesView
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from watcher.alerts import notices, operators, rules, silences
from watcher.alerts.channels import Means, Sender, channels, senders
from watcher.alerts.channels.base import addresses, is_reference
from watcher.alerts.doors import Doors
from watcher.alerts.payload import Links
from watcher.errors import ConfigError, FetchError, StoreError
from watcher.fetch import AllowedAddress, Fetcher, Limits, Mailboxes, Resolver
from watcher.models.alerts import Announcement, Delivery
from watcher.models.catalog import Catalog, HostRule, Publisher, Recipient, Robots, Rule, Source
from watcher.models.checks import CheckSummary
from watcher.models.incidents import Incident, IncidentChange
from watcher.models.keeping import Pruned
from watcher.models.made import NOTHING_MADE, MadeHere, clashes, together
from watcher.models.matches import Classification, Match
from watcher.models.policies import Policy
from watcher.models.reclassified import Outcome, Wanted
from watcher.models.secret import Secret
from watcher.models.silences import Silence
from watcher.models.subscriptions import Subscription, SubscriptionRequest, as_recipient, as_rule, asked
from watcher.models.words import PublisherType
from watcher.pipeline import prune, reclassify
from watcher.pipeline.deliver import Courier
from watcher.pipeline.events import Gathering
from watcher.pipeline.tools import KindTraits, Memory, Tools
from watcher.pipeline.upkeep import Upkeep, is_well
from watcher.pipeline.watch import Watch
from watcher.sandbox import Sandbox
from watcher.settings import Settings
from watcher.sources.base import Kind, kinds
from watcher.sources.catalog import json_schema, read_catalog
from watcher.sources.catalog.edit import Change, drafted, rewrite
from watcher.store import Store
from watcher.store import open_store as open_database
from watcher.store.keeping import PRUNE
from watcher.store.migrate import ensure_ready

if TYPE_CHECKING:
    from watcher.classify import Classifier

T = TypeVar("T")

SHIPPED = Path(__file__).parent / "_shipped"
CHECKOUT = Path(__file__).parent.parent
LINK_KEY = "links.key"
HEARTBEAT = timedelta(seconds=10)
"""What the receiver of a heartbeat has to answer."""
PROVIDER = Limits(
    deadline=timedelta(seconds=10), raw=256 * 1024, decoded=256 * 1024, answer=256 * 1024, redirects=0, idle=2
)
"""Of an OpenID provider: its answers are small, and it is where its issuer says."""


def shipped(name: str) -> Path:
    """A file that comes with watcher: inside the installed package, or at the top of a checkout."""
    packaged = SHIPPED / name
    return packaged if packaged.exists() else CHECKOUT / name


def utc_now() -> datetime:
    """The clock that every part is handed."""
    return datetime.now(UTC)


def prepare_data_dir(settings: Settings) -> None:
    """Make the folder of the database, readable by its owner only. Raises StoreError."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{settings.data_dir}: the data folder cannot be made ({error.strerror}); "
            "set WATCHER_DATA_DIR to a folder that this user may write"
        ) from error


def open_store(settings: Settings, *, verify: bool = False) -> Store:
    """The store, migrated and ready; `verify` reads every page of an SQLite file first. Raises StoreError."""
    prepare_data_dir(settings)
    ensure_ready(settings.database_url, verify=verify)
    return open_database(settings.database_url)


def load_catalog(settings: Settings, policies: Mapping[str, Policy]) -> Catalog:
    """What sources.yaml says. Raises ConfigError: every mistake with its line."""
    if not settings.config.exists():
        raise ConfigError(
            f"{settings.config}: there is no such file; `watcher init` writes one to start from, "
            "or set WATCHER_CONFIG to yours"
        )
    return read_catalog(
        settings.config,
        kinds={name: kind.options for name, kind in kinds().items()},
        channels={name: channel.options for name, channel in channels().items()},
        policies=policies.keys(),
    )


def rewrite_catalog(settings: Settings, policies: Mapping[str, Policy], *changes: Change) -> bool:
    """Make changes in sources.yaml, if it is right afterwards; False when it says that already. Raises ConfigError."""
    return rewrite(settings.config, *changes, check=lambda path: load_catalog(replace(settings, config=path), policies))


def drafted_catalog(settings: Settings, policies: Mapping[str, Policy], *changes: Change) -> Catalog:
    """What sources.yaml would say after these changes; nothing is written. Raises ConfigError."""
    return drafted(settings.config, *changes, read=lambda path: load_catalog(replace(settings, config=path), policies))


def published_catalog(settings: Settings, store: Store, knowledge: Knowledge, now: datetime) -> Catalog:
    """The catalog in force: the stored one while the file is the same, else the file's, after it was stored."""
    if settings.config.exists() and store.catalogs.digest() == file_digest(settings.config):
        current = store.catalogs.current()
        if current is not None:
            return current
    catalog = load_catalog(settings, knowledge.policies)
    refuse_clashes(settings, catalog, store.made.all())
    store.catalogs.publish(catalog, now)
    return catalog


def refuse_clashes(settings: Settings, catalog: Catalog, made: MadeHere) -> None:
    """Raises ConfigError where the file uses an id that a rule or a recipient has which was made on a page."""
    found = clashes(catalog, made)
    if found:
        said = "; ".join(f"{each}: this id belongs to what was made on the pages" for each in found)
        raise ConfigError(
            f"{settings.config}: {said}; give it another id here, or remove the other under Alerts, Rules"
        )


def link_key(settings: Settings) -> Secret:
    """The key that signs the links in mails: WATCHER_LINK_KEY, or a file in the data folder, made when it is missing.

    Raises StoreError when the file can be neither read nor made.
    """
    if settings.link_key is not None:
        return settings.link_key
    prepare_data_dir(settings)
    path = settings.data_dir / LINK_KEY
    try:
        with suppress(FileExistsError), open(path, "x", opener=_private) as new:
            new.write(secrets.token_urlsafe(32))
        return Secret(path.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: the key of links in mails cannot be kept there ({error}); free it") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def catalog_schema() -> dict[str, object]:
    """The JSON Schema of sources.yaml, for editors."""
    return json_schema(
        {name: kind.options for name, kind in kinds().items()},
        {name: channel.options for name, channel in channels().items()},
    )


def file_digest(path: Path) -> str:
    """The SHA-256 of a file, hex: how a changed sources.yaml is noticed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def resolve_secret(reference: str) -> str:
    """The value behind `${NAME}` or `file:path`. Raises ConfigError when it leads nowhere."""
    if reference.startswith("file:"):
        path = Path(reference.removeprefix("file:"))
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{reference}: the secret cannot be read ({error}); put it into that file") from error
    name = reference.removeprefix("${").removesuffix("}")
    if name in os.environ:
        return os.environ[name]
    if f"{name}_FILE" in os.environ:
        return resolve_secret(f"file:{os.environ[f'{name}_FILE']}")
    raise ConfigError(f"{reference}: the environment has no {name}; set it, or {name}_FILE to a file that holds it")


def provider_door(contact: str) -> Fetcher:
    """The door to an OpenID provider, which the operators chose like their mail server: also inside their network."""
    anywhere = [AllowedAddress.parse("0.0.0.0/0"), AllowedAddress.parse("[::/0]")]
    rule = HostRule("*", at_once=4, apart=timedelta(), robots=Robots.IGNORE)
    return Fetcher(contact=contact, hosts=[rule], allow=anywhere, limits=PROVIDER, clock=utc_now)


class Knowledge:
    """The vocabulary and its classifier, loaded when they are first needed: an unchanged round never needs them."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._classifier: Classifier | None = None

    @property
    def classifier(self) -> Classifier:
        with self._lock:
            if self._classifier is None:
                # 80 ms of imports that an unchanged round can do without
                from watcher.classify import Classifier, load_vocabulary

                self._classifier = Classifier(load_vocabulary([self._folder] if self._folder else []))
                # It lives as long as the process: looked through at every full collection, it cost 2 ms of CPU for
                # each feed of 30 new entries.
                gc.freeze()
            return self._classifier

    @property
    def policies(self) -> Mapping[str, Policy]:
        return self.classifier.vocabulary.policies


@dataclass(frozen=True, slots=True)
class Plan:
    """Who hears of what, and how it is sent: everything that follows from one catalog."""

    catalog: Catalog
    """With what was made on pages."""
    subscribed: tuple[Rule, ...]
    """Apart from the rules of the catalog: what one of those stops must not be kept from subscribers."""
    recipients: Mapping[str, Recipient]
    senders: Mapping[str, Sender]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who hears of what beside sources.yaml: made on pages, subscribed, asked to confirm."""

    made: MadeHere = NOTHING_MADE
    subscriptions: tuple[Subscription, ...] = ()
    requests: tuple[SubscriptionRequest, ...] = ()


NOBODY_ELSE = Audience()


class Live(Mapping[str, T]):
    """A mapping that is looked up anew each time: whoever holds it sees the plan in force."""

    def __init__(self, now: Callable[[], Mapping[str, T]]) -> None:
        self._now = now

    def __getitem__(self, key: str) -> T:
        return self._now()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def values(self) -> ValuesView[T]:
        """Those of one moment."""
        return self._now().values()


class Stages:
    """The stages of one process, put together; what they hand to each other passes through the pipeline."""

    def __init__(self, settings: Settings, *, console: TextIO, resolve: Resolver | None = None) -> None:
        self.settings = settings
        self.knowledge = Knowledge(settings.vocabulary)
        self.fetcher = Fetcher(
            contact=settings.contact, allow=settings.allow_fetch, proxy=settings.proxy, resolve=resolve, clock=utc_now
        )
        self._mailboxes = Mailboxes(clock=utc_now, secret=resolve_secret)
        self._poster = Fetcher(contact=settings.contact, allow=settings.allow_send, clock=utc_now)
        self.provider_door = provider_door(settings.contact) if settings.openid else None
        self._sandbox = Sandbox(warm=["watcher.pipeline.reading:read_source"])
        self.doors = Doors(settings.base_url, link_key(settings)) if settings.smtp else None
        self._means = Means(
            clock=utc_now,
            secret=resolve_secret,
            smtp=settings.smtp,
            doors=self.doors,
            post=self._poster.send,
            console=console,
            timezone=settings.timezone,
        )

    def plan(self, catalog: Catalog, audience: Audience = NOBODY_ELSE, *, sends: bool = True) -> Plan:
        """What follows from a catalog and what people made on pages.

        Raises ConfigError where the channel of a recipient in the file lacks something; alerts to others whose channel
        does are given up with that reason. Where nothing is sent (`sends` False) nothing can be lacking, and the plan
        has no senders.
        """
        built = senders(catalog.recipients, self._means) if sends else {}
        whole = together(catalog, audience.made)
        others = [*map(as_recipient, audience.subscriptions), *map(asked, audience.requests)]
        recipients = {recipient.id: recipient for recipient in (*whole.recipients, *others)}
        for recipient in recipients.values():
            if sends and recipient.channel not in built:
                with suppress(ConfigError):
                    built |= senders([recipient], self._means)
        return Plan(whole, tuple(map(as_rule, audience.subscriptions)), recipients, built)

    def tools(
        self,
        memory: Memory,
        plan: Callable[[], Plan],
        in_force: Callable[[datetime], Sequence[Silence]] = lambda now: (),
    ) -> Tools:
        """What checks work with. `plan` gives the plan in force at the moment, `in_force` the silences."""
        return Tools(
            fetch=self.fetcher.fetch,
            mailboxes=self._mailboxes.fetch,
            sandbox=self._sandbox.run,
            classify=self._classify,
            memory=memory,
            route=lambda announcement, now: self._route_past(in_force(now), plan(), announcement, now),
            kinds={name: _traits(kind) for name, kind in kinds().items()},
            clock=utc_now,
            jitter=lambda: random.uniform(-1, 1),  # noqa: S311 - spreads load, guards nothing
            tell_operators=lambda *said: self._tell(plan(), *said),
        )

    def explain(self, plan: Plan, announcement: Announcement) -> tuple[rules.Answer, ...]:
        """What each rule says to an announcement, and why."""
        parents = self.parents()
        asked_for = rules.explain(announcement, plan.catalog.rules, parents=parents)
        return (*asked_for, *rules.explain(announcement, plan.subscribed, parents=parents))

    def held(self, in_force: Sequence[Silence], announcement: Announcement, now: datetime) -> dict[Match, Silence]:
        """Which of its matches a silence holds now."""
        return silences.held_matches(announcement, in_force, parents=self.parents(), now=now)

    def tell(self, notice: notices.Notice, recipients: Sequence[Recipient], now: datetime) -> tuple[Delivery, ...]:
        """The deliveries of a notice to these recipients."""
        return notices.tell(notice, recipients, addresses=addresses, links=Links(self.settings.base_url), now=now)

    def tell_of(self, plan: Plan, incident: Incident, to: Sequence[str], now: datetime) -> tuple[Delivery, ...]:
        """The deliveries about an incident that is no source's, to these recipients."""
        links = Links(self.settings.base_url)
        return operators.tell(incident, None, None, to, plan.recipients, addresses=addresses, links=links, now=now)

    async def beat(self, plan: Plan) -> None:
        """Call the heartbeat address, if there is one. Raises FetchError, ConfigError."""
        address = plan.catalog.heartbeat
        if address:
            url = resolve_secret(address) if is_reference(address) else address
            await self._poster.send(url, headers={}, body=b"", deadline=HEARTBEAT)

    async def aclose(self) -> None:
        """End the child processes and connections."""
        await self._sandbox.aclose()
        await self.fetcher.aclose()
        await self._poster.aclose()
        if self.provider_door:
            await self.provider_door.aclose()

    def _classify(
        self, *, text: str, title: str, publisher_type: PublisherType | None, published_at: datetime | None
    ) -> Classification:
        return self.knowledge.classifier.classify(
            text=text, title=title, publisher_type=publisher_type, published_at=published_at
        )

    def _route_past(
        self, in_force: Sequence[Silence], plan: Plan, announcement: Announcement, now: datetime
    ) -> tuple[Delivery, ...]:
        return silences.route_past(
            announcement,
            in_force,
            lambda loud: self._route(plan, loud, now),
            parents=self.parents(),
            now=now,
        )

    def _route(self, plan: Plan, announcement: Announcement, now: datetime) -> tuple[Delivery, ...]:
        told = self._routed(plan, plan.catalog.rules, announcement, now)
        return (*told, *self._routed(plan, plan.subscribed, announcement, now))

    def _routed(
        self, plan: Plan, in_order: Sequence[Rule], announcement: Announcement, now: datetime
    ) -> tuple[Delivery, ...]:
        return rules.route(
            announcement,
            in_order,
            plan.recipients,
            parents=self.parents(),
            policies=self.knowledge.policies,
            addresses=addresses,
            links=Links(self.settings.base_url),
            now=now,
        )

    def _tell(
        self, plan: Plan, incident: Incident, source: Source | None, publisher: Publisher | None, now: datetime
    ) -> tuple[Delivery, ...]:
        return operators.tell(
            incident,
            source,
            publisher,
            plan.catalog.operators,
            plan.recipients,
            addresses=addresses,
            links=Links(self.settings.base_url),
            now=now,
        )

    def parents(self) -> dict[str, str | None]:
        """Each policy's parent, or None."""
        return {policy.id: policy.parent for policy in self.knowledge.policies.values()}


def _traits(kind: Kind) -> KindTraits:
    return KindTraits(kind.accept, kind.every, kind.remembers, kind.door)


def audience_of(store: Store, now: datetime) -> Audience:
    """The audience that the database has."""
    subscriptions, requests = store.subscriptions.in_force(now)
    return Audience(store.made.all(), tuple(subscriptions), tuple(requests))


class App:
    """The stages on their store, with the plan in force: what a daemon or a command works with.

    `catalog` None: what sources.yaml says, published if it is new. `sends` False is for commands that send nothing:
    they work also where a channel cannot be used yet.
    """

    def __init__(
        self,
        stages: Stages,
        store: Store,
        tell: Callable[[CheckSummary], None],
        tell_of_incident: Callable[[IncidentChange], None] = lambda change: None,
        *,
        catalog: Catalog | None = None,
        sends: bool = True,
    ) -> None:
        self.stages = stages
        self._sends = sends
        self.store = store
        self._lock = threading.Lock()
        self._catalog = catalog or published_catalog(stages.settings, store, stages.knowledge, utc_now())
        self._number = store.made.number()
        self.plan = stages.plan(self._catalog, audience_of(store, utc_now()), sends=sends)
        self.stages.fetcher.use_hosts(self.plan.catalog.hosts)
        self.recall_host_notes()
        self.gather = Gathering(stages.parents, lambda: self.plan.catalog.leads)
        courier = Courier(
            channels(),
            Live(lambda: self.plan.senders),
            Live(lambda: self.plan.recipients),
            utc_now,
            refresh=self._refresh,
        )
        self.watch = Watch(
            store,
            stages.tools(store.entries, self.current_plan, store.silences.in_force),
            lambda: courier,
            tell,
            tell_of_incident=tell_of_incident,
            gather=self.gather,
        )
        self._upkeep = Upkeep(
            store,
            tell=stages.tell,
            tell_of=lambda incident, to, now: stages.tell_of(self.plan, incident, to, now),
            addresses=addresses,
            told=tell_of_incident,
        )

    async def beat(self, *, ticking: bool) -> str:
        """Call the heartbeat address while all is well; returns why it could not be reached, or "". Raises StoreError.

        `ticking` is whether sources are being checked.
        """
        if not await asyncio.to_thread(self._is_well, ticking):
            return ""
        try:
            await self.stages.beat(self.plan)
        except (FetchError, ConfigError) as error:
            said = error.problem.message if isinstance(error, FetchError) else error
            return f"the heartbeat address did not answer: {said}"
        return ""

    def _is_well(self, ticking: bool) -> bool:
        writable, next_due_at = self.store.is_writable(), self.store.deliveries.next_due_at()
        return is_well(ticking=ticking, database_writable=writable, next_due_at=next_due_at, now=utc_now())

    async def prune(self, stopping: asyncio.Event) -> Pruned:
        """Once a day, take away what has had its time, step by step with pauses; returns what went."""
        now, keeping, gone = utc_now(), self.store.keeping, Pruned()
        if not prune.is_due(await asyncio.to_thread(keeping.last, PRUNE), now):
            return gone
        todo = prune.steps(self.store.pruning, self.plan.catalog.retention, now)
        while (step := await asyncio.to_thread(next, todo, None)) is not None:
            if stopping.is_set():
                return gone
            gone += step
            await asyncio.sleep(prune.PAUSE)
        await asyncio.to_thread(keeping.note, PRUNE, now, {"texts": gone.texts, "captures": gone.captures})
        return gone

    async def reclassify(self, wanted: Wanted, *, dry_run: bool) -> AsyncIterator[Outcome]:
        """Classify stored entries again, step by step; nobody is alerted. A dry run stores nothing. Raises StoreError.

        Whoever ends it between two steps loses nothing of those before.
        """
        store = self.store.reclassification
        todo = reclassify.steps(
            store,
            wanted,
            self.stages.knowledge.classifier.classify,
            store.compare if dry_run else lambda batch: store.record(batch, self.gather, utc_now()),
        )
        while (step := await asyncio.to_thread(next, todo, None)) is not None:
            yield step

    def recall_host_notes(self) -> None:
        """Heed what hosts said to other processes, or to this one before it was started again."""
        self.stages.fetcher.recall(self.store.hosts.notes(utc_now()))

    async def keep_host_notes(self) -> None:
        """Keep what hosts said since the last time: holds and robots.txt survive a restart."""
        notes = self.stages.fetcher.unsaved()
        if notes:
            await asyncio.to_thread(self.store.hosts.keep, notes, utc_now())
            self.stages.fetcher.saved(notes)

    def current_plan(self) -> Plan:
        """The plan in force, with what people changed on the pages a moment ago. Blocks. Raises StoreError."""
        if self.store.made.number() == self._number:
            return self.plan
        with self._lock:
            number = self.store.made.number()  # before the rest is read: a change after it is seen the next time
            self.plan = self.stages.plan(self._catalog, audience_of(self.store, utc_now()), sends=self._sends)
            self._number = number
            return self.plan

    def _refresh(self) -> None:
        self.current_plan()

    def tend(self) -> int:
        """Canary, receipt, and word of recipients that cannot be reached; returns how many deliveries were made."""
        self.store.subscriptions.forget_expired(utc_now())
        return self._upkeep.tend(self.current_plan().catalog, utc_now())

    def reload(self) -> bool:
        """Work with what sources.yaml says now; False when it says the same. Raises ConfigError, changing nothing."""
        settings = self.stages.settings
        if file_digest(settings.config) == self._catalog.digest:
            return False
        self._use(load_catalog(settings, self.stages.knowledge.policies), is_new=True)
        return True

    def follow(self) -> bool:
        """Work with the catalog that another process put in force; False when it is the same. Raises ConfigError."""
        if self.store.catalogs.digest() == self._catalog.digest:
            return False
        catalog = self.store.catalogs.current()
        assert catalog is not None
        self._use(catalog, is_new=False)
        return True

    def _use(self, catalog: Catalog, *, is_new: bool) -> None:
        with self._lock:  # so that no change on a page falls between the two
            number, audience = self.store.made.number(), audience_of(self.store, utc_now())
            refuse_clashes(self.stages.settings, catalog, audience.made)
            plan = self.stages.plan(catalog, audience, sends=self._sends)
            if is_new:
                self.store.catalogs.publish(catalog, utc_now())
            self._catalog, self.plan, self._number = catalog, plan, number
        self.stages.fetcher.use_hosts(catalog.hosts)


@asynccontextmanager
async def opened_stages(settings: Settings, *, console: TextIO | None = None) -> AsyncIterator[Stages]:
    """The stages alone, for work that stores nothing; closed at the end."""
    stages = Stages(settings, console=console or sys.stdout)
    try:
        yield stages
    finally:
        await stages.aclose()


@asynccontextmanager
async def opened_app(
    settings: Settings,
    store: Store,
    *,
    tell: Callable[[CheckSummary], None] = lambda summary: None,
    console: TextIO | None = None,
    sends: bool = True,
) -> AsyncIterator[App]:
    """An app on this store; its children and connections are closed at the end. Raises ConfigError."""
    async with opened_stages(settings, console=console) as stages:
        app = App(stages, store, tell, sends=sends)
        try:
            yield app
        finally:
            await app.watch.stop(grace_seconds=0)
            await app.keep_host_notes()
