"""Stored entries classified again: what is found, what goes, what a person keeps, and what comes in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from tests.events.saying import PARENTS
from tests.store.building import (
    NOW,
    claim,
    classified,
    decide,
    entry,
    entry_record,
    found,
    match,
    publish,
    record,
    source,
)
from tests.store.killing import killed_at
from watcher.models.changes import Noun
from watcher.models.checks import EntryRecord, TextState
from watcher.models.identity import entry_id, match_id
from watcher.models.matches import Match
from watcher.models.reclassified import Outcome, Reclassified, Tally, Wanted
from watcher.models.reviews import Change
from watcher.models.views import EntryQuery, MatchQuery
from watcher.models.words import Action, Verdict
from watcher.pipeline.events import Gathering
from watcher.store import Store
from watcher.store.engine import reading, writing
from watcher.store.schema import deliveries, entries, event_entries, matches, revisions

GATHER = Gathering(lambda: PARENTS)
NEW = "2026.2"
LATER = NOW + timedelta(days=30)
ONE, TWO = entry_id("kind-news", "1"), entry_id("kind-news", "2")
MPP, ACA = match(), match("aca", Action.BLOCK)


def batch(
    store: Store, says: Mapping[str, Sequence[Match]], version: str = NEW, **wanted: object
) -> list[Reclassified]:
    """What a classifier that says this of these entries, and nothing of others, makes of what is stored."""
    texts = store.reclassification.texts(Wanted(version, **wanted), after=0, limit=100)  # type: ignore[arg-type]
    return [
        Reclassified(each, classified(*says.get(each.said.entry_id, ()), version=version), print=None) for each in texts
    ]


def reclassify(store: Store, says: Mapping[str, Sequence[Match]], version: str = NEW, **wanted: object) -> Outcome:
    return store.reclassification.record(batch(store, says, version, **wanted), GATHER, LATER)


def listed(store: Store) -> dict[str, str]:
    """Current match -> the version that said so."""
    return {row.id: row.vocabulary_version for row in store.matches.each(MatchQuery())}


def test_a_match_that_was_not_there_is_historical_and_rings_nobody(store: Store) -> None:
    found(store, entry_record(entry("1")))
    outcome = reclassify(store, {ONE: [MPP]})
    assert outcome == Outcome(1, 0, {"mpp": Tally(new=1)})
    (row,) = store.matches.each(MatchQuery())
    assert (row.id, row.backfill, row.verdict) == (match_id(ONE, MPP), True, Verdict.NEW)
    assert (row.first_seen, row.vocabulary_version) == (NOW, NEW)
    assert store.deliveries.listing() == []
    assert store.figures(NOW - timedelta(days=1), LATER + timedelta(days=1)).matches == 0


def test_a_match_that_is_no_longer_found_goes(store: Store) -> None:
    found(store, entry_record(entry("1"), MPP, ACA))
    assert reclassify(store, {ONE: [ACA]}).policies == {"aca": Tally(unchanged=1), "mpp": Tally(gone=1)}
    assert listed(store) == {match_id(ONE, ACA): NEW}
    assert store.matches.show(match_id(ONE, MPP)) is not None


def test_what_is_found_again_keeps_its_id_its_age_its_verdict_and_its_alert(store: Store) -> None:
    found(store, entry_record(entry("1"), MPP, addresses=("a@example.org",)))
    (before,) = store.matches.each(MatchQuery())
    decide(store, before.id, Verdict.CONFIRMED)
    surer = match(score=0.5)
    assert reclassify(store, {ONE: [surer]}).policies == {"mpp": Tally(unchanged=1)}
    (after,) = store.matches.each(MatchQuery())
    assert (after.id, after.first_seen, after.backfill) == (before.id, before.first_seen, False)
    assert (after.verdict, after.match.score, after.vocabulary_version) == (Verdict.CONFIRMED, 0.5, NEW)
    assert len(store.deliveries.listing()) == 1


@pytest.mark.parametrize(
    "change",
    [
        Change("", verdict=Verdict.CONFIRMED),
        Change("", verdict=Verdict.DISMISSED),
        Change("", policy="aca"),
        Change("", note="call them"),
        Change("", assignee="ann"),
    ],
    ids=["confirmed", "dismissed", "corrected", "noted", "assigned"],
)
def test_what_a_person_reviewed_is_kept_and_shown_as_it_is(store: Store, change: Change) -> None:
    found(store, entry_record(entry("1"), MPP))
    store.reviews.make([replace(change, match_id=match_id(ONE, MPP))], reviewer="ann", now=NOW)
    (before,) = store.matches.each(MatchQuery())
    assert reclassify(store, {}).policies == {change.policy or "mpp": Tally(kept=1)}
    assert list(store.matches.each(MatchQuery())) == [before]


def test_a_corrected_match_that_is_found_again_stays_corrected(store: Store) -> None:
    found(store, entry_record(entry("1"), MPP))
    store.reviews.make([Change(match_id(ONE, MPP), action=Action.MENTION)], reviewer="ann", now=NOW)
    reclassify(store, {ONE: [match(score=0.5)]})
    (row,) = store.matches.each(MatchQuery())
    assert (row.match.action, row.match.score) == (Action.MENTION, 0.5)
    with reading(store._engine) as connection:
        assert connection.scalar(select(matches.c.weight)) == 25


def test_a_second_run_changes_nothing(store: Store) -> None:
    found(store, entry_record(entry("1"), MPP), entry_record(entry("2")))
    reclassify(store, {TWO: [ACA]})
    position = store.changes.last()
    assert reclassify(store, {TWO: [ACA]}) == Outcome()
    assert store.changes.last() == position
    again = reclassify(store, {TWO: [ACA]}, everything=True)
    assert again == Outcome(2, 0, {"aca": Tally(unchanged=1)})
    assert listed(store) == {match_id(TWO, ACA): NEW}


def test_a_match_that_went_comes_back_under_its_id(store: Store) -> None:
    found(store, entry_record(entry("1"), MPP))
    reclassify(store, {})
    assert reclassify(store, {ONE: [MPP]}, "2026.3").policies == {"mpp": Tally(new=1)}
    assert listed(store) == {match_id(ONE, MPP): "2026.3"}


def test_comparing_says_the_same_and_stores_nothing(store: Store) -> None:
    found(store, entry_record(entry("1"), MPP, ACA), entry_record(entry("2"), MPP))
    decide(store, match_id(TWO, MPP), Verdict.CONFIRMED)
    said = batch(store, {ONE: [ACA], TWO: [ACA]})
    before = listed(store)
    would = store.reclassification.compare(said)
    assert listed(store) == before
    assert store.reclassification.count(Wanted(NEW)) == 2
    assert store.reclassification.record(said, GATHER, LATER) == would
    assert would.policies == {"aca": Tally(new=1, unchanged=1), "mpp": Tally(gone=1, kept=1)}


def test_who_follows_the_changes_is_told_of_every_entry_and_match_that_was_written(store: Store) -> None:
    found(store, entry_record(entry("1"), MPP), entry_record(entry("2"), MPP))
    before = store.changes.since(0, 100)[-1].position
    reclassify(store, {ONE: [ACA], TWO: [MPP]})
    told = {(each.noun, each.about) for each in store.changes.since(before, 100)}
    ids = (match_id(ONE, MPP), match_id(ONE, ACA), match_id(TWO, MPP))
    assert told == {*((Noun.MATCH, each) for each in ids), (Noun.ENTRY, ONE), (Noun.ENTRY, TWO)}


def test_only_what_is_wanted_is_looked_at(store: Store) -> None:
    publish(store, source("kind-news"), source("other"))
    store.checks.record([record(claim(store, "kind-news"), entry_record(entry("1")))])
    late = entry_record(entry("2"), source_id="other")
    store.checks.record([record(claim(store, "other", now=LATER), late, now=LATER)])
    count = store.reclassification.count
    assert [count(Wanted(NEW)), count(Wanted("2026.1")), count(Wanted("2026.1", everything=True))] == [2, 0, 2]
    assert [each.stored.said.source_id for each in batch(store, {}, source="other")] == ["other"]
    assert [each.stored.said.source_id for each in batch(store, {}, since=LATER)] == ["other"]


def test_an_entry_is_given_as_its_newest_revision_says_it(store: Store) -> None:
    found(store, entry_record(entry("1", "Old title", "Old text")))
    changed = entry_record(entry("1", "New title", "New text"), revision=2)
    found(store, changed, now=NOW + timedelta(hours=1))
    (each,) = store.reclassification.texts(Wanted(NEW), after=0, limit=9)
    said = each.said
    assert (said.title, said.text, said.revision) == ("New title", "New text", 2)
    assert (said.publisher_type.value, said.published) == ("ngo", NOW - timedelta(days=1))
    reclassify(store, {ONE: [MPP]})
    with reading(store._engine) as connection:
        versions = connection.scalars(select(revisions.c.vocabulary_version).order_by(revisions.c.number)).all()
    assert versions == ["2026.1", NEW]


def test_an_entry_whose_text_was_pruned_is_left_as_it_is(store: Store) -> None:
    found(store, entry_record(entry("1")), entry_record(entry("2")))
    said = batch(store, {ONE: [MPP]})
    with writing(store._engine) as connection:
        gone = update(entries).where(entries.c.id == ONE).values(text_state=TextState.PRUNED.value)
        connection.execute(gone)
    assert store.reclassification.count(Wanted(NEW)) == 1
    assert store.reclassification.record(said, GATHER, LATER) == Outcome(1, 1)
    assert listed(store) == {}


def test_a_revision_that_a_check_records_meanwhile_is_not_overwritten(store: Store) -> None:
    found(store, entry_record(entry("1"), MPP), entry_record(entry("2"), MPP))
    said = batch(store, {})
    fresh: EntryRecord = entry_record(entry("1", text="It says more"), MPP, ACA, revision=2)
    found(store, fresh, now=NOW + timedelta(hours=1))
    assert store.reclassification.record(said, GATHER, LATER) == Outcome(1, 1, {"mpp": Tally(gone=1)})
    assert listed(store) == {match_id(ONE, MPP): "2026.1", match_id(ONE, ACA): "2026.1"}


def test_a_review_of_the_meantime_counts(store: Store) -> None:
    found(store, entry_record(entry("1"), MPP))
    said = batch(store, {})
    decide(store, match_id(ONE, MPP), Verdict.CONFIRMED)
    assert store.reclassification.record(said, GATHER, LATER).policies == {"mpp": Tally(kept=1)}


def test_a_kept_match_that_a_later_revision_has_again_is_no_news(store: Store) -> None:
    found(store, entry_record(entry("1"), MPP))
    decide(store, match_id(ONE, MPP), Verdict.CONFIRMED)
    reclassify(store, {})
    assert store.entries.known("kind-news", ["1"])["1"].match_ids == {match_id(ONE, MPP)}


def test_words_lead_to_what_is_found_now(store: Store) -> None:
    found(store, entry_record(entry("1", text="A peculiar sentence"), MPP), entry_record(entry("2", text="Peculiar")))
    reclassify(store, {ONE: [ACA], TWO: [MPP]})
    peculiar = {row.id for row in store.matches.each(MatchQuery(words="peculiar"))}
    assert peculiar == {match_id(ONE, ACA), match_id(TWO, MPP)}
    assert {row.id for row in store.entries.listing(EntryQuery(words="peculiar"))} == {ONE, TWO}
    reclassify(store, {}, "2026.3")
    reclassify(store, {TWO: [MPP]}, "2026.4")
    assert [row.id for row in store.matches.each(MatchQuery(words="peculiar"))] == [match_id(TWO, MPP)]


def test_a_kill_at_any_statement_leaves_a_step_done_or_not_begun(store: Store, engine: Engine) -> None:
    found(store, *(entry_record(entry(str(number)), MPP) for number in range(3)))
    points = 0
    while killed_at(points + 1, store, _one_by_one):
        points += 1
        with reading(engine) as connection:
            renewed = select(revisions.c.entry_seq).where(revisions.c.vocabulary_version == NEW)
            done = set(connection.scalars(renewed))
            current = select(matches.c.entry_seq, matches.c.policy).where(matches.c.current)
            assert all((policy == "aca") == (seq in done) for seq, policy in connection.execute(current))
    assert points > 6
    assert store.reclassification.count(Wanted(NEW)) == 0
    assert [row.match.policy for row in store.matches.each(MatchQuery())] == ["aca"] * 3


def _one_by_one(store: Store) -> None:
    while texts := store.reclassification.texts(Wanted(NEW), after=0, limit=1):
        said = [Reclassified(each, classified(ACA, version=NEW), print=None) for each in texts]
        store.reclassification.record(said, GATHER, LATER)


def test_nothing_of_the_outbox_is_touched(store: Store, engine: Engine) -> None:
    found(store, entry_record(entry("1"), MPP, addresses=("a@example.org",)))
    with reading(engine) as connection:
        before = connection.execute(select(deliveries)).all()
    reclassify(store, {ONE: [ACA]})
    with reading(engine) as connection:
        assert connection.execute(select(deliveries)).all() == before
        assert connection.scalar(select(func.count()).select_from(event_entries)) == 0
