"""Classifying again with the real classifier: a new alias finds old entries, and their events follow; nobody hears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.store.building import NOW, claim, entry, entry_record, publish, record, source
from watcher.classify import Classifier, load_vocabulary
from watcher.events import take_print
from watcher.models.alerts import Announcement
from watcher.models.checks import EntryRecord
from watcher.models.identity import entry_id
from watcher.models.reclassified import Outcome, Reclassified, Wanted
from watcher.models.views import MatchQuery
from watcher.models.words import PublisherType
from watcher.pipeline.events import Gathering
from watcher.pipeline.reclassify import AT_ONCE, steps
from watcher.store import Store

ALIAS = "Quimbaya Arrangement"
GATHER = Gathering(dict)
LATER = NOW + timedelta(days=30)
ENDS = f"The Department of Homeland Security today terminated the {ALIAS}, Secretary Doe said."


@pytest.fixture(scope="module")
def renewed(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    """A classifier whose vocabulary has one more alias than that of the checks."""
    folder = tmp_path_factory.mktemp("vocabulary")
    (folder / "more.yaml").write_text(f"extends: mpp\nmatch: {{en: [{ALIAS}]}}\n", encoding="utf-8")
    return Classifier(load_vocabulary([folder]))


def checked(store: Store, *entries: EntryRecord) -> None:
    publish(store, source("agency", "white-house"))
    store.checks.record([record(claim(store, "agency"), *entries)], GATHER)


def said(key: str, text: str = ENDS, title: str = "") -> EntryRecord:
    return entry_record(entry(key, title, text), source_id="agency")


def run(store: Store, classifier: Classifier, *, most: int | None = None) -> Outcome:
    """All steps, or the first few: then somebody ended it."""

    def settle(batch: Sequence[Reclassified]) -> Outcome:
        return store.reclassification.record(batch, GATHER, LATER)

    todo = steps(store.reclassification, Wanted(classifier.vocabulary.version), classifier.classify, settle)
    done = Outcome()
    for number, step in enumerate(todo, 1):
        done += step
        if number == most:
            break
    return done


def test_a_new_alias_finds_an_old_entry_and_no_delivery_exists(store: Store, renewed: Classifier) -> None:
    checked(store, said("1"), said("2", "The office is closed on Monday."))
    outcome = run(store, renewed)
    assert (outcome.entries, outcome.policies["mpp"].new) == (2, 1)
    (row,) = store.matches.each(MatchQuery())
    assert (row.match.policy, row.match.action.value, row.backfill) == ("mpp", "terminate", True)
    assert row.entry_id == entry_id("agency", "1")
    assert store.deliveries.listing() == []


def test_a_check_would_have_found_the_same(store: Store, renewed: Classifier) -> None:
    checked(store, said("1"))
    run(store, renewed)
    view = store.entries.show(entry_id("agency", "1"))
    assert view is not None
    told = view.announcement
    again = renewed.classify(
        text=ENDS, title="Title of 1", publisher_type=PublisherType.EXECUTIVE, published_at=NOW - timedelta(days=1)
    )
    assert (told.matches, told.announcement_kind) == (again.matches, again.announcement_kind)
    assert view.vocabulary_version == renewed.vocabulary.version


def test_a_run_that_was_ended_between_two_steps_goes_on_where_it_was(store: Store, renewed: Classifier) -> None:
    checked(store, *(said(str(number), f"Notice {number}. {ENDS}") for number in range(AT_ONCE + 2)))
    assert run(store, renewed, most=1).entries == AT_ONCE
    assert run(store, renewed).entries == 2
    assert run(store, renewed) == Outcome()
    assert store.matches.count(MatchQuery()) == AT_ONCE + 2


def test_an_entry_with_its_first_match_belongs_to_an_event(store: Store, renewed: Classifier) -> None:
    checked(store, said("1"), said("2", f"WASHINGTON - {ENDS}"))
    run(store, renewed)
    (made,) = store.events.listing()
    assert {each.print.entry_id for each in made.members} == {entry_id("agency", "1"), entry_id("agency", "2")}


def test_an_entry_stays_in_its_event_with_what_it_linked_to_and_says_what_is_found_now(
    store: Store, renewed: Classifier
) -> None:
    first = said("1", f"{ENDS} It also ended Title 42 expulsions.")
    plain = Classifier(load_vocabulary([]))
    found = plain.classify(text=first.text, title=first.entry.title, publisher_type=PublisherType.EXECUTIVE)
    assert "mpp" not in {each.policy for each in found.matches}
    told = _announcement(first, NOW)
    taken = take_print(replace(told, matches=found.matches, links=("https://agency.example/notice",)))
    checked(store, replace(first, classification=found, print=taken))
    (before,) = store.events.listing()
    run(store, renewed)
    (after,) = store.events.listing()
    assert (after.id, len(after.members)) == (before.id, 1)
    assert after.members[0].print.links == before.members[0].print.links != ()
    assert "mpp" in {each.policy for each in after.members[0].print.acts}


def _announcement(record_: EntryRecord, at: datetime) -> Announcement:
    said_ = record_.entry
    return Announcement(
        entry_id=record_.entry_id,
        revision=1,
        source_id="agency",
        publisher_id="white-house",
        publisher_name="The White House",
        publisher_type=PublisherType.EXECUTIVE,
        url=said_.url,
        title=said_.title,
        text=record_.text,
        language="en",
        published=said_.published,
        first_seen=at,
        announcement_kind=None,
        matches=(),
    )
