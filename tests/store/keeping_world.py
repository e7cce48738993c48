"""A database with something of everything in it, for the tests of backups, copies and pruning."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, NullPool

from tests.store.building import (
    LEASE,
    NOW,
    claim,
    decide,
    document,
    entry,
    entry_record,
    match,
    publish,
    record,
    source,
)
from watcher.models.alerts import AttemptResult, DeliveryState
from watcher.models.views import MatchQuery
from watcher.models.words import Verdict
from watcher.store import Store
from watcher.store.engine import make_engine

DAY = timedelta(days=1)
LATER = NOW + 400 * DAY


def door(url: str) -> Engine:
    """A look into the tables of any database, that leaves no connection behind."""
    return make_engine(url, poolclass=NullPool)


def fill(store: Store) -> None:
    """Two sources: one with matches (reviewed and not, told and to be told), one with nothing but texts."""
    publish(store, source("with"), source("without"))
    told = entry_record(
        entry("told", text="The end of MPP"), match(), source_id="with", addresses=("a@example.org", "b@example.org")
    )
    new = entry_record(entry("new", text="Ñandú MPP \U0001f600"), match("aca"), source_id="with")
    store.checks.record([record(claim(store, "with"), told, new, document=document(b"<with/>"))])
    found = [entry_record(entry(f"plain {n}", text=f"Nothing here {n}"), source_id="without") for n in range(3)]
    store.checks.record([record(claim(store, "without"), *found, document=document(b"<without/>"))])
    (sent, *_) = store.deliveries.claim_due(NOW, lease=LEASE, limit=1)
    store.deliveries.finish([AttemptResult(sent.delivery.id, sent.fence, DeliveryState.DELIVERED, NOW, "250 ok", None)])
    row = next(row for row in store.matches.each(MatchQuery()) if row.match.policy == "mpp")
    decide(store, row.id, Verdict.CONFIRMED, "seen", "admin")
    admin, _ = store.users.ensure_admin(NOW)
    store.users.redeem(store.users.new_login_token(admin.name, NOW, DAY), NOW)
