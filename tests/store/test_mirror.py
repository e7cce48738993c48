"""The matches in memory are those of the tables: after whatever was done, by whomever, on both databases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.conftest import _database, _url
from tests.store import recount
from tests.store.building import NOW, claim, classified, entry, entry_record, match, publish, record, source
from tests.store.keeping_world import DAY, door
from watcher.models.matches import Match
from watcher.models.reclassified import Reclassified, Wanted
from watcher.models.reviews import Change
from watcher.models.views import MatchQuery, Order
from watcher.models.words import Action, Modality, PublisherType, Verdict
from watcher.pipeline.events import Gathering
from watcher.store import Store, open_store
from watcher.store.backup import back_up
from watcher.store.copying import copy
from watcher.store.facets import FACETS
from watcher.store.restore import restore

POLICIES = ("mpp", "aca", "title-42", "clp-rule")
SAID = ("asylum", "border", "Protección", "ends", "court", "the", "shelter")
QUERIES = (
    MatchQuery(),
    MatchQuery(verdict=Verdict.NEW),
    MatchQuery(policy="mpp", language="en"),
    MatchQuery(publisher="kind", verdict=Verdict.NEW, action=Action.BLOCK),
    MatchQuery(publisher_type=PublisherType.EXECUTIVE, modality=Modality.PLANNED),
    MatchQuery(source="wh", since=date(2026, 3, 3)),
    MatchQuery(until=date(2026, 3, 4), action=Action.ADOPT),
    MatchQuery(assignee="ann"),
    MatchQuery(words="proteccion OR shelter"),
    MatchQuery(words='"asylum border" OR (court NOT ends)', verdict=Verdict.NEW),
    MatchQuery(words="NOT asylum policy:mpp"),
    MatchQuery(words="publisher:kind -the", language="es"),
    MatchQuery(words='"!?" asylum'),
)


class Newsroom:
    """Sources that publish and revise, people who review, in an order that chance gives."""

    def __init__(self, store: Store, seed: int) -> None:
        self.rng, self.store, self.now = random.Random(seed), store, NOW
        self.revision: dict[tuple[str, int], int] = {}
        self.acts: list[str] = []

    def step(self) -> None:
        self.now += timedelta(hours=self.rng.randrange(30))
        self.rng.choice([self.record, self.record, self.review, self.review, self.undo, self.reclassify])()

    def record(self) -> None:
        id_ = self.rng.choice(["kind-news", "wh"])
        keys = self.rng.sample(range(12), 4)
        found = []
        for key in keys:
            number = self.revision[id_, key] = self.revision.get((id_, key), 0) + 1
            said = entry(str(key), text=f"{' '.join(self.rng.choices(SAID, k=5))} {number}")
            said = replace(said, language=self.rng.choice(["en", "es", None]))
            found.append(entry_record(said, *self._matches(), source_id=id_, revision=number))
        assert self.store.checks.record([record(claim(self.store, id_, now=self.now), *found, now=self.now)])

    def _matches(self) -> Iterator[Match]:
        for policy in self.rng.sample(POLICIES, self.rng.randrange(4)):
            action = self.rng.choice([Action.ADOPT, Action.BLOCK, Action.MENTION])
            made = match(policy, action, round(self.rng.random(), 2))
            yield replace(made, modality=self.rng.choice([Modality.ACTUAL, Modality.PLANNED]))

    def review(self) -> None:
        ids = [row.id for row in self.store.matches.search(MatchQuery(), limit=40).rows]
        some = self.rng.sample(ids, min(len(ids), 3))
        verdict, name = self.rng.choice(list(Verdict)), self.rng.choice(["ann", "", None])
        policy = self.rng.choice([*POLICIES, None])
        changes = [Change(id_, verdict=verdict, assignee=name, policy=policy) for id_ in some]
        self.acts.append(self.store.reviews.make(changes, reviewer="ann", now=self.now).act_id)

    def undo(self) -> None:
        if self.acts:
            self.store.reviews.undo(self.rng.choice(self.acts), reviewer="bob", now=self.now)

    def reclassify(self) -> None:
        again = self.store.reclassification
        texts = again.texts(Wanted("", everything=True), after=self.rng.randrange(12), limit=6)
        said = [Reclassified(each, classified(*self._matches()), None) for each in texts]
        again.record(said, Gathering(dict), self.now)


def assert_same(store: Store, engine: Engine) -> None:
    """What the store says is what a count over the tables says."""
    rows = recount.rows(engine)
    for query in QUERIES:
        fitting = [row["id"] for row in rows if recount.fits(row, query)]
        assert [row.id for row in store.matches.search(query, limit=1000).rows] == fitting, query
        assert [row.id for row in store.matches.each(query)] == fitting, query
        assert store.matches.count(query) == len(fitting), query
        counted = {name: dict(pairs) for name, pairs in store.matches.facets(query).items()}
        assert counted == recount.facets(rows, query, FACETS), query
        for order in Order:
            assert paged(store, query, order) == recount.cards(rows, query, order), (query, order)


def paged(store: Store, query: MatchQuery, order: Order) -> list[list[str]]:
    cards: list[list[str]] = []
    cursor = None
    while True:
        page = store.matches.cards(query, order=order, cursor=cursor, limit=7)
        cards += [[row.id for row in card] for card in page.cards]
        cursor = page.next_cursor
        if cursor is None:
            return cards


@pytest.fixture
def newsroom(store: Store) -> Newsroom:
    publish(store, source("kind-news"), source("wh", "white-house"))
    return Newsroom(store, seed=7)


@pytest.fixture
def other(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of the other sort."""
    if backend == "postgresql":
        yield f"sqlite:///{tmp_path}/copy.db"
        return
    with _database(request.getfixturevalue("postgres")) as name:
        yield _url(request.getfixturevalue("postgres"), name)


