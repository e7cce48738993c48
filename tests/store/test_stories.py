"""What a story is told from: the newest acts of one policy with their announcements, and who only speaks of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine, text

from tests.store.building import MINUTE, NOW, decide, entry, entry_record, found, match
from watcher.models.identity import entry_id, match_id
from watcher.models.words import Action, Modality, Verdict
from watcher.store import Store
from watcher.store.stories import newest_of
from watcher.story import ACTS, CHORUS, TOLD


def acts(store: Store, policy: str = "mpp", most: int = 100) -> list[str]:
    """The actions that are read, the newest first."""
    return [each.action.value for each in store.stories.reports(policy, ACTS, TOLD, most)]


def test_the_newest_acts_of_the_policy_are_read_as_many_as_asked(store: Store) -> None:
    for number, action in enumerate((Action.ADOPT, Action.SUSPEND, Action.TERMINATE)):
        found(store, entry_record(entry(str(number)), match("mpp", action)), now=NOW + number * MINUTE)
    found(store, entry_record(entry("3"), match("title-42")), now=NOW + 3 * MINUTE)
    assert acts(store) == ["terminate", "suspend", "adopt"]
    assert acts(store, most=2) == ["terminate", "suspend"]


def test_what_is_no_act_dismissed_or_of_the_past_is_not_read(store: Store) -> None:
    ending = match("mpp", Action.TERMINATE)
    past = replace(match("mpp", Action.EXTEND), modality=Modality.PAST)
    found(store, entry_record(entry("1"), ending, match("mpp", Action.COMMENT), past))
    assert acts(store) == ["terminate"]
    decide(store, match_id(entry_id("kind-news", "1"), ending), Verdict.DISMISSED)
    assert acts(store) == []


def test_a_report_says_when_it_was_published_but_never_later_than_it_was_seen(store: Store) -> None:
    early = replace(entry("1"), published=NOW - timedelta(days=3))
    late = replace(entry("2"), published=NOW + timedelta(days=3000))
    found(store, entry_record(early, match("mpp")), entry_record(late, match("mpp")))
    at = {each.entry: each.at for each in store.stories.reports("mpp", ACTS, TOLD, 10)}
    assert at[entry_id("kind-news", "1")] == NOW - timedelta(days=3)
    assert at[entry_id("kind-news", "2")] <= NOW + timedelta(days=1)


def test_a_report_brings_its_words_its_publisher_and_what_people_decided(store: Store) -> None:
    ending = match("mpp", Action.TERMINATE)
    found(store, entry_record(entry("1"), ending))
    decide(store, match_id(entry_id("kind-news", "1"), ending), Verdict.CONFIRMED)
    (report,) = store.stories.reports("mpp", ACTS, TOLD, 10)
    assert (report.quote, report.publisher.id, report.verdict) == (ending.evidence.text, "kind", Verdict.CONFIRMED)


def test_who_only_speaks_is_counted_by_publisher_and_action(store: Store) -> None:
    for number in range(3):
        found(store, entry_record(entry(str(number)), match("mpp", Action.CALL_FOR), match("mpp", Action.TERMINATE)))
    (voice,) = store.stories.voices("mpp", CHORUS)
    assert (voice.publisher.id, voice.action, voice.count) == ("kind", Action.CALL_FOR, 3)
    assert store.stories.voices("title-42", CHORUS) == []


def test_the_acts_are_chosen_from_an_index_alone(store: Store, engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return
    asked = newest_of("mpp", ACTS, TOLD, 9).compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        plan = " ".join(str(row) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}")))
    assert "COVERING INDEX" in plan


def test_the_texts_of_acts_come_with_all_their_states_and_say_whether_they_are_about_more(store: Store) -> None:
    one = entry_record(entry("1", text="First words."), match("mpp"))
    found(store, one, entry_record(entry("2", text="Of two."), match("mpp"), match("title-42")))
    found(store, entry_record(entry("1", text="Other words."), match("mpp"), revision=2), now=NOW + MINUTE)
    said = store.stories.wordings("mpp", ACTS, TOLD, 10, 5)
    assert {(each.text, each.alone) for each in said} == {("First", True), ("Other", True), ("Of tw", False)}
    first, changed = (next(each for each in said if each.text == text_) for text_ in ("First", "Other"))
    assert first.said_at == first.report.at
    assert changed.said_at == NOW + MINUTE
