"""Recording checks: stored once, all or nothing, never by a claim that was lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError

from tests.store.building import (
    LEASE,
    MINUTE,
    NOW,
    claim,
    classified,
    decide,
    document,
    entry,
    entry_record,
    failed,
    found,
    match,
    publish,
    record,
    source,
    unchanged,
)
from watcher.errors import Problem, ProblemClass
from watcher.models.checks import PageFailure, TextState
from watcher.models.documents import Validators
from watcher.models.views import MatchQuery
from watcher.models.words import Verdict
from watcher.store import Store
from watcher.store.engine import reading
from watcher.store.schema import checks, revisions, visits


def test_a_check_says_what_it_brought(store: Store) -> None:
    publish(store)
    first = entry_record(entry("1"), match(), match("title-42"), addresses=("a@example.org", "b@example.org"))
    second = entry_record(entry("2"))
    (summary,) = store.checks.record([record(claim(store), first, second)])
    assert (summary.new_entries, summary.new_revisions, summary.matches, summary.deliveries) == (2, 0, 2, 2)
    assert summary.entry_ids == (first.entry_id, second.entry_id)
    assert summary.seconds == 1.0


def test_an_entry_in_two_checks_is_stored_once_with_its_matches_and_deliveries(store: Store) -> None:
    publish(store)
    new = entry_record(entry(), match(), addresses=("a@example.org",))
    (first,) = store.checks.record([record(claim(store), new)])
    (second,) = store.checks.record([record(claim(store), replace(new, classification=classified(match("aca"))))])
    assert (first.new_entries, second.new_entries, second.matches, second.deliveries) == (1, 0, 0, 0)
    assert second.entry_ids == ()
    assert [row.match.policy for row in store.matches.search(MatchQuery()).rows] == ["mpp"]
    assert store.counts(NOW).entries == 1


def test_an_entry_twice_in_one_document_is_stored_once(store: Store) -> None:
    publish(store)
    (summary,) = store.checks.record([record(claim(store), entry_record(), entry_record())])
    assert summary.new_entries == 1


def test_the_same_key_in_two_sources_is_two_entries(store: Store) -> None:
    publish(store, source("a"), source("b"))
    for id_ in ("a", "b"):
        store.checks.record([record(claim(store, id_), entry_record(source_id=id_))])
    assert store.counts(NOW).entries == 2


def test_a_stale_claim_writes_nothing(store: Store) -> None:
    publish(store)
    lost = claim(store)
    holder = claim(store, now=NOW + LEASE)
    assert store.checks.record([record(lost, entry_record(entry(), match()))]) == []
    counts = store.counts(NOW)
    assert (counts.entries, counts.matches) == (0, 0)
    assert claim(store, now=NOW + 2 * LEASE).validators == Validators()
    assert store.captures.read(document().sha256) is None
    assert holder.fence > lost.fence


def test_a_claim_is_good_for_one_record(store: Store) -> None:
    publish(store)
    claimed = claim(store)
    assert len(store.checks.record([unchanged(claimed)])) == 1
    assert store.checks.record([unchanged(claimed)]) == []


def test_stale_records_do_not_stop_the_others_of_their_group(store: Store) -> None:
    publish(store, source("a"), source("b"))
    stale, good = claim(store, "a"), claim(store, "b")
    claim(store, "a", now=NOW + LEASE)
    new = entry_record(source_id="b")
    assert [s.source_id for s in store.checks.record([unchanged(stale), record(good, new)])] == ["b"]


def test_nothing_is_recorded_when_one_part_fails(store: Store) -> None:
    publish(store, source("a"), source("b"))
    good = record(claim(store, "a"), entry_record(source_id="a"))
    broken = entry_record(entry("2"), source_id="b", addresses=("a@example.org",))
    broken = replace(broken, deliveries=(replace(broken.deliveries[0], address=None),))  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        store.checks.record([good, record(claim(store, "b"), broken)])
    assert store.counts(NOW).entries == 0
    assert claim(store, "a", now=NOW + LEASE).validators == Validators()


def test_validators_and_the_next_check_are_written_with_the_entries(store: Store) -> None:
    publish(store)
    store.checks.record([record(claim(store), entry_record())])
    claimed = claim(store)
    assert claimed.validators == Validators('"1"', "Sun, 01 Mar 2026 12:00:00 GMT")
    assert claimed.body_sha256 == "ab" * 32
    store.sources.release([claimed])
    assert store.sources.next_due_at() == NOW + 15 * MINUTE


def test_a_failed_check_keeps_the_time_of_the_first_reading(store: Store) -> None:
    publish(store)
    store.checks.record([failed(claim(store))])
    assert claim(store).first_read_at is None


def test_a_cut_reading_is_a_success_with_a_problem(store: Store) -> None:
    publish(store)
    cut = Problem(ProblemClass.INCOMPLETE, "took the newest 2,000 of 2,100 entries", "watch an archive page as well")
    store.checks.record([record(claim(store), problem=cut, left_over=100)])
    (health,) = store.sources.health()
    assert (health.failures, health.problem_kind) == (0, "incomplete")


def test_only_checks_that_found_something_out_are_kept_in_the_history(store: Store, engine: Engine) -> None:
    publish(store)
    for make in (unchanged, failed, unchanged):
        store.checks.record([make(claim(store))])
    store.checks.record([record(claim(store), entry_record())])
    with reading(engine) as connection:
        assert list(connection.scalars(select(checks.c.outcome).order_by(checks.c.seq))) == ["failed", "read"]


def test_the_document_of_a_check_with_entries_is_kept_with_how_it_came(store: Store, engine: Engine) -> None:
    body = b"<rss>" + b"x" * 100_000
    found(store, entry_record(), now=NOW)
    publish(store, source(), source("b"))
    sent = record(claim(store, "b"), entry_record(source_id="b"), document=document(body))
    store.checks.record([sent])
    assert store.captures.read(document(body).sha256) == body
    with reading(engine) as connection:
        visit = connection.execute(select(visits).where(visits.c.source_id == "b")).one()
    assert (visit.url, visit.final_url) == ("https://example.org/feed", "https://example.org/feed/")
    assert visit.headers == '[["content-type","text/xml"],["set-cookie","a"],["set-cookie","b"]]'
    assert (visit.status, visit.fetched_at) == (200, NOW)


def test_the_same_bytes_are_kept_once_and_visited_twice(store: Store, engine: Engine) -> None:
    found(store, entry_record(entry("1")))
    found(store, entry_record(entry("2")))
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(visits)) == 2
    assert store.captures.read(document().sha256) == b"<rss/>"


def test_the_document_of_a_check_without_news_is_not_kept(store: Store) -> None:
    found(store, entry_record())
    found(store, replace(entry_record(), page=document(b"page")), now=NOW + MINUTE)
    assert store.captures.read(document(b"page").sha256) is None


def test_a_new_revision_replaces_the_current_matches(store: Store) -> None:
    found(store, entry_record(entry(), match("mpp"), match("title-42")))
    (kept, gone) = sorted(store.matches.search(MatchQuery()).rows, key=lambda row: row.match.policy)
    found(store, entry_record(entry(text="new"), match("mpp", score=0.5), match("aca"), revision=2), now=NOW + MINUTE)
    now = {row.match.policy: row for row in store.matches.search(MatchQuery()).rows}
    assert set(now) == {"mpp", "aca"}
    assert now["mpp"].id == kept.id
    assert now["mpp"].match.score == 0.5
    assert now["mpp"].first_seen == NOW
    assert now["aca"].first_seen == NOW + MINUTE
    assert store.matches.show(gone.id) == gone


def test_a_match_that_stays_keeps_its_verdict(store: Store) -> None:
    found(store, entry_record(entry(), match()))
    (row,) = store.matches.search(MatchQuery()).rows
    decide(store, row.id, Verdict.CONFIRMED)
    found(store, entry_record(entry(text="new"), match(), revision=2))
    (row,) = store.matches.search(MatchQuery()).rows
    assert row.verdict is Verdict.CONFIRMED


def test_a_match_that_comes_back_is_the_same_match(store: Store) -> None:
    for revision, matches in ((1, [match()]), (2, []), (3, [match()])):
        found(store, entry_record(entry(text=str(revision)), *matches, revision=revision))
    assert len(store.matches.search(MatchQuery()).rows) == 1


def test_an_old_revision_changes_nothing(store: Store) -> None:
    found(store, entry_record())
    found(store, entry_record(entry(text="second"), revision=2))
    publish(store)
    (summary,) = store.checks.record([record(claim(store), entry_record(entry(text="other"), match(), revision=2))])
    assert (summary.new_revisions, summary.matches) == (0, 0)


def test_all_revisions_are_kept(store: Store, engine: Engine) -> None:
    for revision in (1, 2, 3):
        found(store, entry_record(entry(text=f"text {revision}"), revision=revision))
    with reading(engine) as connection:
        texts = list(connection.scalars(select(revisions.c.text).order_by(revisions.c.number)))
    assert texts == ["text 1", "text 2", "text 3"]


def test_a_page_that_was_read_is_a_revision_with_its_own_capture(store: Store) -> None:
    teaser = entry(text="teaser", teaser=True)
    found(store, entry_record(teaser, page_due_at=NOW))
    read = entry_record(
        teaser, match(), revision=2, text="the whole text", text_state=TextState.PAGE, page=document(b"<html>")
    )
    found(store, read, now=NOW + MINUTE)
    shown = store.entries.show(read.entry_id)
    assert shown is not None
    assert shown.announcement.text == "the whole text"
    assert shown.text_state is TextState.PAGE
    assert shown.capture_sha256 == document(b"<html>").sha256
    assert store.entries.waiting_pages("kind-news", NOW + timedelta(days=1), 10) == []


def test_a_page_that_could_not_be_read_is_an_error_on_the_entry(store: Store) -> None:
    teaser = entry_record(entry(teaser=True), page_due_at=NOW)
    found(store, teaser)
    failure = PageFailure(teaser.entry_id, "404 at https://example.org/1", 1, NOW + timedelta(hours=1))
    store.checks.record([record(claim(store), page_failures=(failure,))])
    shown = store.entries.show(teaser.entry_id)
    assert shown is not None
    assert (shown.text_state, shown.page_error) == (TextState.MISSING, "404 at https://example.org/1")
    assert store.entries.waiting_pages("kind-news", NOW, 10) == []
    (waiting,) = store.entries.waiting_pages("kind-news", NOW + timedelta(hours=1), 10)
    assert waiting.known.page_attempts == 1


def test_a_late_page_failure_does_not_touch_a_page_that_was_read(store: Store) -> None:
    read = entry_record(entry(), text_state=TextState.PAGE)
    found(store, read)
    store.checks.record([record(claim(store), page_failures=(PageFailure(read.entry_id, "404", 1, NOW),))])
    shown = store.entries.show(read.entry_id)
    assert shown is not None
    assert shown.text_state is TextState.PAGE


def test_nul_and_lone_surrogates_never_reach_the_database(store: Store) -> None:
    said = entry(title="a\0b\ud800c", text="x\udfffy MPP\0")
    bad = replace(match(), evidence=replace(match().evidence, text="\0\ud83d"))
    told = entry_record(said, bad, addresses=("a@example.org",))
    told = replace(told, deliveries=tuple(replace(d, payload={"t\0": "\ud800"}) for d in told.deliveries))
    found(store, told)
    (row,) = store.matches.search(MatchQuery(words="mpp")).rows
    assert row.title == "a\ufffdb\ufffdc"
    assert row.match.evidence.text == "\ufffd\ufffd"
    (claimed,) = store.deliveries.claim_due(NOW, lease=LEASE, limit=1)
    assert claimed.delivery.payload == {"t\ufffd": "\ufffd"}


def test_a_key_of_any_length_is_stored_and_known(store: Store) -> None:
    long = "https://example.org/?" + "x" * 20_000
    found(store, entry_record(entry(long)))
    assert set(store.entries.known("kind-news", [long])) == {long}


def test_threads_that_record_the_same_source_write_it_once(store: Store) -> None:
    publish(store)
    claimed = claim(store)
    together = threading.Barrier(4)

    def write(number: int) -> int:
        together.wait()
        return len(store.checks.record([record(claimed, entry_record(entry(str(number))))]))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(4))) == 1
    assert store.counts(NOW).entries == 1


def test_writers_of_many_sources_do_not_stand_in_each_others_way(store: Store) -> None:
    publish(store, *(source(f"s{number}") for number in range(40)))
    claims = store.sources.claim_due(NOW, lease=LEASE, limit=40)

    def write(number: int) -> int:
        mine = claims[number * 5 : number * 5 + 5]
        made = [
            record(c, *(entry_record(entry(str(n)), match(), source_id=c.source.id) for n in range(5)))
            for c in (mine if number % 2 else reversed(mine))
        ]
        return len(store.checks.record(made))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(8))) == 40
    counts = store.counts(NOW)
    assert (counts.entries, counts.matches) == (200, 200)