def test_lists_and_counts_are_those_of_the_tables_whatever_is_done(newsroom: Newsroom, engine: Engine) -> None:
    for number in range(40):
        newsroom.step()
        if number % 4 == 0:
            assert_same(newsroom.store, engine)
    assert_same(newsroom.store, engine)
    assert len(recount.rows(engine)) > 10


def test_what_another_process_did_is_seen(newsroom: Newsroom, database_url: str, engine: Engine) -> None:
    reader = open_store(database_url)
    for _ in range(15):
        newsroom.step()
        assert reader.matches.count(MatchQuery()) == newsroom.store.matches.count(MatchQuery())
    assert_same(reader, engine)
    reader.close()


def test_pruning_takes_nothing_that_is_counted(newsroom: Newsroom, engine: Engine) -> None:
    for _ in range(15):
        newsroom.step()
    assert newsroom.store.pruning.texts(newsroom.now + 100 * DAY).pruned.texts
    assert_same(newsroom.store, engine)


def test_a_copy_on_the_other_database_answers_the_same(newsroom: Newsroom, database_url: str, other: str) -> None:
    for _ in range(25):
        newsroom.step()
    copy(database_url, other, "a test", NOW)
    copied = open_store(other)
    assert_same(copied, door(other))
    for query in QUERIES:
        assert copied.matches.facets(query) == newsroom.store.matches.facets(query)
        assert list(copied.matches.each(query)) == list(newsroom.store.matches.each(query))
    copied.close()


def test_a_restored_database_is_counted_anew_even_by_who_read_the_old_one(
    newsroom: Newsroom, backend: str, database_url: str, tmp_path: Path
) -> None:
    for _ in range(12):
        newsroom.step()
    backup = back_up(database_url, tmp_path / "backup.db", NOW).path
    for _ in range(12):
        newsroom.step()
    assert_same(newsroom.store, door(database_url))
    restore(backup, database_url, "a test", newsroom.now, hold=True, overwrite=True)
    store = newsroom.store if backend == "postgresql" else open_store(database_url)
    for _ in range(3):
        assert_same(store, door(database_url))
        newsroom.store = store
        newsroom.record()


def test_a_match_that_is_committed_late_stands_where_its_number_says(
    newsroom: Newsroom, backend: str, engine: Engine
) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has one writer at a time: numbers are committed in their order")
    for _ in range(6):
        newsroom.record()
    assert_same(newsroom.store, engine)
    with engine.begin() as connection:  # as if two writers had committed the other way round
        chosen = "SELECT id FROM matches WHERE current ORDER BY seq LIMIT 1 OFFSET 3"
        for table, key in (("changes", "about"), ("matches", "id")):
            copied = f"SELECT * FROM {table} WHERE {key} = ({chosen})"
            connection.execute(text(f"CREATE TEMP TABLE late_{table} AS {copied}"))
        connection.execute(text("DELETE FROM matches WHERE id IN (SELECT id FROM late_matches)"))
        connection.execute(text("DELETE FROM changes WHERE about IN (SELECT id FROM late_matches)"))
    fresh = open_store(engine.url.render_as_string(hide_password=False))
    assert_same(fresh, engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO matches SELECT * FROM late_matches"))
        connection.execute(text("INSERT INTO changes SELECT seq, NULL, noun, about, at FROM late_changes LIMIT 1"))
    assert_same(fresh, engine)
    fresh.close()
