"""The store: one door to everything that is remembered, with one drawer per noun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from watcher.models.receipts import Figures
from watcher.models.views import Counts
from watcher.store.answers import Answers
from watcher.store.captures import Captures
from watcher.store.catalogs import Catalogs
from watcher.store.changes import Changes
from watcher.store.checks import Checks
from watcher.store.counts import count_all
from watcher.store.deliveries import Deliveries
from watcher.store.engine import make_engine, reading
from watcher.store.entries import Entries
from watcher.store.events import Events
from watcher.store.feeds import Feeds
from watcher.store.hosts import Hosts
from watcher.store.incidents import Incidents
from watcher.store.keeping import Keeping
from watcher.store.made import MadeOnPages
from watcher.store.matches import Matches
from watcher.store.mirror import Mirror
from watcher.store.prune import Pruning
from watcher.store.pulses import Pulses
from watcher.store.receipts import figures
from watcher.store.reclassification import Reclassification
from watcher.store.regrouping import Regroupings
from watcher.store.reviews import Reviews
from watcher.store.schema import sources
from watcher.store.searches import Searches
from watcher.store.sessions import Sessions
from watcher.store.sign_ins import SignIns
from watcher.store.silences import Silences
from watcher.store.sources import Sources
from watcher.store.stories import Stories
from watcher.store.subscriptions import Subscriptions
from watcher.store.tokens import Tokens
from watcher.store.users import Users


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is remembered. Every public method is one transaction and may be called from any thread.

    All datetimes in and out are aware UTC. Every method raises StoreError when the database cannot be used (locked
    for longer than ten seconds, full, damaged, unreachable).
    """

    answers: Answers
    catalogs: Catalogs
    changes: Changes
    sources: Sources
    checks: Checks
    entries: Entries
    matches: Matches
    reviews: Reviews
    searches: Searches
    deliveries: Deliveries
    captures: Captures
    incidents: Incidents
    users: Users
    sessions: Sessions
    tokens: Tokens
    sign_ins: SignIns
    feeds: Feeds
    silences: Silences
    hosts: Hosts
    keeping: Keeping
    pruning: Pruning
    reclassification: Reclassification
    pulses: Pulses
    subscriptions: Subscriptions
    made: MadeOnPages
    events: Events
    regroupings: Regroupings
    stories: Stories
    _engine: Engine

    def counts(self, now: datetime) -> Counts:
        """The numbers of the minute line, the overview and /metrics, as of `now`."""
        return count_all(self._engine, now)

    def figures(self, since: datetime, until: datetime) -> Figures:
        """The numbers of a receipt about this time."""
        return figures(self._engine, since, until)

    def newest_moment(self) -> datetime | None:
        """When the last check was recorded, by the clock of then; None before the first one."""
        with reading(self._engine) as connection:
            newest: datetime | None = connection.scalar(select(func.max(sources.c.last_check_at)))
            return newest

    def is_writable(self) -> bool:
        """Whether the database takes a write at this moment; the write is taken back."""
        try:
            with self._engine.connect() as connection, connection.begin() as transaction:
                connection.execute(text("UPDATE watcher_version SET version_num = version_num"))
                transaction.rollback()
        except DBAPIError:
            return False
        return True

    def close(self) -> None:
        """Give all connections back; the store must not be used after."""
        self._engine.dispose()


def open_store(url: str) -> Store:
    """The store at `url` (sqlite:///file or postgresql+psycopg://...). Connects on first use; checks no schema.

    Raises StoreError when the URL names no database that watcher can use.
    """
    engine = make_engine(url)
    mirror = Mirror(engine)
    return Store(
        answers=Answers(engine),
        catalogs=Catalogs(engine),
        changes=Changes(engine),
        sources=Sources(engine),
        checks=Checks(engine),
        entries=Entries(engine),
        matches=Matches(engine, mirror),
        reviews=Reviews(engine),
        searches=Searches(engine),
        deliveries=Deliveries(engine),
        captures=Captures(engine),
        incidents=Incidents(engine),
        users=Users(engine),
        sessions=Sessions(engine),
        tokens=Tokens(engine),
        sign_ins=SignIns(engine),
        feeds=Feeds(engine, mirror),
        silences=Silences(engine),
        hosts=Hosts(engine),
        keeping=Keeping(engine),
        pruning=Pruning(engine),
        reclassification=Reclassification(engine),
        pulses=Pulses(engine),
        subscriptions=Subscriptions(engine),
        made=MadeOnPages(engine),
        events=Events(engine),
        regroupings=Regroupings(engine),
        stories=Stories(engine),
        _engine=engine,
    )
