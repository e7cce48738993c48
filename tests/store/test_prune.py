"""Pruning: what has no match goes when its time is over; what has one, and what makes an entry known, stays."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select, text, update

from tests.store.building import NOW, claim, document, entry, entry_record, record
from tests.store.keeping_world import DAY, LATER, fill
from tests.store.killing import killed_at
from watcher.models.checks import TextState
from watcher.models.identity import entry_id
from watcher.models.keeping import Pruned
from watcher.models.views import MatchQuery
from watcher.store import Store
from watcher.store.engine import reading, writing
from watcher.store.schema import captures, checks, deliveries, entries, incidents, matches, revisions, visits

PLAIN, TOLD, NEW = entry_id("without", "plain 1"), entry_id("with", "told"), entry_id("with", "new")


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    return store


def everything(store: Store, now: datetime = LATER) -> Pruned:
    """All steps of both, two at a time."""
    done = Pruned()
    for take in (store.pruning.texts, store.pruning.captures):
        after: int | None = 0
        while after is not None:
            step = take(now, after=after, limit=2)
            done, after = done + step.pruned, step.after
    return done


def kept_text(store: Store, id_: str) -> str:
    view = store.entries.show(id_)
    assert view is not None
    return view.announcement.text


def test_what_has_no_match_loses_its_text_and_its_capture(filled: Store) -> None:
    would = filled.pruning.would_take(LATER, LATER)
    done = everything(filled)
    assert (done.texts, done.visits, done.captures) == (3, 1, 1)
    assert done == would
    view = filled.entries.show(PLAIN)
    assert view is not None
    assert (view.announcement.text, view.text_state, view.capture_sha256) == ("", TextState.PRUNED, None)
    assert view.announcement.title == "Title of plain 1"
    assert filled.captures.read(document(b"<without/>").sha256) is None


def test_what_has_a_match_stays_whole_reviewed_or_not(filled: Store) -> None:
    before = list(filled.matches.each(MatchQuery()))
    everything(filled)
    assert kept_text(filled, TOLD) == "The end of MPP"
    assert kept_text(filled, NEW) == "Ñandú MPP \U0001f600"
    assert list(filled.matches.each(MatchQuery())) == before
    assert filled.captures.read(document(b"<with/>").sha256) == b"<with/>"
    assert len(filled.deliveries.listing()) == 2


def test_a_match_that_no_longer_holds_keeps_its_entry_too(filled: Store, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(update(matches).values(current=False))
    everything(filled)
    assert kept_text(filled, TOLD) == "The end of MPP"


def test_an_entry_whose_text_is_gone_is_not_taken_for_new(filled: Store) -> None:
    known = filled.entries.known("without", ["plain 1"])["plain 1"]
    everything(filled)
    still = filled.entries.known("without", ["plain 1"])["plain 1"]
    assert (still.entry_id, still.content_sha256, still.revision) == (known.entry_id, known.content_sha256, 1)
    again = entry_record(entry("plain 1"), source_id="without", addresses=("a@example.org",))
    (summary,) = filled.checks.record([record(claim(filled, "without", now=LATER), again, now=LATER)])
    assert (summary.new_entries, summary.new_revisions, summary.deliveries) == (0, 0, 0)


def test_a_changed_entry_has_a_text_again(filled: Store) -> None:
    everything(filled)
    changed = entry_record(entry("plain 1", text="Now it says more"), source_id="without", revision=2)
    filled.checks.record([record(claim(filled, "without", now=LATER), changed, now=LATER)])
    view = filled.entries.show(PLAIN)
    assert view is not None
    assert (view.announcement.text, view.text_state) == ("Now it says more", TextState.SOURCE)


def test_nothing_goes_before_its_time(filled: Store) -> None:
    assert everything(filled, NOW) == Pruned()
    assert everything(filled, NOW - DAY) == Pruned()


def test_a_second_run_finds_nothing(filled: Store) -> None:
    everything(filled)
    assert everything(filled) == Pruned()
    assert filled.pruning.would_take(LATER, LATER) == Pruned()


def test_what_somebody_is_still_to_be_told_of_stays(filled: Store, engine: Engine) -> None:
    with writing(engine) as connection:
        waits = select(deliveries.c.seq).where(deliveries.c.due_at.is_not(None)).scalar_subquery()
        connection.execute(update(deliveries).where(deliveries.c.seq == waits).values(entry_id=PLAIN))
    assert everything(filled).texts == 2
    assert kept_text(filled, PLAIN) == "Nothing here 1"
    assert filled.captures.read(document(b"<without/>").sha256) == b"<without/>"


def test_what_waits_for_its_page_stays(filled: Store, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(update(entries).where(entries.c.id == PLAIN).values(page_due_at=NOW))
    assert everything(filled).texts == 2
    assert kept_text(filled, PLAIN) == "Nothing here 1"


def test_bytes_that_a_newer_visit_brought_too_stay(filled: Store) -> None:
    more = entry_record(entry("late"), source_id="without")
    late = LATER - DAY
    body = document(b"<without/>")
    made = record(claim(filled, "without", now=late), more, now=late, document=body)
    filled.checks.record([made])
    with reading(filled._engine) as connection:
        assert connection.scalar(select(func.count()).select_from(visits)) == 3
    with writing(filled._engine) as connection:
        connection.execute(update(visits).where(visits.c.seq == 3).values(fetched_at=late))
    assert filled.pruning.captures(LATER - 30 * DAY).pruned == Pruned(visits=1)
    assert filled.captures.read(body.sha256) == body.body


def test_the_evidence_of_an_incident_stays(filled: Store, engine: Engine) -> None:
    row = {"id": "i", "about": "x", "kind": "blocked", "since": NOW, "opened_at": NOW, "message": "", "note": ""}
    with writing(engine) as connection:
        evidence = document(b"<without/>").sha256
        connection.execute(incidents.insert(), row | {"repairs": "[]", "evidence": evidence})
    assert everything(filled).captures == 0
    assert filled.captures.read(document(b"<without/>").sha256) == b"<without/>"


def test_the_words_of_a_pruned_text_are_no_longer_found_and_its_title_is(filled: Store, engine: Engine) -> None:
    everything(filled)
    with reading(engine) as connection:
        folded = set(connection.scalars(text("SELECT folded FROM entry_words")))
    assert "title of plain 1" in folded
    assert not any("nothing here" in words for words in folded)


def test_a_kill_at_any_statement_leaves_a_step_done_or_not_begun(filled: Store, engine: Engine) -> None:
    points = 0
    while killed_at(points + 1, filled, everything):
        points += 1
        with reading(engine) as connection:
            assert connection.scalar(select(func.count()).select_from(visits)) in (1, 2)
            lost = ~visits.c.capture_sha256.in_(select(captures.c.sha256))
            assert connection.scalar(select(func.count()).select_from(visits).where(lost)) == 0
            named = select(func.count()).where(checks.c.visit_seq.is_not(None))
            assert connection.scalar(named) == connection.scalar(select(func.count()).select_from(visits))
            if engine.dialect.name == "sqlite":
                assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    assert points > 6
    with reading(engine) as connection:
        gone = select(func.count()).where(revisions.c.text == "")
        assert connection.scalar(gone) == 3
