"""Feeds that we publish: the links that open them, and the entries that they list."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, false, func, or_, select, update

from watcher.models.feeds import FeedItem, FeedLink, FeedOf
from watcher.models.views import MatchQuery, Order
from watcher.models.words import Verdict
from watcher.store.digests import sha256_of
from watcher.store.engine import reading, writing
from watcher.store.fitting import Asked
from watcher.store.leading import leading
from watcher.store.matches import ROWS, read_match_row
from watcher.store.mirror import Mirror
from watcher.store.schema import deliveries, entries, feed_links, matches, sources


@dataclass(frozen=True, slots=True)
class Feeds:
    """Links to feeds. Of tokens only the SHA-256 is kept: a copy of the database opens no feed."""

    _engine: Engine
    _mirror: Mirror

    def new_link(self, of: FeedOf, about: str, language: str, created_by: str, now: datetime) -> str:
        """A token that opens a feed until it is revoked; it is not kept and cannot be shown again."""
        token = secrets.token_urlsafe(32)
        row = {
            "id": secrets.token_hex(8),
            "token_sha256": sha256_of(token),
            "of": of.value,
            "about": about,
            "language": language,
            "created_by": created_by,
            "created_at": now,
        }
        with writing(self._engine) as connection:
            connection.execute(feed_links.insert(), row)
        return token

    def by_token(self, token: str) -> FeedLink | None:
        """The link that this token opens, also a revoked one; None when there is none. Writes nothing."""
        with reading(self._engine) as connection:
            row = connection.execute(select(feed_links).where(feed_links.c.token_sha256 == sha256_of(token))).first()
        return _link(row) if row is not None else None

    def links(self) -> list[FeedLink]:
        """The links that are in force, newest first."""
        in_force = select(feed_links).where(feed_links.c.revoked_at.is_(None))
        with reading(self._engine) as connection:
            rows = connection.execute(in_force.order_by(feed_links.c.created_at.desc(), feed_links.c.id)).all()
        return [_link(row) for row in rows]

    def revoke(self, link_id: str, now: datetime) -> None:
        """Close a link for good; one that is closed or unknown is no mistake."""
        closing = update(feed_links).where(feed_links.c.id == link_id, feed_links.c.revoked_at.is_(None))
        with writing(self._engine) as connection:
            connection.execute(closing.values(revoked_at=now))

    def newest(self, of: FeedOf, about: Collection[str], limit: int) -> list[FeedItem]:
        """The entries of a feed about any of these ids, newest find first; what people dismissed is left out.

        Of a rule: the entries that it made deliveries for.
        """
        listed = (matches.c.current, matches.c.verdict != Verdict.DISMISSED.value, _belongs(of, about))
        last = func.max(matches.c.seq)
        chosen = select(matches.c.entry_seq).where(*listed).group_by(matches.c.entry_seq)
        newest = chosen.order_by(last.desc()).limit(limit).subquery()
        with reading(self._engine) as connection:
            return _items(connection, and_(*listed, matches.c.entry_seq.in_(select(newest.c.entry_seq))))

    def fitting(self, query: MatchQuery, limit: int) -> list[FeedItem]:
        """The newest entries with matches that fit a search; dismissed ones only when it asks for them."""
        with self._mirror.reading() as (connection, view):
            asked = Asked(connection, view)
            listed = asked.fitting(query)
            if query.verdict is None:
                listed &= ~view.bitmaps.with_value("verdict", Verdict.DISMISSED.value)
            cards = islice(leading(asked, listed, Order.NEWEST, None), limit)
            return _items(connection, matches.c.seq.in_([seq for card in cards for seq in card]))


def _belongs(of: FeedOf, about: Collection[str]) -> ColumnElement[bool]:
    if of is FeedOf.POLICY:
        return matches.c.policy.in_(about)
    if of is FeedOf.PUBLISHER:
        return matches.c.source_id.in_(select(sources.c.id).where(sources.c.publisher_id.in_(about)))
    # rule_ids is a JSON list of ids, which consist of letters, digits and hyphens: "id" in quotes is exact
    taken = [deliveries.c.rule_ids.contains(f'"{each}"', autoescape=True) for each in about]
    theirs = select(deliveries.c.entry_id).where(or_(false(), *taken))
    return matches.c.entry_seq.in_(select(entries.c.seq).where(entries.c.id.in_(theirs)))


def _items(connection: Connection, listed: ColumnElement[bool]) -> list[FeedItem]:
    query = ROWS.where(listed).order_by(matches.c.entry_seq.desc(), matches.c.position)
    items = [(max(row.seq for row in group), _item(group)) for group in _by_entry(connection.execute(query).all())]
    return [item for _, item in sorted(items, key=lambda pair: -pair[0])]


def _by_entry(rows: Any) -> list[list[Any]]:
    return [list(group) for _, group in groupby(rows, key=lambda row: row.entry_seq)]


def _item(rows: list[Any]) -> FeedItem:
    found = tuple(map(read_match_row, rows))
    return FeedItem(found[0].entry_id, max(row.first_seen for row in found), found)


def _link(row: Any) -> FeedLink:
    return FeedLink(
        id=row.id,
        of=FeedOf(row.of),
        about=row.about,
        language=row.language,
        created_by=row.created_by,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
