"""Reviews: verdicts, corrections, assignments; two people at once; undo; a trail that only grows."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.exc import DBAPIError

from tests.store.building import MINUTE, NOW, decide, entry, entry_record, found, match
from watcher.models.reviews import Act, Change, DismissReason, ReviewOutcome
from watcher.models.views import MatchQuery, MatchRow
from watcher.models.words import Action, Modality, Verdict
from watcher.store import Store
from watcher.store.schema import reviews


@pytest.fixture
def ids(store: Store) -> list[str]:
    """Three matches of three entries."""
    found(store, *(entry_record(entry(str(n)), match("mpp")) for n in range(3)))
    return [row.id for row in store.matches.search(MatchQuery()).rows]


def change(store: Store, *changes: Change, who: str = "ann", second: bool = False) -> ReviewOutcome:
    return store.reviews.make(changes, reviewer=who, now=NOW, second_reviewer=second)


def row(store: Store, match_id: str) -> MatchRow:
    shown = store.matches.show(match_id)
    assert shown is not None
    return shown


def test_a_verdict_is_set_and_found_by_it(store: Store, ids: list[str]) -> None:
    change(store, Change(ids[0], verdict=Verdict.DISMISSED, reason=DismissReason.OLD_NEWS, note="no"))
    (found_again,) = store.matches.search(MatchQuery(verdict=Verdict.DISMISSED)).rows
    assert (found_again.id, found_again.version) == (ids[0], 1)
    assert store.counts(NOW).new_matches == 2
    (note,) = store.reviews.history(ids[0])
    assert (note.act, note.reason, note.note, note.reviewer) == (Act.DECIDE, "old-news", "no", "ann")
    assert note.changes == {"verdict": ("new", "dismissed")}


def test_an_unknown_match_is_told(store: Store, ids: list[str]) -> None:
    outcome = change(store, Change("none", verdict=Verdict.CONFIRMED), Change(ids[0], verdict=Verdict.CONFIRMED))
    assert (outcome.kept, outcome.missing) == ((ids[0],), ("none",))
    assert change(store, Change("none")).act_id == ""


def test_who_looked_at_an_older_version_changes_nothing(store: Store, ids: list[str]) -> None:
    change(store, Change(ids[0], 0, verdict=Verdict.CONFIRMED))
    outcome = change(store, Change(ids[0], 0, verdict=Verdict.DISMISSED), who="bob")
    assert outcome.kept == ()
    assert [(each.change.match_id, each.version) for each in outcome.conflicts] == [(ids[0], 1)]
    assert row(store, ids[0]).verdict is Verdict.CONFIRMED
    assert [note.reviewer for note in store.reviews.history(ids[0])] == ["ann"]


def test_of_many_at_once_with_the_same_version_one_is_kept(store: Store, ids: list[str]) -> None:
    together = threading.Barrier(6)

    def try_it(number: int) -> int:
        together.wait()
        return len(change(store, Change(ids[0], 0, verdict=Verdict.CONFIRMED), who=f"r{number}").kept)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_it, range(6))) == 1
    assert row(store, ids[0]).version == 1


def test_every_decision_is_kept_also_when_people_decide_at_once(store: Store, ids: list[str]) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: decide(store, ids[0], Verdict.CONFIRMED, str(n), f"r{n}"), range(8)))
    assert sorted(note.note for note in store.reviews.history(ids[0])) == [str(n) for n in range(8)]
    assert row(store, ids[0]).version == 8


def test_a_correction_shows_in_lists_and_keeps_what_was_found(store: Store, ids: list[str]) -> None:
    change(store, Change(ids[0], policy="title-42", action=Action.BLOCK, modality=Modality.PLANNED))
    (corrected,) = store.matches.search(MatchQuery(policy="title-42")).rows
    assert (corrected.match.action, corrected.match.modality) == (Action.BLOCK, Modality.PLANNED)
    assert corrected.found == match("mpp")
    assert corrected.match.evidence == match("mpp").evidence
    (note,) = store.reviews.history(ids[0])
    assert note.act is Act.CORRECT
    assert note.changes["policy"] == ("mpp", "title-42")


def test_a_correction_outlives_a_new_revision(store: Store, ids: list[str]) -> None:
    (first, *_) = store.matches.search(MatchQuery()).rows
    change(store, Change(first.id, policy="title-42"))
    said = entry(first.title.removeprefix("Title of "), text="new words")
    found(store, entry_record(said, match("mpp"), revision=2), now=NOW + MINUTE)
    assert row(store, first.id).match.policy == "title-42"


def test_a_match_is_given_to_somebody_with_a_day_and_taken_away(store: Store, ids: list[str]) -> None:
    change(store, Change(ids[0], assignee="bob", due=date(2026, 3, 9)))
    (mine,) = store.matches.search(MatchQuery(assignee="bob")).rows
    assert (mine.id, mine.assignee, mine.due) == (ids[0], "bob", date(2026, 3, 9))
    change(store, Change(ids[0], assignee=""))
    assert (row(store, ids[0]).assignee, row(store, ids[0]).due) == ("", None)


def test_an_act_is_undone_whole_and_the_trail_says_so(store: Store, ids: list[str]) -> None:
    outcome = change(store, *(Change(each, verdict=Verdict.CONFIRMED, assignee="bob") for each in ids))
    undone = store.reviews.undo(outcome.act_id, reviewer="ann", now=NOW + MINUTE)
    assert set(undone.kept) == set(ids)
    assert {row(store, each).verdict for each in ids} == {Verdict.NEW}
    assert {row(store, each).assignee for each in ids} == {""}
    assert [note.act for note in store.reviews.history(ids[0])] == [Act.DECIDE, Act.UNDO]
    assert store.reviews.history(ids[0])[1].undoes == outcome.act_id


def test_undo_leaves_what_somebody_changed_after(store: Store, ids: list[str]) -> None:
    outcome = change(store, *(Change(each, verdict=Verdict.CONFIRMED) for each in ids))
    change(store, Change(ids[1], verdict=Verdict.DISMISSED), who="bob")
    undone = store.reviews.undo(outcome.act_id, reviewer="ann", now=NOW)
    assert set(undone.kept) == {ids[0], ids[2]}
    assert row(store, ids[1]).verdict is Verdict.DISMISSED


def test_an_undo_is_undone_and_an_unknown_act_is_no_mistake(store: Store, ids: list[str]) -> None:
    act = decide(store, ids[0], Verdict.CONFIRMED)
    back = store.reviews.undo(act, reviewer="ann", now=NOW)
    store.reviews.undo(back.act_id, reviewer="ann", now=NOW)
    assert row(store, ids[0]).verdict is Verdict.CONFIRMED
    assert store.reviews.undo("none", reviewer="ann", now=NOW).kept == ()
    assert store.reviews.last_of(ids[1]) is None


def test_a_second_reviewer_has_to_agree_where_one_is_asked_for(store: Store, ids: list[str]) -> None:
    for _ in range(2):
        change(store, Change(ids[0], verdict=Verdict.CONFIRMED), second=True)
    proposed = row(store, ids[0])
    assert (proposed.verdict, proposed.proposed, proposed.proposed_by) == (Verdict.NEW, Verdict.CONFIRMED, "ann")
    change(store, Change(ids[0], verdict=Verdict.DISMISSED), who="bob", second=True)
    assert row(store, ids[0]).proposed is Verdict.DISMISSED
    change(store, Change(ids[0], verdict=Verdict.DISMISSED), who="ann", second=True)
    assert (row(store, ids[0]).verdict, row(store, ids[0]).proposed) == (Verdict.DISMISSED, None)
    assert [n.act for n in store.reviews.history(ids[0])] == [Act.PROPOSE, Act.PROPOSE, Act.PROPOSE, Act.DECIDE]


def test_a_question_for_a_lawyer_needs_nobody_else(store: Store, ids: list[str]) -> None:
    change(store, Change(ids[0], verdict=Verdict.NEEDS_LAWYER), second=True)
    assert row(store, ids[0]).verdict is Verdict.NEEDS_LAWYER


@pytest.mark.parametrize("statement", [update(reviews).values(note="x"), delete(reviews)])
def test_the_database_refuses_to_change_the_trail(
    store: Store, ids: list[str], engine: Engine, statement: object
) -> None:
    decide(store, ids[0], Verdict.CONFIRMED, "kept")
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]
    assert [note.note for note in store.reviews.history(ids[0])] == ["kept"]


def test_a_line_of_the_first_releases_is_read(store: Store, ids: list[str], engine: Engine) -> None:
    with engine.begin() as connection:
        seq = connection.scalar(text("SELECT seq FROM matches WHERE id = :id"), {"id": ids[0]})
        old = {"match_seq": seq, "verdict": "confirmed", "note": "", "reviewer": "ann", "at": NOW}
        connection.execute(reviews.insert(), old)
    (note,) = store.reviews.history(ids[0])
    assert (note.verdict, note.act, note.changes) == (Verdict.CONFIRMED, Act.DECIDE, {})
