"""Matches: what was found, listed, searched and counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from watcher.models.catalog import Publisher
from watcher.models.matches import Match
from watcher.models.views import CardPage, MatchPage, MatchQuery, MatchRow, MonthTally, Order
from watcher.models.words import Action, Modality, PublisherType, Verdict
from watcher.store.bitmaps import Bitmaps, Bits
from watcher.store.codec import MATCH
from watcher.store.engine import reading
from watcher.store.facets import COUNTED, Tallies, facets
from watcher.store.fitting import Asked
from watcher.store.leading import Place, leading
from watcher.store.mirror import Mirror
from watcher.store.schema import entries, matches, publishers, sources

_STREAMED = 500
_LARGEST = 2**63 - 1

_OWN = [column for column in matches.c if column.name != "language"]

ROWS: Select[Any] = (
    select(
        *_OWN,
        entries.c.id.label("entry_id"),
        *entries.c["title", "url", "language", "published"],
        publishers.c.id.label("publisher_id"),
        publishers.c.name.label("publisher_name"),
        publishers.c.type.label("publisher_type"),
        publishers.c.country.label("publisher_country"),
    )
    .join(entries, entries.c.seq == matches.c.entry_seq)
    .join(sources, sources.c.id == matches.c.source_id)
    .join(publishers, publishers.c.id == sources.c.publisher_id)
)
"""What `read_match_row` reads."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The matches that the newest revision of each entry has; former ones are shown by id only.

    What takes a query raises SearchError when its `words` are no search.
    """

    _engine: Engine
    _mirror: Mirror

    def search(self, query: MatchQuery, *, cursor: str | None = None, limit: int = 50) -> MatchPage:
        """A page of the matches that fit the query, newest first. A cursor that is none begins at the beginning."""
        with self._asked() as asked:
            fitting = asked.fitting(query)
            seqs = list(islice(_newest(asked.view.bitmaps, fitting, _read_cursor(cursor)), limit + 1))
            rows = _rows(asked.connection, seqs[:limit])
        total = fitting.bit_count()
        return MatchPage(
            rows=tuple(rows),
            next_cursor=str(seqs[limit - 1]) if len(seqs) > limit else None,
            total=min(total, COUNTED),
            total_is_exact=total <= COUNTED,
        )

    def cards(
        self, query: MatchQuery, *, order: Order = Order.NEWEST, cursor: str | None = None, limit: int = 50
    ) -> CardPage:
        """A page of the entries with matches that fit, each once, where its leading match stands in the order."""
        with self._asked() as asked:
            fitting = asked.fitting(query)
            cards = list(islice(leading(asked, fitting, order, _read_place(cursor)), limit + 1))
            rows = {row.seq: row for row in _read(asked.connection, [seq for card in cards[:limit] for seq in card])}
            bits = asked.view.bitmaps
        last = bits.place(cards[limit - 1][0]) if len(cards) > limit else None
        total = fitting.bit_count()
        return CardPage(
            cards=tuple(tuple(read_match_row(rows[seq]) for seq in card if seq in rows) for card in cards[:limit]),
            next_cursor=f"{bits.importance[last]}-{bits.seqs[last]}" if last is not None else None,
            total=min(total, COUNTED),
            total_is_exact=total <= COUNTED,
        )

    def each(self, query: MatchQuery) -> Iterator[MatchRow]:
        """All matches that fit, newest first, read page by page: no transaction stays open between the pages."""
        with self._asked() as asked:
            newest = _newest(asked.view.bitmaps, asked.fitting(query), _LARGEST)
        while seqs := list(islice(newest, _STREAMED)):
            with reading(self._engine) as connection:
                rows = _rows(connection, seqs)
            yield from rows

    def facets(self, query: MatchQuery) -> dict[str, Tallies]:
        """Filter -> its values and how many matches each would list; see `watcher.store.facets`."""
        with self._asked() as asked:
            return facets(asked, query)

    def count(self, query: MatchQuery) -> int:
        """How many matches fit; 1,001 means more than 1,000."""
        with self._asked() as asked:
            return min(asked.fitting(query).bit_count(), COUNTED + 1)

    def show(self, match_id: str) -> MatchRow | None:
        """One match, also one that a newer revision of its entry no longer has; None when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(ROWS.where(matches.c.id == match_id)).first()
        return read_match_row(row) if row is not None else None

    def some(self, ids: Collection[str]) -> dict[str, MatchRow]:
        """Matches by id, also former ones; those that are not there are left out."""
        with reading(self._engine) as connection:
            rows = connection.execute(ROWS.where(matches.c.id.in_(ids))).all()
        return {row.id: read_match_row(row) for row in rows}

    @contextmanager
    def _asked(self) -> Iterator[Asked]:
        with self._mirror.reading() as (connection, view):
            yield Asked(connection, view)

    def by_month(self, policies: Collection[str], since: date) -> list[MonthTally]:
        """The matches of these policies by month of publication (else of first sight) and action, oldest first."""
        at = func.coalesce(entries.c.published, matches.c.first_seen)
        with reading(self._engine) as connection:
            text_ = func.substr(at, 1, 7) if connection.dialect.name == "sqlite" else func.to_char(at, "YYYY-MM")
            month = text_.label("month")
            wanted = (matches.c.current, matches.c.policy.in_(policies), matches.c.verdict != Verdict.DISMISSED.value)
            query = select(month, matches.c.action, func.count()).select_from(matches.join(entries)).where(*wanted)
            rows = connection.execute(query.group_by(month, matches.c.action).order_by(month, matches.c.action)).all()
        return [MonthTally(row[0], Action(row[1]), row[2]) for row in rows if row[0] >= since.isoformat()[:7]]


