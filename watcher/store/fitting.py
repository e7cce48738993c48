"""Which matches fit a query: one set of bits, for lists, totals, facets and exports alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_

from sqlalchemy import Connection, select

from watcher.models import search
from watcher.models.views import MatchQuery
from watcher.store import words
from watcher.store.bitmaps import Bits, from_places
from watcher.store.mirror import View
from watcher.store.schema import entries, matches, publishers, sources

COLUMNS = {
    **{name: name for name in ("policy", "action", "modality", "language", "verdict", "assignee")},
    "source": "source_id",
}
"""Filter -> the column of its value."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a source is."""

    publisher: str
    publisher_type: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A query against what one transaction sees. Raises SearchError."""

    connection: Connection
    view: View

    def fitting(self, query: MatchQuery) -> Bits:
        """The matches that fit."""
        return reduce(and_, self.conditions(query).values(), self.view.bitmaps.current)

    def conditions(self, query: MatchQuery) -> dict[str, Bits]:
        """Filter -> who passes it; filters that are not set are left out."""
        given = {name: getattr(query, name) for name in COLUMNS}
        bits = self.view.bitmaps
        found = {name: bits.with_value(COLUMNS[name], str(value)) for name, value in given.items() if value}
        if query.publisher:
            found["publisher"] = self.of_owner(lambda owner: owner.publisher == query.publisher)
        if query.publisher_type:
            found["publisher_type"] = self.of_owner(lambda owner: owner.publisher_type == query.publisher_type)
        if query.since or query.until:
            found["days"] = bits.seen(query.since or date.min, query.until or date.max)
        if query.entry:
            found["entry"] = self._of_entry(query.entry)
        if tree := search.parse(query.words):
            found["words"] = self._node(tree)
        return found

    def of_owner(self, wanted: Callable[[Owner], bool]) -> Bits:
        """The matches of the sources of such publishers."""
        theirs = [id_ for id_, owner in self.owners().items() if wanted(owner)]
        return reduce(or_, (self.view.bitmaps.with_value("source_id", id_) for id_ in theirs), 0)

    def owners(self) -> Mapping[str, Owner]:
        """Source -> whose it is."""
        query = select(sources.c.id, publishers.c.id, publishers.c.type)
        rows = self.connection.execute(query.join(publishers, publishers.c.id == sources.c.publisher_id))
        return {row[0]: Owner(row[1], row[2]) for row in rows}

    def _of_entry(self, entry_id: str) -> Bits:
        query = select(matches.c.seq).join(entries, entries.c.seq == matches.c.entry_seq)
        bits = self.view.bitmaps
        places = map(bits.find, self.connection.scalars(query.where(entries.c.id == entry_id)))
        # what came after the view is not in it
        return from_places([place for place in places if place is not None], len(bits.seqs))

    # --- the search --------------------------------------------------------------------------------------------------

    def _node(self, node: search.Node) -> Bits:
        if isinstance(node, search.Not):
            return self.view.bitmaps.current & ~self._node(node.what)
        if isinstance(node, search.Any):
            return reduce(or_, map(self._node, node.parts))
        if isinstance(node, search.Term):
            return self._term(node)
        parts = node.parts if isinstance(node, search.All) else (node,)
        texts = words.asked(part.words for part in parts if isinstance(part, search.Text))
        others = (self._node(part) for part in parts if not isinstance(part, search.Text))
        return reduce(and_, others, self._texts(texts))

    def _texts(self, wanted: words.Wanted) -> Bits:
        if not wanted.phrases:
            return self.view.bitmaps.current
        return self.view.with_words(self.connection, wanted)

    def _term(self, term: search.Term) -> Bits:
        value = term.value.lower()
        if term.field == "policy":
            return self.view.bitmaps.with_value("policy", value)
        return self.of_owner(lambda owner: owner.publisher == value)