def _newest(bits: Bitmaps, fitting: Bits, before: int) -> Iterator[int]:
    """The `seq` of those with a lower one, the highest first."""
    earlier = fitting & (1 << bits.place(before)) - 1
    return (bits.seqs[place] for place in bits.in_order(earlier, Order.NEWEST))


def _rows(connection: Connection, seqs: Sequence[int]) -> list[MatchRow]:
    """The matches, the newest first."""
    return [read_match_row(row) for row in sorted(_read(connection, seqs), key=lambda row: -row.seq)]


def _read(connection: Connection, seqs: Sequence[int]) -> Sequence[Any]:
    return connection.execute(ROWS.where(matches.c.seq.in_(seqs))).all() if seqs else ()


def _read_cursor(cursor: str | None) -> int:
    if not cursor or not cursor.isascii() or not cursor.isdigit():
        return _LARGEST
    return min(int(cursor[:20]), _LARGEST)


def _read_place(cursor: str | None) -> Place | None:
    weight, _, seq = (cursor or "").partition("-")
    if not (cursor or "").isascii() or not weight.isdigit() or not seq.isdigit() or len(weight) > 9:
        return None
    return Place(int(weight), min(int(seq[:20]), _LARGEST))


def read_match_row(row: Any) -> MatchRow:
    """A row of `ROWS` as a value."""
    found = MATCH.load(row.document)
    match = corrected(found, row.policy, Action(row.action), Modality(row.modality))
    return MatchRow(
        id=row.id,
        match=match,
        main=row.main,
        verdict=Verdict(row.verdict),
        backfill=row.backfill,
        entry_id=row.entry_id,
        source_id=row.source_id,
        publisher=Publisher(
            row.publisher_id, row.publisher_name, PublisherType(row.publisher_type), row.publisher_country
        ),
        title=row.title,
        url=row.url,
        language=row.language,
        published=row.published,
        first_seen=row.first_seen,
        vocabulary_version=row.vocabulary_version,
        version=row.version,
        assignee=row.assignee or "",
        due=date.fromisoformat(row.due) if row.due else None,
        proposed=Verdict(row.proposed) if row.proposed else None,
        proposed_by=row.proposed_by or "",
        found=None if match is found else found,
    )


def corrected(found: Match, policy: str, action: Action, modality: Modality) -> Match:
    """What the classifier found with what people say instead; what belongs to another action goes with it."""
    if (found.policy, found.action, found.modality) == (policy, action, modality):
        return found
    kept = found if found.action is action else replace(found, target_action=None, target_polarity=None)
    return replace(kept, policy=policy, action=action, modality=modality)
